"""A made-up publisher whose camera comes in three layers, of those that are wanted.

As browsers do it: one layer alone follows what it is asked for; of several each has a
rate of its own. A layer that is turned on, and each request, brings a key frame.
"""

from __future__ import annotations

from dataclasses import replace

from tests.video.media.downlink.publisher import KEY, LARGEST, LEAST_KEY, Publisher
from tests.video.media.downlink.virtual import every
from tests.video.media.downlink.visit import Visit
from tests.video.media.estimate.line import Line
from tests.video.media.layers.camera import Encoder, Truth
from tests.video.media.rtp.lines import VP8, take
from video.media.cameras.camera import LayeredCamera
from video.media.cameras.stream_ids import StreamNames
from video.media.cameras.view import LayerView
from video.media.rtp.limits import PublisherLimit
from video.media.rtp.receiver import HEADER, ForwardingReceiver
from video.media.transport.dtls import PacketBuffer

RIDS, HEIGHTS = ("l", "m", "h"), (180, 360, 720)
RATES = (150e3, 500e3, 1500e3)
# The share of a layer's octets that each temporal layer has, in a pattern of 0 2 1 2.
SHARES = {0: 0.4, 1: 0.2, 2: 0.4}
FIRST_SSRC = 50
FRAMES, FOLLOWS, ASKED_AFTER = 30, 0.15, 0.05


class LayeredPublisher(Publisher):
    """`visits` see it; `on` are the layers that are sent."""

    def __init__(self) -> None:
        super().__init__(lambda height: None)
        self.camera = self.shows = LayeredCamera(
            self.wire,
            replace(VP8, ssrc=0),
            self.wire.counters,
            mid="1",
            rids=RIDS,
            names=StreamNames({}),
            tell=self._hear_wishes,
        )
        self.wire.limit = PublisherLimit(self.wire, [self.sound, *self.camera.layers])
        self.visits: list[Visit] = []
        self.on = frozenset({2})
        self._wanted_keys, self._answered = {2}, [0, 0, 0]
        self._capture, self._lines = 0, list(HEIGHTS)
        self._encoders = [
            Encoder(n, sequence=60_000 + n, timestamp=n << 30, picture=7, base=250)
            for n in range(3)
        ]
        every(0.5, self._tick)

    def tick(self) -> None:
        """Each of its visits ticks; it ticks once."""

    def joins(self, line: Line) -> Visit:
        """One more to see it, over that line."""
        visit = Visit(line, publisher=self)
        self.visits.append(visit)
        return visit

    def height(self, layer: int) -> int:
        rung = self.camera.limits.rung
        alone = rung is not None and len(self.on) == 1
        return min(rung.height, HEIGHTS[layer]) if rung and alone else HEIGHTS[layer]

    def _tick(self) -> None:
        self.camera.tick(self._loop.time())
        self.wire.limit.tick()

    def _hear_wishes(self) -> None:
        wanted = frozenset(RIDS.index(rid) for rid in self.camera.wanted)
        self._loop.call_later(FOLLOWS, self._turn, wanted)

    def _turn(self, wanted: frozenset[int]) -> None:
        self._wanted_keys |= wanted - self.on
        self.on = wanted

    def _follow(self) -> None:
        """What is asked of the one layer is followed at once."""
        self.wire.reports.clear()

    def _show(self) -> None:
        for layer in sorted(self.on):
            self._encode(layer)
        self._capture += 1
        for visit in self.visits:
            source = visit.slots[1].source
            assert isinstance(source, LayerView)
            visit.note(self.height(source.switch.layer))
        self._loop.call_later(1 / FRAMES, self._show)

    def _encode(self, layer: int) -> None:
        receiver, encoder = self.camera.layers[layer], self._encoders[layer]
        if receiver.keyframe_requests > self._answered[layer]:
            self._answered[layer] = receiver.keyframe_requests
            self._loop.call_later(ASKED_AFTER, self._wanted_keys.add, layer)
        key = layer in self._wanted_keys or self._lines[layer] != self.height(layer)
        self._lines[layer] = self.height(layer)
        self._wanted_keys.discard(layer)
        tid = 0 if key else encoder.pattern[encoder.phase % 4]
        rung = self.camera.limits.rung
        rate = (
            min(rung.rate, RATES[layer]) if rung and len(self.on) == 1 else RATES[layer]
        )
        size = int(rate / 8 / FRAMES * SHARES[tid] * 4 / encoder.pattern.count(tid))
        size = max(LEAST_KEY, KEY * size) if key else size
        sizes = [min(LARGEST, size - at) for at in range(0, size, LARGEST)]
        # As libvpx does, every second frame but one refers to the base layer alone.
        sync = encoder.phase % 8 < 4
        truths = encoder.encode(self._capture, packets=len(sizes), key=key, sync=sync)
        for truth, octets in zip(truths, sizes, strict=True):
            self._push(receiver, truth, octets)

    def _push(self, receiver: ForwardingReceiver, truth: Truth, octets: int) -> None:
        receiver.ssrc = FIRST_SSRC + truth.layer
        marked = 96 | truth.marker << 7
        head = (0x80, marked, truth.sequence, truth.timestamp, receiver.ssrc)
        fields = bytes([0x90 if truth.begins else 0x80, 0xE0])
        fields += (0x8000 | truth.picture).to_bytes(2, "big")
        fields += bytes([truth.base, truth.tid << 6 | truth.sync << 5])
        lines = self.height(truth.layer).to_bytes(2, "little")
        frame = bytes([not truth.key, 0, 0]) + b"\x9d\x01\x2a\x00\x05" + lines
        data = HEADER.pack(*head) + fields + frame + bytes(max(0, octets - len(frame)))
        take(receiver, PacketBuffer(), data, self._loop.time())
