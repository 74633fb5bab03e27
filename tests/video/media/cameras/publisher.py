"""A camera in layers that sends what a test says, and slots before it."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from types import MappingProxyType

from tests.video.media.layers.camera import TICKS, Encoder, Truth
from tests.video.media.rtp.lines import VP8, Wire, take
from video.media.cameras.camera import LayeredCamera
from video.media.cameras.stream_ids import StreamNames
from video.media.cameras.view import LayerView
from video.media.counters import Counters
from video.media.layers.descriptor import Vp8Descriptor
from video.media.rtp.header_extensions import payload_offset
from video.media.rtp.receiver import HEADER
from video.media.rtp.sender import ForwardingSender
from video.media.transport.dtls import PacketBuffer

RIDS = ("l", "m", "h")
HEIGHTS = (180, 360, 720)
# Octets that a packet of each layer has beside its name.
WEIGHS = (0, 300, 600)


def as_bytes(truth: Truth) -> bytes:
    """On the wire; behind the descriptor stands which packet it is."""
    head = HEADER.pack(
        0x80, 96 | truth.marker << 7, truth.sequence, truth.timestamp, 50 + truth.layer
    )
    layer = truth.tid << 6 | truth.sync << 5
    fields = bytes([0x90 if truth.begins else 0x80, 0xE0])
    fields += (0x8000 | truth.picture).to_bytes(2, "big") + bytes([truth.base, layer])
    size = b"\x9d\x01\x2a\x00\x05" + HEIGHTS[truth.layer].to_bytes(2, "little")
    frame = bytes([not truth.key, 0, 0]) + size
    name = f"{truth.layer}/{truth.frame}".encode()
    return head + fields + frame + name + bytes(WEIGHS[truth.layer])


class Viewer:
    """A subscriber's slot, and the wire to them."""

    def __init__(
        self,
        camera: LayeredCamera,
        now: float,
        extensions: Mapping[str, int] = MappingProxyType({}),
    ) -> None:
        self.wire = Wire()
        self.slot = ForwardingSender(self.wire, "video", Counters())
        self.slot.negotiate(
            payload_type=100,
            rtx_payload_type=101,
            clock_rate=90000,
            extensions=extensions,
            usable=True,
        )
        self.view: LayerView = camera.view()
        self.slot.bind(self.view, now)

    def got(self) -> list[str]:
        """Which packets came, in the order of their numbers: layer and frame."""
        rows = sorted((HEADER.unpack_from(one)[2], one) for one in self.wire.packets)
        return [named(packet) for _, packet in rows]

    def check(self) -> None:
        """Numbers and picture ids rise by one; all is this slot's."""
        rows = [HEADER.unpack_from(one) for one in self.wire.packets]
        assert {row[4] for row in rows} == {self.slot.ssrc}
        assert {row[1] & 127 for row in rows} == {100}
        assert {(b[2] - a[2]) & 0xFFFF for a, b in pairwise(rows)} <= {1}
        assert all(
            0 < (b[3] - a[3]) & 0xFFFFFFFF < 9 * TICKS for a, b in pairwise(rows)
        )
        pictures = [described(one).picture for one in self.wire.packets]
        assert {(b - a) & 0x7FFF for a, b in pairwise(pictures)} <= {1}


def described(packet: bytes) -> Vp8Descriptor:
    found = Vp8Descriptor()
    found.read(
        memoryview(bytearray(packet)), payload_offset(packet, len(packet)), len(packet)
    )
    return found


def named(packet: bytes) -> str:
    return packet[12 + 6 + 10 :].rstrip(b"\0").decode()


class Publisher:
    """Sends what is asked of it: thirty pictures a second of each layer on."""

    def __init__(self) -> None:
        self.wire = Wire()
        self.told: list[tuple[str, ...]] = []
        self.camera = LayeredCamera(
            self.wire,
            VP8,
            Counters(),
            mid="1",
            rids=RIDS,
            names=StreamNames({}),
            tell=lambda: self.told.append(self.camera.wanted),
        )
        self.encoders = [
            Encoder(n, sequence=60000 + n, timestamp=n << 30, picture=32760, base=250)
            for n in range(3)
        ]
        self.capture = 0
        self.buffer = PacketBuffer()
        self.on = {0, 1, 2}

    def wish(self) -> tuple[str, ...]:
        return self.told[-1]

    @property
    def now(self) -> float:
        return 10 + self.capture / 30

    def encode(self, layer: int) -> Truth:
        receiver = self.camera.layers[layer]
        asked = receiver.keyframe_requests
        key = asked > getattr(self, f"_asked_{layer}", 0)
        setattr(self, f"_asked_{layer}", asked)
        return self.encoders[layer].encode(self.capture, key=key)[0]

    def send(self, truth: Truth) -> None:
        receiver = self.camera.layers[truth.layer]
        receiver.ssrc = 50 + truth.layer
        take(receiver, self.buffer, as_bytes(truth), self.now)

    def run(self, captures: int) -> None:
        for _ in range(captures):
            for layer in sorted(self.on):
                self.send(self.encode(layer))
            self.capture += 1
            if self.capture % 15 == 0:
                self.camera.tick(self.now)
