"""Pictures as a page shows them: unseen ones rest, small ones are asked for small."""

import asyncio
from collections.abc import Callable

import pytest
from aiortc.rtp import RTCP_PSFB_PLI, RtcpPsfbPacket

from tests.video.media.downlink.virtual import in_virtual_time
from tests.video.media.downlink.visit import Visit
from tests.video.media.estimate.line import Line, level
from tests.video.media.rtp.lines import Wire
from video.media.counters import Counters
from video.media.downlink.downlink import Downlink
from video.media.rtp import rtcp
from video.media.rtp.limits import UNLIMITED
from video.media.rtp.sender import ForwardingSender
from video.media.rtp.showing import UNTOLD, Showing, is_unseen

PUBLISHER = ("", False)
FREE, NARROW = 4e6, 330e3
SETTLED, RESTED, AGAIN = 12.0, 6.0, 8.0
LOOKS = 50
SOUND = 45e3
ONE = {"pinned": SOUND + 62e3, "signs": SOUND + 78e3}
"""Bit/s that carry the sound and one small picture, and not another beside it."""


def lived(rate: float, *acts: tuple[float, Callable[[Visit], None]]) -> Visit:
    """A visit on a line of so many bit/s, and what happens in it, one after another."""

    async def story() -> Visit:
        visit = Visit(Line(level(rate)))
        for seconds, act in acts:
            await asyncio.sleep(seconds)
            act(visit)
        visit.downlink.close()
        return visit

    return in_virtual_time(story)


def shows(showing: Showing, *signers: str) -> Callable[[Visit], None]:
    def act(visit: Visit) -> None:
        visit.downlink.shown = {PUBLISHER: showing}
        visit.downlink.show(signers, visit.loop.time())

    return act


def nothing(_: Visit) -> None:
    pass


def test_what_nobody_sees_rests_and_is_back_with_one_key_frame() -> None:
    asked: list[int] = []

    def again(visit: Visit) -> None:
        assert is_unseen(visit.publisher.face)
        assert not visit.downlink.paused
        assert not visit.downlink.limited
        asked.append(visit.publisher.face.keyframe_requests)
        shows(UNTOLD)(visit)
        assert not is_unseen(visit.publisher.face)
        asked.append(visit.publisher.face.keyframe_requests)

    visit = lived(FREE, (SETTLED, shows(Showing(0))), (RESTED, again), (AGAIN, nothing))
    gone, back = SETTLED + 0.2, SETTLED + RESTED
    assert visit.shown(gone - 5, gone - 0.2) > 20
    assert visit.shown(gone, back) == 0
    assert visit.shown(back + 0.2, back + AGAIN) > 20
    assert visit.first(1, back) < 0.3
    assert asked[1] == asked[0] + 1 == visit.publisher.face.keyframe_requests
    assert visit.concealed(gone, back) == 0.0


def test_a_small_tile_asks_for_a_small_picture_and_is_not_called_weak() -> None:
    limits: list[tuple[int | None, int, bool]] = []

    def look(visit: Visit) -> None:
        rung, told = visit.publisher.face.limits.rung, visit.publisher.face.limits.told
        limits.append((rung and rung.height, told, visit.downlink.limited))

    visit = lived(
        FREE,
        (SETTLED, look),
        (0.0, shows(Showing(150))),
        (RESTED, look),
        (0.0, shows(UNTOLD)),
        (AGAIN, look),
    )
    assert limits[0] == (None, UNLIMITED, False)
    assert limits[1] == (180, UNLIMITED, False), "no line is said to be narrow"
    assert limits[2] == (None, UNLIMITED, False)
    small = SETTLED + 1.0
    assert visit.heights(small, small + RESTED - 1.5) == {180}
    assert visit.shown(small, small + RESTED - 1.5) >= 15
    assert visit.first(720, SETTLED + RESTED) < 3.0


def test_a_narrow_line_is_called_so_whatever_the_tile() -> None:
    found: list[bool] = []
    lived(
        90e3,
        (SETTLED, shows(Showing(150))),
        (RESTED, lambda visit: found.append(visit.downlink.limited)),
    )
    assert found == [True], "too few frames for any tile"


def test_one_encoder_follows_the_largest_tile() -> None:
    heights: list[int | None] = []

    def look(visit: Visit) -> None:
        rung = visit.publisher.face.limits.rung
        heights.append(rung and rung.height)

    def another(visit: Visit) -> None:
        slot = ForwardingSender(Wire(), "video", Counters())
        slot.bind(visit.publisher.face, visit.loop.time())

    lived(
        FREE,
        (SETTLED, shows(Showing(150))),
        (RESTED, look),
        (0.0, another),
        (RESTED, look),
    )
    assert heights == [180, None]


def test_who_signs_keeps_frames_on_a_narrow_line() -> None:
    plain = lived(NARROW, (30.0, nothing))
    signed = lived(NARROW, (0.0, shows(UNTOLD, "")), (30.0, nothing))
    assert signed.shown(15.0, 30.0) >= 20
    assert min(signed.heights(15.0, 30.0)) >= 240
    narrow = lived(120e3, (0.0, shows(UNTOLD, "")), (30.0, nothing))
    rungs = {height for _, height in narrow.asked[30:]}
    assert rungs <= {120, 144, 180}
    assert narrow.shown(15.0, 30.0) > plain_frames(120e3)
    assert plain.shown(15.0, 30.0) > 0


def plain_frames(rate: float) -> float:
    return lived(rate, (30.0, nothing)).shown(15.0, 30.0)


@pytest.mark.parametrize("how", ["pinned", "signs"])
def test_on_a_line_that_takes_one_picture_it_is_theirs(how: str) -> None:
    """Whoever is chosen, and another one is chosen later."""

    async def story() -> tuple[Visit, list[float]]:
        visit = Visit(Line(lambda now: 2e6 if now < SETTLED else ONE[how]))
        bob, zoe = visit.another("bob"), visit.slots[1]
        paused = []
        for first, chosen, other in (("", zoe, bob), ("bob", bob, zoe)):
            visit.downlink.shown = {(first, False): Showing(pinned=how == "pinned")}
            signers = (first,) if how == "signs" else ()
            visit.downlink.show(signers, visit.loop.time())
            await asyncio.sleep(2 * SETTLED)
            both = 0
            for _ in range(LOOKS):
                await asyncio.sleep(0.2)
                both += not chosen.paused and other.paused
            paused.append(both / LOOKS)
        visit.downlink.close()
        return visit, paused

    visit, theirs = in_virtual_time(story)
    assert min(theirs) > 0.9, theirs
    assert visit.shown(2 * SETTLED, 2 * SETTLED + LOOKS * 0.2) >= 5


def test_a_line_that_only_tells_its_estimate_pauses_what_is_not_seen() -> None:
    async def story() -> None:
        visit = Visit(Line(level(FREE)))
        loop, slot = visit.loop, visit.slots[1]
        downlink = Downlink(visit.down.counters, visit.slots, lambda: None)
        downlink.shown = {PUBLISHER: Showing(0)}
        downlink.show((), loop.time())
        downlink.tick(0, loop.time() + 0.5)
        assert slot.paused, "a tick does not begin it again"
        visit.publisher.wire.reports.clear()
        downlink.shown = {}
        downlink.show((), loop.time() + 1.0)
        assert slot in visit.publisher.face.senders
        (data,) = visit.publisher.wire.reports
        (asked,) = rtcp.parse_compound(data)
        assert isinstance(asked, RtcpPsfbPacket)
        assert asked.fmt == RTCP_PSFB_PLI
        visit.downlink.close()

    in_virtual_time(story)
