"""One participant's line: judged by us where they tell what came, else as they say."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace

from video.media.counters import Counters
from video.media.downlink.estimated import EstimatedLine
from video.media.downlink.reported import ReportedLine
from video.media.estimate.estimate import SendEstimate
from video.media.estimate.history import KEPT, told
from video.media.rtp.sender import ForwardingSender
from video.media.rtp.showing import UNTOLD, Showing
from video.media.rtp.transport_feedback import TransportFeedback

WALKED, LEAST = 2 * KEPT, 64
"""Numbers that their feedback may be about in half a second, and as how many the least
of it counts: one that claims many costs as much as one that tells of them."""
Pictures = Mapping[tuple[str, bool], Showing]
"""The pictures that a page shows, by publisher and whether it is their screen."""


class Downlink:
    """`senders` are the participant's slots, a list that their leg keeps; `flush` sends
    what was queued outside of the worker's own turn.

    The first feedback about packets that were sent decides: from then on their own
    estimate (REMB) says nothing any more.
    """

    def __init__(
        self,
        counters: Counters,
        senders: Sequence[ForwardingSender],
        flush: Callable[[], None],
    ) -> None:
        self._counters = counters
        self._senders = senders
        self._left = WALKED
        self.shown: Pictures = {}
        self.estimate = SendEstimate()
        self._reported = ReportedLine(counters, senders)
        self._estimated = EstimatedLine(counters, senders, self.estimate, flush)

    @property
    def paused(self) -> bool:
        """True if they get sound only."""
        return self._judge.paused

    @property
    def limited(self) -> bool:
        """True if this line, and not a publisher's, keeps pictures small or seldom."""
        return self._judge.limited

    @property
    def lost(self) -> float:
        """The share of the packets that was lost lately, on this line alone."""
        return self._judge.lost

    @property
    def rate(self) -> float | None:
        """The rate that the line takes, in bit/s; None where we do not estimate it."""
        return self.estimate.rate if self.estimate.heard else None

    @property
    def narrow(self) -> bool:
        """True if even small sound and what we tell of theirs count on it."""
        return self.estimate.heard and self._estimated.narrow

    @property
    def trip(self) -> float:
        """Seconds to them and back, queues and all; 0 where nothing tells."""
        return self.estimate.trip if self.estimate.heard else 0.0

    def take_estimate(self, bitrate: int, ssrcs: Sequence[int]) -> None:
        """The browser's own estimate (REMB) of all that flows to it."""
        if not self.estimate.heard:
            self._reported.take_estimate(bitrate, ssrcs)

    def take_feedback(self, feedback: TransportFeedback, now: float) -> None:
        """Transport-wide feedback: which of our packets came, and when."""
        self._left -= min(max(feedback.count, LEAST), KEPT)
        if self._left < 0:
            self._counters.drop("feedback_flood")
            return
        self._counters.feedbacks_in += 1
        about = (feedback.base, feedback.count, feedback.sequences, feedback.ticks)
        self.estimate.take(told(*about), now)
        if self.estimate.heard:
            self._estimated.hear(now)

    def show(self, signers: Collection[str], now: float) -> None:
        """Bring what the page has `shown`, and who signs, to the slots. What it does
        not show is sent no longer, what it shows again goes on at once."""
        changed = False
        for slot in self._senders:
            source = slot.source
            if source is None or slot.kind != "video":
                continue
            about = (source.publisher_id, source.screen)
            signs = not source.screen and source.publisher_id in signers
            showing = replace(self.shown.get(about, UNTOLD), signs=signs)
            if showing == slot.showing:
                continue
            changed, slot.showing = True, showing
            if not showing.lines:
                slot.pause()
        if changed:
            self._judge.show(now)

    def tick(self, octets: int, now: float) -> None:
        """Twice a second: `octets` were sent to them since the beginning."""
        self._left = WALKED
        if self.estimate.heard:
            self._estimated.tick(now)
        else:
            self._reported.tick(octets, now)

    def close(self) -> None:
        self._estimated.close()

    @property
    def _judge(self) -> ReportedLine | EstimatedLine:
        return self._estimated if self.estimate.heard else self._reported
