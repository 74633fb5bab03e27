"""Feedback of a subscriber who means harm, or tells nothing."""

from tests.video.media.downlink.virtual import in_virtual_time
from tests.video.media.downlink.visit import Visit
from tests.video.media.estimate.line import Line, level
from video.media.downlink.downlink import WALKED, Downlink
from video.media.rtp.transport_feedback import TransportFeedback


def invented(count: int, base: int = 0) -> TransportFeedback:
    return TransportFeedback(base, count, 0, [base], [1000])


def test_feedback_on_what_was_never_sent_says_nothing() -> None:
    async def story() -> Downlink:
        visit = Visit(Line(level(1e6)))
        visit.downlink.take_feedback(invented(4000, base=30_000), 100.0)
        return visit.downlink

    downlink = in_virtual_time(story)
    assert downlink.rate is None, "their own estimate still counts"
    assert not downlink.paused


def test_a_flood_of_feedback_is_read_to_a_limit_only() -> None:
    async def story() -> list[int]:
        visit = Visit(Line(level(1e6)))
        dropped = visit.down.counters.drops
        for _ in range(100):
            visit.downlink.take_feedback(invented(65_535), 100.0)
        seen = [dropped["feedback_flood"]]
        visit.downlink.tick(0, 101.0)
        visit.downlink.take_feedback(invented(10), 101.0)
        visit.downlink.close()
        return [*seen, dropped["feedback_flood"]]

    first, later = in_virtual_time(story)
    assert first >= 100 - WALKED // 4096
    assert later == first, "it is over by itself"
