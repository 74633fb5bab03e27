"""How much a publisher may send: its weakest subscriber's estimate.

One to one, the subscriber's REMB passes through, so that the estimate is end to end.
With more, the minimum counts. Neither goes below a floor.
"""

# Sound takes 50 of it; with less, a browser shows single frames. A receiver short of
# CPU, not of line, sees delay everywhere and would ask for as little.
FLOOR = 150_000


class RembPolicy:
    """The estimates of one publisher's subscribers, by their SSRC."""

    __slots__ = ("_estimates",)

    def __init__(self) -> None:
        self._estimates: dict[int, int] = {}

    def update(self, subscriber_ssrc: int, bitrate: int) -> int:
        """Take one estimate in bit/s; returns what to tell the publisher."""
        self._estimates[subscriber_ssrc] = bitrate
        return max(min(self._estimates.values()), FLOOR)

    def forget(self, subscriber_ssrc: int) -> None:
        """A subscriber that left no longer holds the others down."""
        self._estimates.pop(subscriber_ssrc, None)
