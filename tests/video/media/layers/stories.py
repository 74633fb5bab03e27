"""A publisher of layers, a line that loses and delays, and one who looks."""

from __future__ import annotations

from dataclasses import dataclass, field

from hypothesis import strategies as st

from tests.video.media.layers.camera import PATTERNS, TICKS, Encoder, Truth
from tests.video.media.layers.viewer import Viewer
from video.media.layers.descriptor import NONE
from video.media.layers.switch import LayerSwitch

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


def steps(
    ways: st.SearchStrategy[int], *, pauses: bool = False
) -> st.SearchStrategy[list[Step]]:
    layers = [*range(LAYERS), NONE] if pauses else [*range(LAYERS)]
    one = st.builds(
        Step,
        want=st.none() | st.tuples(st.sampled_from(layers), st.integers(0, 2)),
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
