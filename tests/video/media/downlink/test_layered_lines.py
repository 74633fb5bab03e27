"""One camera in layers, and several lines: each gets what it takes, nobody less."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import pairwise

import pytest

from tests.video.media.downlink.layered import LayeredPublisher
from tests.video.media.downlink.publisher import Publisher
from tests.video.media.downlink.virtual import every, in_virtual_time
from tests.video.media.downlink.visit import Visit
from tests.video.media.estimate.line import Line, level, steps

FREE = 20e6


class Room:
    """Who looks at one publisher; `sent` has the layers that were on, by time."""

    def __init__(self) -> None:
        self.publisher = LayeredPublisher()
        self.visits: list[Visit] = []
        self.sent: list[tuple[float, frozenset[int]]] = []
        loop = asyncio.get_running_loop()
        self._begun = loop.time()
        every(0.1, lambda: self.sent.append((loop.time() - self._begun, self.on)))

    @property
    def on(self) -> frozenset[int]:
        return self.publisher.on

    def layers(self, start: float, end: float) -> frozenset[int]:
        return frozenset[int]().union(*(on for at, on in self.sent if start < at < end))


def seen_over(lines: Sequence[Line], seconds: float, *, apart: float = 0.0) -> Room:
    """Everybody joins, so many seconds after the one before."""

    async def story() -> Room:
        room = Room()
        for line in lines:
            room.visits.append(room.publisher.joins(line))
            await asyncio.sleep(apart)
        await asyncio.sleep(seconds - apart * len(lines))
        for visit in room.visits:
            visit.downlink.close()
        return room

    return in_virtual_time(story)


def longest_still(visit: Visit, start: float, end: float) -> float:
    times = [start, *(at for at, _ in visit.pictures if start <= at < end), end]
    return max(b - a for a, b in pairwise(sorted(times)))


def free() -> Line:
    return Line(level(FREE))


@pytest.mark.parametrize("narrow", [150e3, 300e3])
def test_the_worst_line_of_three_is_its_own_only(narrow: float) -> None:
    room = seen_over([free(), free(), Line(level(narrow))], 40)
    *good, weak = room.visits
    for visit in good:
        assert visit.heights(8, 40) == {720}
        assert visit.shown(8, 40) > 29
    assert weak.heights(10, 40) == {180}
    assert weak.shown(10, 40) > 7
    assert weak.waits(10, 40) < 0.15
    assert weak.concealed(10, 40) < 0.01
    assert longest_still(weak, 10, 40) < 1
    assert {height for visit in room.visits for _, height in visit.asked[20:]} == {0}


def test_one_who_looks_alone_gets_one_stream_that_follows_their_line() -> None:
    room = seen_over([Line(level(300e3))], 30)
    (visit,) = room.visits
    assert room.layers(0, 30) == {2}
    assert visit.shown(10, 30) > 18
    assert min(visit.heights(15, 30)) >= 240
    assert visit.asked[-1][1] > 0, "the encoder is asked for less"


def test_a_fall_and_its_end_are_a_switch_without_a_still() -> None:
    falling = Line(steps((15, FREE), (35, 300e3), (60, FREE)))
    room = seen_over([free(), falling], 60)
    other, visit = room.visits
    assert other.heights(8, 60) == {720}
    assert longest_still(other, 8, 60) < 0.2
    assert visit.heights(10, 15) == {720}
    assert max(visit.heights(20, 35)) < 720
    assert visit.shown(20, 35) > 10
    assert longest_still(visit, 18, 60) < 1
    assert visit.first(720, 35) < 8
    assert visit.heights(45, 60) == {720}
    assert room.layers(12, 15) == {2}, "what nobody wants is not sent"
    assert room.layers(50, 60) == {2}
    assert room.layers(20, 35) > {2}


def test_who_joins_is_not_held_to_the_line_of_who_was_there() -> None:
    room = seen_over([Line(level(150e3)), free()], 60, apart=20)
    first, second = room.visits
    assert second.first(720, 0) < 8
    assert second.heights(12, 40) == {720}
    assert first.heights(30, 60) == {180}
    assert longest_still(first, 28, 60) < 1
    assert first.waits(28, 60) < 0.15


def test_a_line_for_sound_alone_has_no_layer_sent() -> None:
    room = seen_over([free(), Line(level(60e3))], 40)
    other, visit = room.visits
    assert other.heights(8, 40) == {720}
    assert visit.downlink.paused
    assert visit.shown(25, 40) < 1
    assert visit.concealed(20, 40) < 0.01
    assert room.layers(35, 40) == {2}


def test_the_sound_of_three_is_whole_where_a_picture_beside_it_is_too_much() -> None:
    async def story() -> Visit:
        room = Room()
        visits = [room.publisher.joins(line) for line in (free(), Line(level(150e3)))]
        for _ in range(2):
            visits[1].hears(Publisher(lambda height: None))
        await asyncio.sleep(40)
        for visit in visits:
            visit.downlink.close()
        return visits[1]

    assert in_virtual_time(story).concealed(10, 40) < 0.05
