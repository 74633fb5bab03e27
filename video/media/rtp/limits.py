"""The limits that subscribers' lines set to a publisher, and their telling.

The weakest subscriber of a stream counts. One who gets nothing of it, or has left,
holds nobody down.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple, Protocol

from video.media.counters import Counters
from video.media.rtp import rtcp
from video.media.rtp.bandwidth import FLOOR

# More than any browser sends: a limit that is lifted has to be said.
UNLIMITED = 20_000_000
# No limit of the whole: a browser would take seconds until it sends more again.
FREE = -1
# Half seconds in which what changed last is said again: RTCP may be lost.
REPEATED = 4


class Rung(NamedTuple):
    """A size of picture that a publisher can be asked for: bit/s on the line, lines,
    frames a second; of sound only bit/s. `beside` is what their sound may take, FREE
    where no line but only a page asks for less."""

    rate: int
    height: int = 0
    frames: int = 0
    beside: int = 0


class StreamLimits:
    """The limits of one published stream, by the SSRC of each subscriber's slot.

    Those who only tell their estimate (REMB) never ask for less than its floor.
    """

    __slots__ = ("_estimates", "_repeats", "_rungs")

    def __init__(self) -> None:
        self._estimates: dict[int, int] = {}
        self._rungs: dict[int, Rung] = {}
        self._repeats = 0

    def estimate(self, subscriber_ssrc: int, bitrate: int) -> int:
        """Take one estimate in bit/s; returns what to tell the publisher."""
        self._rungs.pop(subscriber_ssrc, None)
        self._estimates[subscriber_ssrc] = bitrate
        return self.told

    def put(self, subscriber_ssrc: int, rung: Rung | None) -> bool:
        """Take what a subscriber's line carries, None for all; True if it is news."""
        before = self.told
        self._estimates.pop(subscriber_ssrc, None)
        if rung is None:
            self._rungs.pop(subscriber_ssrc, None)
        else:
            self._rungs[subscriber_ssrc] = rung
        return self._note(before)

    def forget(self, subscriber_ssrc: int) -> None:
        """A subscriber that left no longer holds the others down."""
        before = self.told
        self._estimates.pop(subscriber_ssrc, None)
        self._rungs.pop(subscriber_ssrc, None)
        self._note(before)

    @property
    def rung(self) -> Rung | None:
        """The least that a line takes; None where all of them take everything."""
        return min(self._rungs.values(), default=None)

    @property
    def told(self) -> int:
        """The limit in bit/s."""
        least = min(self._estimates.values(), default=UNLIMITED)
        limits = (r.rate + r.beside for r in self._rungs.values() if r.beside != FREE)
        return min(max(least, FLOOR), *limits, UNLIMITED)

    def is_owed(self) -> bool:
        """True if it is to be said once more; asked every half second."""
        self._repeats = max(0, self._repeats - 1)
        return bool(self._rungs) or self._repeats > 0

    def _note(self, before: int) -> bool:
        if self.told == before:
            return False
        self._repeats = REPEATED
        return True


class Limited(Protocol):
    """A stream that a participant publishes."""

    kind: str
    ssrc: int
    limits: StreamLimits


class Outlet(Protocol):
    """The participant's leg."""

    local_ssrc: int
    counters: Counters

    def send_rtcp(self, data: bytes) -> None: ...


class PublisherLimit:
    """Tells one participant what they may send in all (REMB).

    Browsers take it for the whole of what they send, whatever stream it names: a
    camera's limit and a screen's are said together.
    """

    def __init__(self, outlet: Outlet, streams: Sequence[Limited]) -> None:
        self._outlet = outlet
        self._streams = streams

    def tell(self, stream: Limited) -> None:
        """Say it, in the name of a stream of pictures."""
        others = [s for s in self._pictures() if s.limits is not stream.limits]
        bitrate = stream.limits.told + sum(one.limits.told for one in others)
        self._outlet.counters.rembs += 1
        self._outlet.send_rtcp(
            rtcp.bitrate_limit(
                self._outlet.local_ssrc, stream.ssrc, min(bitrate, UNLIMITED)
            )
        )

    def tick(self) -> None:
        """Repeat what holds, and what was lifted lately; twice a second."""
        owed = [s for s in self._pictures() if s.limits.is_owed()]
        for stream in owed[:1]:
            self.tell(stream)

    def _pictures(self) -> Collection[Limited]:
        """Streams of pictures; one of those that share their limits, as layers do."""
        pictures = (one for one in self._streams if one.kind == "video")
        return {id(one.limits): one for one in pictures}.values()
