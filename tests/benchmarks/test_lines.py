"""The figures of `./run bench lines`, and its lines, without a browser."""

from __future__ import annotations

import asyncio
import os
import random
from pathlib import Path

import pytest

from benchmarks._lines_busy import Busy, descended, processes
from benchmarks._lines_camera import Camera, flicker, write_pictures, write_sound
from benchmarks._lines_figures import (
    Row,
    back_after,
    concealed,
    first_came,
    fps,
    height,
    kbits,
    least,
    least_fps,
    most,
    moving_again,
    quantile,
    reached,
    rows_of,
    windows,
)
from benchmarks._lines_netns import backlog, lost_rules, queue_options, stale
from benchmarks._lines_shape import (
    Bottleneck,
    Shape,
    both,
    buffer_octets,
    waiting_ms,
)
from benchmarks.lines import GOALS, PARTS, QUICK_KEYS, chosen_parts

EVERY = 0.2


def filmed(*stretches: tuple[float, float, int]) -> list[Row]:
    """Rows of (seconds, pictures a second, height), one stretch after the other."""
    rows, at, frames = [Row(at=0.0)], 0.0, 0.0
    for seconds, rate, tall in stretches:
        for _ in range(round(seconds / EVERY)):
            at, frames = at + EVERY, frames + rate * EVERY
            rows.append(Row(at=at, frames=frames, height=tall))
    return rows


def test_rates_are_counted_over_the_time_between_the_rows() -> None:
    assert fps(filmed((10, 24, 360))) == pytest.approx(24)
    assert fps(filmed((10, 24, 360))[:1]) is None
    rows = [Row(at=1, octets=0), Row(at=3, octets=100_000)]
    assert kbits(rows) == pytest.approx(400)


def test_the_least_window_is_found_wherever_it_lies() -> None:
    rows = filmed((10, 30, 360), (2, 4, 360), (10, 30, 360))
    assert least_fps(rows) == pytest.approx(4, abs=0.1)
    assert least_fps(filmed((1, 30, 360))) is None


def test_windows_have_their_length() -> None:
    ends = [end for end, _ in windows(filmed((5, 10, 180)), 2.0)]
    assert 1.6 <= ends[0] <= 2.01
    assert ends[-1] == pytest.approx(5)


def test_back_is_the_first_good_second_that_stays() -> None:
    rows = filmed((10, 3, 180), (4, 3, 180), (1.2, 30, 180), (2, 3, 180), (10, 25, 180))
    back = back_after(rows, 10.0)
    assert back is not None
    assert 7.2 < back <= 8.4
    assert back_after(rows, 10.0, tall=360) is None


def test_back_waits_for_the_height() -> None:
    rows = filmed((10, 3, 180), (5, 25, 180), (10, 25, 360))
    quick, tall = back_after(rows, 10.0), back_after(rows, 10.0, tall=360)
    assert quick is not None
    assert tall is not None
    assert quick < 1.2
    assert 4.9 < tall < 5.5


def test_who_never_was_away_is_back_at_once() -> None:
    assert back_after(filmed((20, 25, 360)), 10.0) == pytest.approx(0, abs=EVERY)


def test_a_good_end_that_was_not_watched_long_enough_is_none() -> None:
    assert back_after(filmed((10, 3, 360), (2, 25, 360)), 10.0) is None


def test_moving_again_is_the_first_new_picture() -> None:
    rows = filmed((3, 25, 360), (4, 0, 360), (3, 25, 360))
    assert moving_again(rows, 5.0) == pytest.approx(2.2, abs=0.01)
    assert moving_again(filmed((3, 25, 360), (9, 0, 360)), 5.0) is None
    assert moving_again([], 5.0) is None


def test_height_is_that_of_half_the_time() -> None:
    assert height(filmed((6, 20, 360), (4, 20, 180))) == 360
    assert height(filmed((4, 20, 360), (6, 20, 180))) == 180
    assert height([]) is None
    assert first_came([Row(at=2), Row(at=5, octets=9)], 1.0) == 4
    assert reached(filmed((4, 20, 180), (2, 20, 360)), 1.0, 360) == pytest.approx(3.2)


def test_silence_counts_as_made_up() -> None:
    assert concealed([Row(at=0), Row(at=1)]) == 1.0
    assert concealed([Row(at=0), Row(at=1, samples=100, concealed=7)]) == 0.07
    assert concealed([]) is None


def test_a_half_of_a_figure_is_none() -> None:
    assert (least(3, 2), most(3, 2)) == (2, 3)
    assert least(3, None) is None
    assert most(None, 2) is None
    assert quantile([], 0.95) is None
    assert quantile(list(map(float, range(100))), 0.95) == 95


def test_only_rows_that_know_the_person_count() -> None:
    told = [{"at": 1.0, "people": {}}, {"at": 2.0, "people": {"ines": {"frames": 3}}}]
    assert rows_of(told, "ines") == [Row(at=2.0, frames=3)]


def through(line: Bottleneck, sizes: list[int], every: float) -> list[float | None]:
    return [
        line.leaves_at(number * every, size - 28) for number, size in enumerate(sizes)
    ]


def test_a_bottleneck_spaces_what_comes_too_fast() -> None:
    line = Bottleneck(random.Random(1))
    line.become(80_000, 1000, 0.0, cut=False)
    left = through(line, [1000] * 5, 0.0)
    assert left == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5])
    assert line.waiting(0.2) == pytest.approx(0.3)
    assert line.waiting(9.0) == 0


def test_a_full_buffer_drops_and_goes_on() -> None:
    line = Bottleneck(random.Random(1))
    line.become(80_000, 500, 0.0, cut=False)
    left = through(line, [1000] * 20, 0.0)
    kept = [at for at in left if at is not None]
    assert max(kept) <= 0.5 + 0.2
    assert line.dropped == 20 - len(kept) > 10
    assert line.leaves_at(5.0, 972) == pytest.approx(5.1)


def test_a_line_that_is_freed_lets_new_ones_through_behind_what_waits() -> None:
    line = Bottleneck(random.Random(1))
    line.become(80_000, 1000, 0.0, cut=False)
    through(line, [1000] * 5, 0.0)
    line.become(8_000_000, 1000, 0.0, cut=False)
    assert line.leaves_at(0.1, 972) == pytest.approx(0.501)


def test_a_cut_takes_all_and_loss_its_share() -> None:
    line = Bottleneck(random.Random(1))
    line.become(8_000_000, 1000, 0.0, cut=True)
    assert line.leaves_at(0, 100) is None
    line.become(8_000_000, 1000, 0.3, cut=False)
    lost = sum(one is None for one in through(line, [100] * 4000, 0.01))
    assert 0.27 < lost / 4000 < 0.33


def test_buffers_and_waits_are_two_sides_of_the_rate() -> None:
    assert buffer_octets(400_000, 500) == 25_000
    assert waiting_ms(25_000, 400_000) == 500
    assert buffer_octets(60_000, 100) == 3000, "a packet of full size fits"
    assert both(60_000) == Shape(down=60_000, up=60_000)


SHOWN = """[{"kind":"tbf","handle":"8006:","root":true,"refcnt":3,
"options":{"rate":37500,
"burst":1599,"lat":490667},"bytes":90,"packets":1,"drops":0,"overlimits":0,"requeues":0,
"backlog":18250,"qlen":17}]"""


def test_the_backlog_is_read_of_what_tc_prints() -> None:
    assert backlog(SHOWN) == 18_250
    assert queue_options(300_000, 500)[-1] == "18750"


def test_rules_say_what_is_lost() -> None:
    assert lost_rules(Shape()) == []
    assert lost_rules(Shape(cut=True, loss=0.3)) == [["-p", "udp", "-j", "DROP"]]
    (rule,) = lost_rules(Shape(loss=0.15))
    assert rule[rule.index("--probability") + 1] == "0.15"
    assert len(lost_rules(Shape(tcp_only=True, loss=0.1))) == 2


def test_only_spaces_of_dead_processes_are_stale() -> None:
    gone = "vvl-4194305-lea"
    assert stale([f"vvl-{os.getpid()}-hub", gone, "another", "vvl-x-hub"]) == [gone]


def test_the_camera_moves_and_the_voice_does_not_stop(tmp_path: Path) -> None:
    camera = Camera(64, 48, signing=True)
    write_pictures(tmp_path / "a.y4m", camera)
    head, _, frames = (tmp_path / "a.y4m").read_bytes().partition(b"\n")
    assert head.startswith(b"YUV4MPEG2 W64 H48 F30:1")
    size = len(b"FRAME\n") + 64 * 48 * 3 // 2
    pictures = [frames[at : at + size] for at in range(0, len(frames), size)]
    assert len(pictures) == 90
    assert len(set(pictures)) == 90
    write_sound(tmp_path / "a.wav")
    assert (tmp_path / "a.wav").stat().st_size > 2 * 2 * 48_000
    assert max(flicker(random.Random(1), bytes([200]) * 99, 9)) <= 209


def test_ours_are_all_that_come_from_us() -> None:
    parents = {1: (0, 0), 5: (1, 0), 9: (5, 0), 7: (9, 0), 6: (1, 0)}
    assert descended(5, parents) == {5, 9, 7}
    assert os.getpid() in processes()


def test_the_processors_time_is_parted() -> None:
    async def act() -> Busy:
        async with Busy() as busy:
            sum(range(3_000_000))
        return busy

    busy = asyncio.run(act())
    assert busy.ours > 0
    assert busy.idle + busy.ours + busy.others == pytest.approx(1, abs=0.05)
    assert set(busy.told()) == {"idle", "ours", "others"}


def test_every_goal_has_a_part_that_measures_it() -> None:
    known = {key for keys in PARTS for key in keys}
    assert set(GOALS) <= known
    assert known >= QUICK_KEYS
    assert [*chosen_parts({"fps_100k"})] == [
        ("fps_100k", "height_100k", "sound_concealed_100k")
    ]
    with pytest.raises(ValueError, match="no_such_key"):
        chosen_parts({"no_such_key"})
