"""The budget of one peer: so much at once, so much a second after."""


class TokenBucket:
    """Full at first; `take` says whether so much is left, and takes it then."""

    __slots__ = ("_at", "_burst", "_left", "_rate")

    def __init__(self, burst: float, per_second: float) -> None:
        self._burst = self._left = burst
        self._rate = per_second
        self._at = 0.0

    def take(self, now: float, cost: float = 1.0) -> bool:
        self._left = min(self._burst, self._left + (now - self._at) * self._rate)
        self._at = now
        if self._left < cost:
            return False
        self._left -= cost
        return True
