"""The clocks of a camera's layers: each counts from a number of its own.

Sender reports say which timestamp of each layer is which moment, so that the picture
stays with the sound over a switch. Where they have not come yet, or say what cannot be,
the moment of arrival has to do.
"""

CLOCK = 90_000
# A picture follows another by a millisecond at least.
CLOSEST = CLOCK // 1000
# Reports that move a picture by more than a second are no use.
FURTHEST = CLOCK
# Longer than that nothing was sent: an hour and a day are the same to a browser.
LONGEST = 3600.0
# Frames of a stream that begins without a word on the time.
A_FRAME = CLOCK // 30
HALF, ALL = 1 << 31, 0xFFFFFFFF


def ahead_of(timestamp: int, other: int) -> int:
    """Ticks from `other` to `timestamp`, below zero if it is before it."""
    return (timestamp - other + HALF & ALL) - HALF


class LayerClocks:
    """`join` says by how much a layer's timestamps are moved from now on.

    Moves are counted against the first layer's clock, not against the last one's: a
    millisecond that was needed once does not add up.
    """

    __slots__ = ("_begins", "_home")

    def __init__(self) -> None:
        self._begins: dict[int, int] = {}
        self._home: int | None = None

    def report(self, layer: int, ntp: int, timestamp: int, move: int | None) -> None:
        """A sender report of `layer`; `move` is how far it is moved, if it is sent."""
        begins = (timestamp - (ntp * CLOCK >> 32)) & ALL
        self._begins[layer] = begins
        if self._home is None and move is not None:
            self._home = (begins + move) & ALL

    def join(self, layer: int, timestamp: int, last: int, waited: float) -> int:
        """The move for a layer that goes on with `timestamp` where the stream had
        `last`, `waited` seconds ago."""
        if waited:
            expected = last + max(CLOSEST, int(min(waited, LONGEST) * CLOCK))
        else:
            expected = last + A_FRAME
        goes_on = expected
        begins = self._begins.get(layer)
        if begins is not None and self._home is not None:
            by_report = timestamp + self._home - begins
            if abs(ahead_of(by_report, expected)) < FURTHEST:
                goes_on = by_report
            else:
                self._home = None
        if ahead_of(goes_on, last) < CLOSEST:
            goes_on = last + CLOSEST
        move = (goes_on - timestamp) & ALL
        if begins is not None and self._home is None:
            self._home = (begins + move) & ALL
        return move
