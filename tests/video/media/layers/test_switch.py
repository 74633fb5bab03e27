"""The switch of layers over random lines: judged by what a browser makes of it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.video.media.layers.camera import PATTERNS, TICKS, Encoder, Truth
from tests.video.media.layers.viewer import Viewer
from video.media.layers.descriptor import NONE
from video.media.layers.switch import ASK_EVERY, DROP, LayerSwitch

LAYERS = 3
NEAR_THE_TURN = {
    16: st.sampled_from([0, 1, 30000, 65500, 65535]),
    32: st.sampled_from([0, 77777, (1 << 31) - 1, (1 << 32) - 5000]),
    15: st.sampled_from([0, 5, 16000, 32740, 32767]),
    8: st.sampled_from([0, 100, 250, 255]),
}
LOST = -1


@dataclass(frozen=True)
class Step:
    """One picture of all layers: what is wanted before, how it is cut, how it goes.

    `ways`: by how many places each packet comes late; LOST for never.
    """

    want: tuple[int, int] | None
    sizes: tuple[int, int, int]
    sync: bool
    key: bool
    ways: tuple[int, ...]


WANTS = st.none() | st.tuples(st.sampled_from([0, 1, 2, NONE]), st.integers(0, 2))
SIZES = st.tuples(*[st.integers(1, 3)] * LAYERS)
ENCODERS = st.tuples(
    *[
        st.builds(
            Encoder,
            layer=st.just(layer),
            sequence=NEAR_THE_TURN[16],
            timestamp=NEAR_THE_TURN[32],
            picture=NEAR_THE_TURN[15],
            base=NEAR_THE_TURN[8],
            pattern=st.sampled_from(list(PATTERNS.values())),
        )
        for layer in range(LAYERS)
    ]
)


def steps(ways: st.SearchStrategy[int]) -> st.SearchStrategy[list[Step]]:
    one = st.builds(
        Step,
        want=WANTS,
        sizes=SIZES,
        sync=st.booleans(),
        key=st.sampled_from([False] * 7 + [True]),
        ways=st.lists(ways, min_size=9, max_size=9).map(tuple),
    )
    return st.lists(one, min_size=4, max_size=60)


@dataclass
class Line:
    """A publisher of layers, a unit with the switch, and one who looks."""

    encoders: tuple[Encoder, ...]
    start: tuple[int, int] = (65530, (1 << 32) - 9000)
    asked: set[int] = field(default_factory=set)
    asks: list[float] = field(default_factory=list)
    arrived: dict[tuple[int, int], Truth] = field(default_factory=dict)
    queue: list[tuple[int, int, Truth]] = field(default_factory=list)
    count: int = 0
    capture: int = 0

    def __post_init__(self) -> None:
        sequence, timestamp = self.start
        self.switch = LayerSwitch(self._ask, sequence=sequence, timestamp=timestamp)
        self.viewer = Viewer(self.switch)

    @property
    def now(self) -> float:
        return 100 + self.capture / 30

    def _ask(self, layer: int, now: float) -> None:
        self.asked.add(layer)
        self.asks.append(now)

    def report(self, layer: int) -> None:
        """A sender report of this moment: the clock of NTP begins with capture 0."""
        ntp = (self.capture * TICKS << 32) // 90000 + 1
        own = self.encoders[layer].timestamp + self.capture * TICKS
        self.switch.report(layer, ntp, own & 0xFFFFFFFF)

    def go(self, step: Step) -> None:
        if step.want is not None:
            self.switch.want(*step.want, self.now)
        ways = list(step.ways)
        for encoder, size in zip(self.encoders, step.sizes, strict=True):
            key = step.key or encoder.layer in self.asked
            self.asked.discard(encoder.layer)
            for truth in encoder.encode(
                self.capture, packets=size, key=key, sync=step.sync
            ):
                way = ways.pop()
                self.count += 1
                if way != LOST:
                    self.queue.append((self.count + way, self.count, truth))
        self.deliver(self.count)
        self.switch.tick(self.now)
        self.capture += 1

    def deliver(self, until: int) -> None:
        due = sorted(row for row in self.queue if row[0] <= until)
        self.queue = [row for row in self.queue if row[0] > until]
        for _, _, truth in due:
            self.arrived[truth.name] = truth
            self.viewer.hear(truth, self.now)

    def end(self) -> None:
        self.deliver(self.count + 1000)


@settings(deadline=None)
@given(ENCODERS, steps(st.just(0)))
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


@settings(deadline=None)
@given(ENCODERS, steps(st.sampled_from([0] * 4 + [1, 2, 5, 20])))
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


def ready_line() -> Line:
    return Line(
        tuple(
            Encoder(layer, sequence=65530, timestamp=5, picture=32760, base=250)
            for layer in range(LAYERS)
        )
    )
