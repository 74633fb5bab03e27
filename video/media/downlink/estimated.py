"""A line that we judge ourselves: its rate, shared out among what could be sent.

After each feedback the estimate knows better; five times a second what it carries is
shared out. A picture is sent as large as its publisher can be asked for, and not at all
where the rest would suffer; redundant sound gives way first, and where even one sound
beside a small picture is much, the publishers are asked for a smaller one.
"""

from collections.abc import Callable, Sequence

from video.media.counters import Counters
from video.media.downlink.probes import ProbeRun
from video.media.downlink.rungs import (
    CAMERA,
    LAYERS,
    SCREEN,
    SMALL_SOUND,
    Flow,
    Rungs,
    offered_sound,
)
from video.media.estimate.allocation import Allocation, Kind, Offered
from video.media.estimate.delay import Lowest
from video.media.estimate.estimate import SendEstimate
from video.media.rtp.sender import ForwardingSender

EVERY = 0.2
# Sound is asked to be small below the first rate; and to be itself again when the line
# took the second for so many seconds.
NARROW, WIDE, WIDE_FOR = 150_000, 220_000, 3.0
# A picture that begins, or shrinks, waits until its publisher sends no more than so
# many times what was asked for, and a little; but not for more than so many seconds.
TOO_MUCH, A_LITTLE, LONGEST = 1.5, 40_000, 1.0
# What comes may be more than the line takes by so much before it is held up.
OVERFLOWS = 1.3


class EstimatedLine:
    """`senders` are the participant's slots, a list that their leg keeps."""

    def __init__(
        self,
        counters: Counters,
        senders: Sequence[ForwardingSender],
        estimate: SendEstimate,
        flush: Callable[[], None],
    ) -> None:
        self._counters = counters
        self._senders = senders
        self._estimate = estimate
        self._allocation = Allocation()
        self._probes = ProbeRun(senders, estimate, flush)
        self._flows: dict[int, Flow] = {}
        self._held: dict[int, float] = {}
        self._lately = Lowest(WIDE_FOR)
        self._shared_at = 0.0
        self._small = False
        self.paused = False

    def hear(self, now: float) -> None:
        """Feedback came."""
        self._probes.begin(now)
        if now - self._shared_at >= EVERY:
            self._share(now)

    def tick(self, now: float) -> None:
        """Twice a second, whether anything came or not."""
        self._estimate.tick(now)
        self._share(now)

    def close(self) -> None:
        self._probes.close()

    def _share(self, now: float) -> None:
        self._shared_at = now
        fed = [one for one in self._senders if one.source is not None]
        offers = [self._offer(slot, now) for slot in fed]
        rate = self._estimate.rate
        shares = self._allocation.share(
            offers, rate=rate, now=now, loss=self._estimate.lost
        )
        self._estimate.wanted = shares.wanted
        self._watch_sound(rate, now)
        shown = []
        for slot, one in zip(fed, offers, strict=True):
            step = shares.layers[one.stream]
            if one.kind is Kind.SOUND:
                slot.plain = step == 0
                self._ask_for_sound(slot)
            else:
                shown.append(step is not None)
                self._show(slot, step, now)
        self.paused = bool(shown) and not any(shown)

    def _offer(self, slot: ForwardingSender, now: float) -> Offered:
        """The slot's stream as the sharing sees it; another publisher is another."""
        source, flow = slot.source, self._flows.setdefault(slot.ssrc, Flow())
        stream = f"{slot.ssrc} {source.ssrc if source is not None else 0}"
        if slot.kind == "audio":
            flow.take(slot.octets, slot.packets, now)
            return offered_sound(slot, stream, flow)
        if source is not None:
            flow.take(source.octets, source.packets, now)
        kind = Kind.SCREEN if source is not None and source.screen else Kind.CAMERA
        return Offered(stream, kind, LAYERS[_rungs(slot)])

    def _watch_sound(self, rate: float, now: float) -> None:
        lately = self._lately.take(rate, now)
        if rate < NARROW:
            self._small = True
        elif lately > WIDE:
            self._small = False

    def _ask_for_sound(self, slot: ForwardingSender) -> None:
        if slot.source is not None:
            slot.source.keep_to(slot.ssrc, SMALL_SOUND if self._small else None)

    def _show(self, slot: ForwardingSender, step: int | None, now: float) -> None:
        source, rungs = slot.source, _rungs(slot)
        if source is None:
            return
        if step is None:
            if not slot.paused:
                self._counters.pauses += 1
                slot.pause()
            self._held.pop(slot.ssrc, None)
            # Who is seen by nobody else stays ready for this line.
            alone = len(source.senders) + len(source.paused) == 1
            source.keep_to(slot.ssrc, rungs[0] if alone else None)
            return
        last = step == len(rungs) - 1
        source.keep_to(slot.ssrc, None if last else rungs[step])
        if self._has_to_wait(slot, rungs[step].rate, now):
            slot.pause()
        else:
            slot.resume(now)

    def _has_to_wait(self, slot: ForwardingSender, rate: float, now: float) -> bool:
        """True while the publisher still sends what would fill the line's queue."""
        coming = self._flows[slot.ssrc].rate
        much = coming > TOO_MUCH * rate + A_LITTLE
        if not slot.paused:
            much = much and coming > OVERFLOWS * self._estimate.rate
        if not much:
            self._held.pop(slot.ssrc, None)
            return False
        return now - self._held.setdefault(slot.ssrc, now) < LONGEST


def _rungs(slot: ForwardingSender) -> Rungs:
    return SCREEN if slot.source is not None and slot.source.screen else CAMERA
