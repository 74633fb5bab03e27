"""A line of which the browser tells its own estimate (REMB) and no more.

Reports and estimates come in; what goes out are limits for those who publish and,
where even the lowest is too much, no pictures until the line is better.
"""

from collections.abc import Iterator, Sequence

from video.media.counters import Counters
from video.media.rtp.bandwidth import SubscriberLine
from video.media.rtp.sender import ForwardingSender

WHOLE = 256
"""RTCP counts loss in 256ths (RFC 3550 §6.4.1)."""

REPORTS_WITHIN = 2.0
"""Seconds in which each slot is reported on once at least: they are judged together,
or one that is well would speak for another that is not."""

AMPLE = 500_000
"""Bits a second that show a person in 480 lines; a page says "your line" below it."""


class ReportedLine:
    """`senders` are the participant's slots, a list that their leg keeps."""

    def __init__(self, counters: Counters, senders: Sequence[ForwardingSender]) -> None:
        self._counters = counters
        self._senders = senders
        self._line = SubscriberLine()
        self._at = self._judged_at = 0.0
        self._octets = 0
        self.lost = 0.0

    @property
    def paused(self) -> bool:
        """True if they get sound only."""
        return self._line.paused

    @property
    def limited(self) -> bool:
        """True if this line, and not a publisher's, keeps pictures small or seldom."""
        share = self._line.share(sum(1 for _ in self._fed("video")))
        return self.paused or (share is not None and share < AMPLE)

    def take_estimate(self, bitrate: int, ssrcs: Sequence[int]) -> None:
        """One estimate covers all that flows to this participant: share it out."""
        self._line.take_estimate(bitrate)
        self._tell([one for one in self._fed("video") if one.ssrc in ssrcs])

    def tick(self, octets: int, now: float) -> None:
        """Twice a second: `octets` were sent to them since the beginning."""
        pictures = list(self._fed("video"))
        past, before, was = now - self._at, self._octets, self._line.paused
        share = self._line.share(len(pictures))
        loss = self._loss(now)
        self.lost = self.lost if loss is None else loss
        self._at, self._octets = now, octets
        rate = max(0, octets - before) * 8 / past if past > 0 else 0.0
        trip = max((one.round_trip or 0.0 for one in pictures), default=0.0)
        self._line.take(loss=loss, rate=rate, streams=len(pictures), trip=trip)
        if self._line.paused and not was:
            self._counters.pauses += 1
        for sender in pictures:
            if self._line.paused:
                sender.pause()
            else:
                sender.resume(now)
        if self._line.share(len(pictures)) != share:
            self._tell(pictures)

    def show(self, now: float) -> None:
        """The page shows other pictures than before."""
        for sender in () if self._line.paused else self._fed("video"):
            sender.resume(now)

    def _tell(self, pictures: Sequence[ForwardingSender]) -> None:
        """Tells the publishers; a subscriber that gets nothing holds nobody down."""
        share = self._line.share(sum(1 for _ in self._fed("video")))
        if share is None or self._line.paused:
            return
        for sender in pictures:
            if sender.source is not None:
                sender.source.take_estimate(sender.ssrc, share)

    def _fed(self, kind: str) -> Iterator[ForwardingSender]:
        fed = (s for s in self._senders if s.kind == kind and s.source is not None)
        return (s for s in fed if s.showing.lines)

    def _loss(self, now: float) -> float | None:
        """The worst loss on our hop by the reports of the last two seconds; None in
        between. What a publisher's own line lost is missing for everybody, and no
        reason to pause anybody."""
        since = self._judged_at
        if now - since < REPORTS_WITHIN:
            return None
        self._judged_at = now
        losses = [
            (sender.fraction_lost - sender.source.fraction_lost) / WHOLE
            for sender in self._fed("audio" if self._line.paused else "video")
            if sender.source is not None and sender.reported_at >= since
        ]
        return max(0.0, *losses) if losses else None
