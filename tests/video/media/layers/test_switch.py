"""The switch of layers over random lines: judged by what a browser makes of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.video.media.layers.camera import TICKS, Encoder
from tests.video.media.layers.stories import ENCODERS, LAYERS, LOST, Line, Step, steps
from tests.video.media.layers.viewer import described
from video.media.layers.descriptor import NONE
from video.media.layers.switch import ASK_EVERY, DROP, EMPTY, SEND


@settings(deadline=None)
@given(ENCODERS, steps(st.just(0), pauses=True))
def test_on_a_clean_line_nothing_is_missing_and_nothing_freezes(
    encoders: tuple[Encoder, ...], story: list[Step]
) -> None:
    line = Line(encoders)
    for step in story:
        line.go(step)
    line.end()
    viewer = line.viewer
    viewer.check_numbers()
    viewer.check_whole()
    viewer.check_references(line.arrived.values())


@settings(deadline=None)
@given(
    ENCODERS, steps(st.sampled_from([0] * 8 + [1, 2, 5, 20, LOST])), st.integers(0, 3)
)
def test_on_any_line_only_what_was_lost_is_missing(
    encoders: tuple[Encoder, ...], story: list[Step], asks: int
) -> None:
    line = Line(encoders)
    for number, step in enumerate(story):
        line.go(step)
        if asks and number % asks == 0:
            line.viewer.ask_again(line.arrived)
    line.end()
    viewer = line.viewer
    for number in viewer.ask_again(line.arrived):
        assert line.switch.origin(number & 0xFFFF) not in line.arrived
    viewer.check_numbers()
    viewer.check_references(line.arrived.values())
    viewer.check_frames(line.arrived.values())


@settings(deadline=None)
@given(ENCODERS, steps(st.sampled_from([0] * 4 + [1, 2, 5, 20]), pauses=True))
def test_what_comes_in_another_order_leaves_no_hole(
    encoders: tuple[Encoder, ...], story: list[Step]
) -> None:
    line = Line(encoders)
    for step in story:
        line.go(step)
    line.end()
    assert line.viewer.ask_again(line.arrived) == []
    assert not line.viewer.missing()
    line.viewer.check_numbers()


@settings(deadline=None)
@given(ENCODERS, steps(st.just(0)))
def test_with_reports_pictures_keep_the_cameras_time(
    encoders: tuple[Encoder, ...], story: list[Step]
) -> None:
    line = Line(encoders)
    for layer in range(LAYERS):
        line.report(layer)
    for step in story:
        line.go(step)
        line.report(line.capture % LAYERS)
    assert all(abs(ticks) <= 2 * 90 for ticks in line.viewer.apart())


def test_the_old_layer_is_seen_until_the_new_one_begins() -> None:
    line = ready_line()
    plain = Step(None, (1, 2, 3), False, False, (0,) * 9)
    line.go(Step((0, 2), (1, 2, 3), False, False, (0,) * 9))
    for _ in range(5):
        line.go(plain)
    line.asked.clear()
    line.switch.want(2, 2, line.now)
    line.asked.clear()
    for _ in range(6):
        line.go(plain)
        line.asked.clear()
    assert line.switch.layer == 0
    line.go(Step(None, (1, 2, 3), False, True, (0,) * 9))
    assert line.switch.layer == 2
    shown = defaultdict(list)
    for got in line.viewer.seen:
        assert got.truth is not None
        shown[got.truth.capture].append(got.truth.layer)
    assert sorted(shown) == list(range(line.capture))
    line.viewer.check_whole()


def test_key_frames_are_asked_for_twice_a_second_at_most() -> None:
    line = ready_line()
    line.switch.want(0, 2, line.now)
    for number in range(90):
        line.switch.want(number % 3, 2, line.now)
        line.switch.refresh(line.now)
        line.switch.tick(line.now)
        line.capture += 1
    steps = [b - a for a, b in zip(line.asks, line.asks[1:], strict=False)]
    assert len(line.asks) == 6
    assert min(steps) >= ASK_EVERY


def test_a_paused_stream_goes_on_where_it_was() -> None:
    line = ready_line()
    line.go(Step((1, 2), (2, 2, 2), False, False, (0,) * 9))
    line.go(Step((NONE, 2), (2, 2, 2), False, False, (0,) * 9))
    assert line.switch.heard == ()
    for _ in range(30):
        line.go(Step(None, (2, 2, 2), False, False, (0,) * 9))
    line.go(Step((1, 2), (2, 2, 2), False, False, (0,) * 9))
    line.go(Step(None, (2, 2, 2), False, False, (0,) * 9))
    first, last = (
        g[0] for g in (list(line.viewer.frames().values())[at] for at in (0, 1))
    )
    assert first.truth and last.truth
    passed = last.truth.capture - first.truth.capture
    moved = (last.timestamp - first.timestamp) & 0xFFFFFFFF
    assert abs(moved - passed * TICKS) < TICKS
    line.viewer.check_whole()


def test_a_layer_that_is_taken_up_again_begins_at_no_key_frame_of_before() -> None:
    """One of its packets was lost on the way to us, and comes again by now."""
    line = ready_line()
    encoder, hear = line.encoders[2], line.viewer.hear
    line.switch.want(2, 2, line.now)
    assert hear(encoder.encode(0)[0], line.now) == SEND
    (late,) = encoder.encode(1, key=True)
    assert hear(encoder.encode(2, key=True)[0], line.now) == SEND
    line.switch.want(0, 2, line.now)
    assert hear(line.encoders[0].encode(3)[0], line.now) == SEND
    line.switch.want(2, 2, line.now)
    hear(late, line.now)
    assert line.switch.layer == 0
    assert hear(encoder.encode(4, key=True)[0], line.now) == SEND
    assert line.switch.layer == 2
    line.viewer.check_numbers()


def test_a_layer_that_counts_anew_is_taken_up_with_its_next_key_frame() -> None:
    line = ready_line()
    plain = Step(None, (1, 1, 1), False, False, (0,) * 9)
    line.go(Step((0, 2), (1, 1, 1), False, False, (0,) * 9))
    line.encoders[0].sequence = (line.encoders[0].sequence - 20000) & 0xFFFF
    for _ in range(120):
        line.go(plain)
    assert line.switch.layer == 0
    late = [got.truth.capture for got in line.viewer.seen if got.truth]
    assert max(late) == line.capture - 1
    line.viewer.check_whole()


def test_a_frame_that_is_left_out_takes_its_numbers_with_it() -> None:
    """Only the base layer is wanted: ids and numbers stay in a row, and what comes
    late of a frame that was left out is not sent."""
    line = ready_line()
    line.go(Step((0, 0), (1, 1, 1), False, False, (0,) * 9))
    encoder = line.encoders[0]
    left_out = encoder.encode(1, packets=3)
    first, second, third = left_out
    hear = line.viewer.hear
    assert hear(first, line.now) == DROP
    assert hear(third, line.now) == DROP
    assert hear(second, line.now) == DROP
    for capture in range(2, 9):
        for truth in encoder.encode(capture):
            hear(truth, line.now)
    line.viewer.check_whole()
    assert len(line.viewer.rows) == 3


def test_a_lost_packet_of_a_frame_that_does_not_go_leaves_no_hole() -> None:
    line = ready_line()
    line.go(Step((0, 0), (2, 1, 1), False, False, (0,) * 9))
    encoder, hear = line.encoders[0], line.viewer.hear
    _, tail = encoder.encode(1, packets=2)
    head, _ = encoder.encode(2, packets=2)
    _, middle, _ = encoder.encode(3, packets=3)
    assert (tail.tid, head.tid, middle.tid) == (2, 1, 2)
    for truth in (tail, head, middle, *encoder.encode(4)):
        hear(truth, line.now)
    # The end of the last one left out, and the head of the base frame, may be missing.
    assert len(line.viewer.rows) == 3
    assert line.viewer.missing() == []
    line.viewer.check_whole()


def test_a_frame_that_was_begun_is_ended_though_less_is_wanted_by_then() -> None:
    line = ready_line()
    line.go(Step((0, 2), (1, 1, 1), False, False, (0,) * 9))
    encoder, hear = line.encoders[0], line.viewer.hear
    head, tail = encoder.encode(1, packets=2)
    assert head.tid == 2
    assert hear(head, line.now) == SEND
    line.switch.want(0, 0, line.now)
    left_out, base = encoder.encode(2, packets=1), encoder.encode(3, packets=1)
    assert base[0].tid == 2
    assert hear(base[0], line.now) == DROP
    assert hear(left_out[0], line.now) == EMPTY
    assert hear(tail, line.now) == SEND
    assert hear(tail, line.now) == DROP, "once"
    line.viewer.check_numbers()
    line.viewer.check_frames(line.arrived.values())


def test_a_frame_that_came_late_and_did_not_go_is_nothing_to_refer_to() -> None:
    """Of 0 2 1 2 0 2 1 2 the fourth is lost while only base frames are wanted."""
    line = ready_line()
    hear, encoder = line.viewer.hear, line.encoders[0]
    line.switch.want(0, 2, line.now)
    rows = [encoder.encode(number)[0] for number in range(9)]
    assert not rows[3].sync and not rows[5].sync
    for truth in rows[:3]:
        assert hear(truth, line.now) == SEND
    line.switch.want(0, 0, line.now)
    assert hear(rows[4], line.now) == SEND
    assert hear(rows[3], line.now) == EMPTY
    number = line.switch.sequence
    line.switch.want(0, 2, line.now)
    assert hear(rows[5], line.now) == DROP
    again = line.switch.again(number, described(rows[3]), rows[3].timestamp)
    assert again == EMPTY, "who asks for it gets as much"
    line.viewer.check_numbers()
    line.viewer.check_references(rows)


def test_each_temporal_layer_is_taken_up_by_a_frame_of_its_own() -> None:
    line = ready_line()
    encoder = line.encoders[0]
    line.switch.want(0, 0, line.now)
    told = []
    for number in range(12):
        if number == 5:
            line.switch.want(0, 2, line.now)
        (truth,) = encoder.encode(number, sync=number in (5, 10))
        told.append(line.viewer.hear(truth, line.now) == SEND)
    # The last refers to the tenth, of its own layer, which did not go.
    sent = [number for number, went in enumerate(told) if went]
    assert sent == [0, 4, 5, 8, 10]


def test_after_a_key_frame_nothing_refers_to_what_was_before() -> None:
    line = ready_line()
    hear, encoder = line.viewer.hear, line.encoders[0]
    line.switch.want(0, 2, line.now)
    for number in range(4):
        assert hear(encoder.encode(number)[0], line.now) == SEND
    assert hear(encoder.encode(4, key=True)[0], line.now) == SEND
    odd = replace(encoder.encode(5)[0], sync=False)
    assert hear(odd, line.now) == DROP


def ready_line() -> Line:
    return Line(
        tuple(
            Encoder(layer, sequence=65530, timestamp=5, picture=32760, base=250)
            for layer in range(LAYERS)
        )
    )
