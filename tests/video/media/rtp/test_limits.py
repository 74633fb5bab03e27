"""The limits that lines set to a publisher: the weakest counts, and its end is told."""

from aiortc.rtp import RtcpPsfbPacket

from tests.video.media.rtp.lines import VP8, Wire
from video.media.counters import Counters
from video.media.rtp import rtcp
from video.media.rtp.bandwidth import FLOOR
from video.media.rtp.limits import REPEATED, UNLIMITED, PublisherLimit, Rung
from video.media.rtp.receiver import ForwardingReceiver

SMALL, LARGE = Rung(50_000, 180, 10, 40_000), Rung(700_000, 480, 25, 90_000)


class Publishing:
    """A camera and a screen, and what their browser is told."""

    def __init__(self) -> None:
        self.wire = Wire()
        counters = Counters()
        self.camera = ForwardingReceiver(self.wire, VP8, counters)
        self.screen = ForwardingReceiver(self.wire, VP8, counters)
        self.streams = [self.camera]
        self.wire.limit = PublisherLimit(self.wire, self.streams)

    def told(self) -> list[int]:
        found = []
        for data in self.wire.reports:
            for packet in rtcp.parse_compound(data):
                assert isinstance(packet, RtcpPsfbPacket)
                estimate = rtcp.remb_estimate(packet)
                found.append(estimate[0] if estimate else -1)
        self.wire.reports.clear()
        return found


def near(said: list[int], meant: list[int]) -> bool:
    """REMB has a mantissa of 18 bits."""
    return len(said) == len(meant) and all(
        abs(one - two) <= two / 1e4 for one, two in zip(said, meant, strict=True)
    )


def test_the_weakest_line_counts_and_only_changes_are_told() -> None:
    publishing = Publishing()
    publishing.camera.keep_to(1, LARGE)
    publishing.camera.keep_to(2, SMALL)
    publishing.camera.keep_to(1, LARGE)
    assert near(publishing.told(), [790_000, 90_000])
    assert publishing.camera.limits.rung == SMALL


def test_a_limit_that_is_lifted_is_told_and_told_again() -> None:
    """Browsers keep the last one that they heard for ever, and RTCP may be lost."""
    publishing = Publishing()
    publishing.camera.keep_to(1, SMALL)
    for _ in range(2 * REPEATED):
        publishing.wire.limit.tick()
    assert near(publishing.told(), [90_000] * (1 + 2 * REPEATED))
    publishing.camera.limits.forget(1)
    for _ in range(2 * REPEATED):
        publishing.wire.limit.tick()
    said = publishing.told()
    assert near(said, [UNLIMITED] * len(said))
    assert 0 < len(said) < REPEATED


def test_nobody_is_told_anything_who_was_never_limited() -> None:
    publishing = Publishing()
    publishing.camera.keep_to(1, None)
    for _ in range(REPEATED):
        publishing.wire.limit.tick()
    assert publishing.told() == []


def test_a_browser_takes_a_limit_for_all_that_it_sends() -> None:
    publishing = Publishing()
    publishing.streams.append(publishing.screen)
    publishing.screen.keep_to(3, SMALL)
    publishing.camera.keep_to(1, SMALL)
    assert near(publishing.told(), [UNLIMITED, 180_000])


def test_a_line_that_we_do_not_judge_asks_for_no_less_than_its_floor() -> None:
    publishing = Publishing()
    publishing.camera.take_estimate(1, 40_000)
    assert near(publishing.told(), [FLOOR])
    publishing.camera.keep_to(2, SMALL)
    publishing.camera.take_estimate(2, 400_000)
    assert near(publishing.told(), [90_000, FLOOR]), "the later word of a line counts"
