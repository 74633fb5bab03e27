"""One slot's picture on one line: as large as it fits, held up, or paused."""

from video.media.cameras.view import LayerView
from video.media.downlink.rungs import (
    CAMERA,
    LAYERS,
    SCREEN,
    SIGNER,
    Flow,
    Rungs,
    is_held_back,
    offered_picture,
)
from video.media.estimate.offers import Kind, Offered, ladder
from video.media.rtp.limits import FREE, Rung
from video.media.rtp.sender import ForwardingSender

# A picture that begins, or shrinks, waits until its publisher sends no more than so
# many times what was asked for, and a little; but not for more than so many seconds.
TOO_MUCH, A_LITTLE, LONGEST = 1.5, 40_000, 1.0
# More than the line takes by so much is held up.
OVERFLOWS = 1.3
# Seconds in which the least picture may not fit before it is paused: its key frame is
# longer than a narrow line's queue should be, and then it is over.
PRESSED = 2.0
# Seconds in which a picture that began is a try.
NEW = 10.0


class Picture:
    """Keeps what one slot was given lately; `rung` is None while it is paused."""

    __slots__ = (
        *("_begun_at", "_held_since", "_most", "_offered", "_pressed_since", "_slot"),
        *("flow", "limited", "rung"),
    )

    def __init__(self, slot: ForwardingSender) -> None:
        self._slot = slot
        self._offered: Offered | None = None
        self._most: int | None = None
        self._begun_at = self._held_since = self._pressed_since = -1.0
        self.flow = Flow()
        self.rung: Rung | None = None
        self.limited = False
        if isinstance(slot.source, LayerView):
            # Its only viewer governs the encoder of the best layer.
            slot.source.wanted = None

    @property
    def shown(self) -> bool:
        return self.rung is not None

    @property
    def _rungs(self) -> Rungs:
        source = self._slot.source
        if source is not None and source.screen:
            return SCREEN
        return SIGNER if self._slot.showing.signs else CAMERA

    def is_new(self, now: float) -> bool:
        """True for a picture that began a moment ago: it may have been too much."""
        return now - self._begun_at < NEW

    def offer(self, stream: str, now: float) -> Offered:
        source, rungs = self._slot.source, self._rungs
        if source is not None:
            self.flow.take(source.octets, source.packets, now)
        kind = Kind.SCREEN if rungs is SCREEN else Kind.CAMERA
        self._offered = one = offered_picture(self._slot, stream, kind, LAYERS[rungs])
        self._most = ladder(one)[-1]
        return one

    def show(self, step: int | None, *, line: float, beside: int, now: float) -> bool:
        """Take a step of the ladder, None for a pause, on a line of so many bit/s;
        `beside` is what the publisher's sound may take. True if a key frame comes."""
        offered = self._offered
        self.limited = offered is None or is_held_back(self._slot, offered, step)
        if step is None and self._may_stay(now):
            step = 0
        elif step is not None:
            self._pressed_since = -1.0
        if step is None:
            self._pause(beside)
            return False
        before, rung = self.rung, self._rungs[step]
        if before is None:
            self._begun_at = now
        slot, was_paused = self._slot, self._slot.paused
        if self._has_to_wait(rung.rate, line, now):
            slot.pause()
        else:
            slot.resume(now)
        # A pause forgets what was asked for, so that this comes after it.
        is_whole = step == len(self._rungs) - 1
        self._ask(None if is_whole else rung, FREE if step == self._most else beside)
        self.rung = rung
        resized = before is not None and before.height != rung.height
        return resized or (was_paused and not slot.paused)

    def give_way(self) -> None:
        """No patience: somebody comes first on a line that does not take both, or it
        takes no picture."""
        self._pressed_since = 0.0

    def _pause(self, beside: int) -> None:
        slot = self._slot
        self._held_since, self.rung = -1.0, None
        slot.pause()
        if slot.source is not None:
            # Who is seen by nobody else stays ready for this line.
            self._ask(self._rungs[0] if slot.source.alone else None, beside)

    def _ask(self, rung: Rung | None, beside: int) -> None:
        slot = self._slot
        if rung is not None:
            rung = Rung(rung.rate, rung.height, rung.frames, beside)
        if slot.source is not None:
            slot.source.keep_to(slot.ssrc, rung)

    def _may_stay(self, now: float) -> bool:
        """True for a picture that is shown, until it does not fit for too long."""
        if self.rung is None or self._slot.paused:
            return False
        if self._pressed_since < 0:
            self._pressed_since = now
        return now - self._pressed_since < PRESSED

    def _has_to_wait(self, rate: float, line: float, now: float) -> bool:
        """True while the publisher still sends what would fill the line's queue: from
        the moment that less was asked for, or before a picture begins."""
        coming = self.flow.rate
        much = coming > TOO_MUCH * rate + A_LITTLE
        if not self._slot.paused:
            less = self.rung is None or rate < self.rung.rate
            much = much and less and coming > OVERFLOWS * line
        if not much:
            self._held_since = -1.0
            return False
        if self._held_since < 0:
            self._held_since = now
        return now - self._held_since < LONGEST
