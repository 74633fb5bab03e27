"""Picture and sound that fit a line, told by the line itself."""

import asyncio

import pytest

from tests.video.media.downlink.publisher import Publisher
from tests.video.media.downlink.virtual import in_virtual_time
from tests.video.media.downlink.visit import Visit, after
from tests.video.media.estimate.line import Line, level, steps

FREE = 20e6
BUFFERS = pytest.mark.parametrize("buffer", [0.5, 4.0])


def falls(to: float, buffer: float) -> Visit:
    """Ten seconds of a free line, thirty of a narrow one, twenty of a free one."""
    return after(Line(steps((10, FREE), (40, to), (60, FREE)), buffer=buffer), 60)


def test_a_free_line_has_the_whole_picture_and_no_more_probes() -> None:
    visit = after(Line(level(FREE)), 20)
    assert visit.heights(6, 20) == {720}
    assert visit.shown(6, 20) > 29
    assert visit.plain(6, 20) == 0
    assert visit.publisher.sound.limits.rung is None
    assert visit.slots[1].keyframe_takes < 0.1
    probes = visit.down.counters.probes
    assert 0 < probes < 60
    assert probes == after(Line(level(FREE)), 10).down.counters.probes


@BUFFERS
def test_a_fall_to_300_leaves_a_picture_that_moves(buffer: float) -> None:
    visit = falls(300e3, buffer)
    assert visit.shown(20, 40) > 18
    # After a fall there is one step at a time.
    assert min(visit.heights(22, 40)) >= 240
    assert visit.waits(20, 40) < 0.15
    assert visit.concealed(16, 40) < 0.01


@BUFFERS
def test_150_leave_ten_pictures_a_second(buffer: float) -> None:
    visit = falls(150e3, buffer)
    assert visit.shown(20, 40) > 10
    assert visit.heights(30, 40) == {180}
    assert visit.waits(20, 40) < 0.15
    assert visit.concealed(20, 40) < 0.01


@BUFFERS
def test_100_leave_five_beside_sound_that_is_plain_and_small(buffer: float) -> None:
    visit = falls(100e3, buffer)
    assert visit.shown(20, 40) > 5
    assert visit.waits(20, 40) < 0.15
    assert visit.concealed(20, 40) < 0.01
    assert visit.plain(20, 40) > 0.9
    assert visit.heights(20, 40) == {180}


def test_over_100_a_key_frame_is_waited_for() -> None:
    line = Line(steps((10, FREE), (30, 100e3)))
    assert after(line, 30).slots[1].keyframe_takes > 0.5


@BUFFERS
def test_60_leave_the_sound_alone_and_whole(buffer: float) -> None:
    visit = falls(60e3, buffer)
    assert visit.shown(25, 40) < 1
    assert visit.concealed(25, 40) < 0.01
    assert visit.waits(25, 40) < 0.15


def test_what_a_bucket_lets_pass_at_once_is_no_line_for_a_picture() -> None:
    """A probe of a thousand octets proves four times as much, again and again."""
    line = Line(steps((10, FREE), (130, 60e3), (160, FREE)), bucket=1600)
    visit = after(line, 160)
    tries = [at for at, _ in visit.pictures if 20 <= at < 130]
    assert len(tries) < 40
    assert visit.concealed(20, 130) < 0.01
    late = [wait > 0.25 for at, wait in line.waits if 20 <= at < 130]
    assert sum(late) / len(late) < 0.1
    assert visit.plain(20, 130) > 0.95
    assert visit.first(720, 130) < 8


@BUFFERS
@pytest.mark.parametrize("narrow", [60e3, 100e3, 300e3])
def test_a_line_that_is_free_again_is_used_within_seconds(
    narrow: float, buffer: float
) -> None:
    visit = falls(narrow, buffer)
    assert visit.first(360, since=40) < 6
    assert visit.shown(44, 48) > 15
    assert visit.shown(52, 60) > 24
    assert visit.publisher.sound.limits.rung is None, "the sound is itself again"
    assert visit.plain(55, 60) < 0.1


@pytest.mark.parametrize("narrow", [20e3, 60e3, 130e3])
def test_a_picture_without_sound_comes_back_after_its_pause(narrow: float) -> None:
    """Nothing is sent while it is paused, so nothing would be told of the line."""
    line = Line(steps((10, FREE), (40, narrow), (60, FREE)), buffer=0.4)
    visit = after(line, 60, muted=True)
    assert visit.first(360, since=40) < 8
    assert visit.shown(52, 60) > 24


def test_whoever_is_paused_is_tried_small() -> None:
    """A picture of a megabit would fill the queue again at its first key frame."""
    visit = falls(60e3, 0.5)
    assert {height for at, height in visit.asked if 15 < at < 40} == {180}


@pytest.mark.parametrize("narrow", [30e3, 60e3])
def test_a_pause_ends_where_nothing_is_told_of_sound(narrow: float) -> None:
    """Nobody tells anything while there is no picture; a probe is answered."""
    line = Line(steps((10, FREE), (40, narrow), (80, FREE)))
    visit = after(line, 80, numbered=False)
    assert visit.shown(20, 40) < 1
    assert visit.first(360, since=40) < 20
    assert visit.shown(70, 80) > 24


def test_a_line_that_cannot_be_probed_is_tried_with_better_pictures() -> None:
    visit = after(Line(level(FREE)), 20, rtx=None)
    assert visit.down.counters.probes == 0
    assert min(visit.heights(15, 20)) >= 360
    narrow = after(Line(level(300e3)), 40, rtx=None)
    assert narrow.shown(20, 40) > 10
    assert narrow.concealed(20, 40) < 0.01


def test_a_camera_without_layers_follows_the_narrower_of_two_lines() -> None:
    """As Safari's, in H.264: the one encoder is asked for less, and nobody waits."""

    async def story() -> list[Visit]:
        visits: list[Visit] = []

        def note(height: int) -> None:
            for visit in visits:
                visit.note(height)

        publisher = Publisher(note)
        for capacity in (FREE, 300e3):
            visits.append(Visit(Line(level(capacity)), publisher=publisher))
        await asyncio.sleep(40)
        for visit in visits:
            visit.downlink.close()
        return visits

    free, narrow = in_virtual_time(story)
    assert min(free.shown(20, 40), narrow.shown(20, 40)) > 18
    assert 180 < max(free.heights(20, 40)) < 720
    assert narrow.waits(20, 40) < 0.15
