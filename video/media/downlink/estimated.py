"""A line that we judge ourselves: its rate, shared out among what could be sent.

After each feedback the estimate knows better; five times a second what it carries is
shared out. A picture is sent as large as its publisher can be asked for, and not at all
where the rest would suffer; redundant sound gives way first, and where even one sound
beside a small picture is much, the publishers are asked for a smaller one.
"""

import math
from collections.abc import Callable, Sequence

from video.media.cameras.view import LayerView
from video.media.counters import Counters
from video.media.downlink.layered import LayeredPicture
from video.media.downlink.pictures import Picture
from video.media.downlink.probes import ProbeRun
from video.media.downlink.rungs import (
    SMALL,
    SMALL_SOUND,
    SOUND,
    Flow,
    offered_sound,
)
from video.media.estimate.allocation import KEPT, Allocation
from video.media.estimate.delay import Lowest
from video.media.estimate.estimate import SendEstimate
from video.media.estimate.offers import Offered
from video.media.rtp.sender import ForwardingSender

EVERY = 0.2
# Sound is asked to be small below the first rate; and to be itself again when the line
# took the second for so many seconds.
NARROW, WIDE, WIDE_FOR = 150_000, 220_000, 3.0
# The share of the rate that repeats may take of each picture at least, or so many times
# what the line loses: a line that was full lost hundreds of packets, and they are asked
# for when it is full still.
AGAIN, AGAIN_OF_LOST = 0.1, 1.0
# Where nothing can be probed (no stream of repeats), a better picture is the probe, but
# only while less than so many ms wait: else it would stand in their way for good.
UNPROBED, WAITING = 2.2, 100.0
# Seconds in which a key frame and its queue are over, once it was asked for; and bits
# of one with what comes before and beside it, until the next one may be asked for.
KEY_FRAME, KEY_FRAME_BITS = 1.8, 72_000


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
        self._pictures: dict[int, Picture | LayeredPicture] = {}
        self._sounds: dict[int, Flow] = {}
        self._lately = Lowest(WIDE_FOR)
        self._shared_at = 0.0
        self.paused = self.limited = self.narrow = False

    @property
    def lost(self) -> float:
        """The share that was lost lately, of what we sent."""
        return self._estimate.lost

    def hear(self, now: float) -> None:
        """Feedback came."""
        self._probes.begin(now)
        if now - self._shared_at >= EVERY:
            self._share(now)

    def show(self, now: float) -> None:
        """The page shows other pictures than before: those that come back begin."""
        for slot in self._senders:
            if not slot.showing.lines:
                self._pictures.pop(slot.ssrc, None)
        self._share(now)

    def tick(self, now: float) -> None:
        """Twice a second, whether anything came or not.

        While everything is paused no feedback comes, from Firefox not even of sound: a
        probe is all that it can answer, and this the only way back.
        """
        self._estimate.tick(now)
        self._probes.begin(now)
        if now - self._shared_at >= EVERY:
            self._share(now)

    def close(self) -> None:
        self._probes.close()

    def _share(self, now: float) -> None:
        estimate, past = self._estimate, min(now - self._shared_at, 1.0)
        self._shared_at = now
        tries = self._probes.slot is None and estimate.queue < WAITING
        rate = estimate.rate * (UNPROBED if tries else 1.0)
        fed = [one for one in self._senders if one.source and one.showing.lines]
        offers = [self._offer(slot, now) for slot in fed]
        # What came says little where they tell of a part only.
        carried = estimate.carried if all(s.is_told for s in fed) else math.inf
        shares = self._allocation.share(
            offers, rate=rate, now=now, loss=estimate.lost, carried=carried
        )
        estimate.wanted = shares.wanted
        again = max(AGAIN, AGAIN_OF_LOST * estimate.lost) * rate
        spare = max(rate - shares.rate, again) * past / 8
        self._watch_sound(rate, now)
        first = any(one.is_first for one in offers)
        pictures: list[Picture | LayeredPicture] = []
        for slot, one in zip(fed, offers, strict=True):
            step = shares.layers[one.stream]
            if slot.kind == "audio":
                slot.plain = step == 0
                self._ask_for_sound(slot)
            else:
                picture = self._picture(slot)
                beside = first and not one.is_first
                least = shares.rate + one.layers[0].rate
                tried = picture.is_new(now) and least > KEPT * carried
                if step is None and (beside or tried):
                    picture.give_way()
                pictures.append(self._show(slot, step, now))
                slot.repeats.allow(spare)
        self.limited = any(one.limited for one in pictures)
        paused = bool(pictures) and not any(one.shown for one in pictures)
        self._counters.pauses += paused and not self.paused
        self.paused = paused

    def _offer(self, slot: ForwardingSender, now: float) -> Offered:
        """The slot's stream as the sharing sees it; another publisher is another."""
        stream = f"{slot.ssrc} {slot.source.ssrc if slot.source is not None else 0}"
        if slot.kind == "video":
            picture = self._picture(slot)
            layered = " in layers" * isinstance(picture, LayeredPicture)
            return picture.offer(stream + layered, now)
        flow = self._sounds.setdefault(slot.ssrc, Flow())
        flow.take(slot.octets, slot.packets, now)
        return offered_sound(slot, stream, flow)

    def _picture(self, slot: ForwardingSender) -> Picture | LayeredPicture:
        """Another one where the source is another, or has other viewers than before."""
        known, source = self._pictures.get(slot.ssrc), slot.source
        if isinstance(source, LayerView) and not source.alone:
            if isinstance(known, LayeredPicture) and known.view is source:
                return known
            known = LayeredPicture(slot, source)
        elif not isinstance(known, Picture):
            known = Picture(slot)
        self._pictures[slot.ssrc] = known
        return known

    def _show(
        self, slot: ForwardingSender, step: int | None, now: float
    ) -> Picture | LayeredPicture:
        picture = self._picture(slot)
        beside = SMALL if self.narrow else SOUND
        line = self._estimate.rate
        slot.keyframe_takes = min(KEY_FRAME, KEY_FRAME_BITS / line)
        if picture.show(step, line=line, beside=beside, now=now):
            self._estimate.excuse(now + KEY_FRAME)
        return picture

    def _watch_sound(self, rate: float, now: float) -> None:
        lately = self._lately.take(rate, now)
        if rate < NARROW:
            self.narrow = True
        elif lately > WIDE:
            self.narrow = False

    def _ask_for_sound(self, slot: ForwardingSender) -> None:
        if slot.source is not None:
            slot.source.keep_to(slot.ssrc, SMALL_SOUND if self.narrow else None)
