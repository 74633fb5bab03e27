"""A camera in layers before slots as they are: each gets one stream, and repeats."""

from __future__ import annotations

from itertools import pairwise

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
BEST = (2, 2)


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
    return head + fields + frame + f"{truth.layer}/{truth.frame}".encode()


class Viewer:
    """A subscriber's slot, and the wire to them."""

    def __init__(self, camera: LayeredCamera, now: float) -> None:
        self.wire = Wire()
        self.slot = ForwardingSender(self.wire, "video", Counters())
        self.slot.negotiate(
            payload_type=100,
            rtx_payload_type=101,
            clock_rate=90000,
            extensions={},
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
    return packet[12 + 6 + 10 :].decode()


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


def test_each_viewer_gets_the_layer_of_their_own() -> None:
    publisher = Publisher()
    publisher.run(30)
    high, low = (Viewer(publisher.camera, publisher.now) for _ in range(2))
    low.view.wanted = (0, 2)
    publisher.run(60)
    assert high.got()[-1] == f"2/{publisher.encoders[2].frame - 1}"
    assert low.got()[-1] == f"0/{publisher.encoders[0].frame - 1}"
    assert len({name for name in high.got() if name.startswith("0")}) == 0
    for viewer in (high, low):
        viewer.check()
    assert {name[0] for name in low.got()} == {"2", "0"}


def test_what_was_missed_before_a_switch_is_repeated_from_its_own_layer() -> None:
    publisher = Publisher()
    publisher.run(15)
    viewer = Viewer(publisher.camera, publisher.now)
    publisher.run(20)
    numbers = [HEADER.unpack_from(one)[2] for one in viewer.wire.packets]
    missed, name = numbers[-5], named(viewer.wire.packets[-5])
    original = viewer.wire.packets[-5]
    viewer.view.wanted = (1, 2)
    publisher.run(30)
    assert viewer.got()[-1].startswith("1")
    viewer.wire.packets.clear()
    viewer.slot.repeats.answer(missed, publisher.now)
    (repeat,) = viewer.wire.packets
    assert HEADER.unpack_from(repeat)[1] & 127 == 101
    assert int.from_bytes(repeat[12:14], "big") == missed
    assert repeat[14:] == original[12:]
    assert HEADER.unpack_from(repeat)[3] == HEADER.unpack_from(original)[3]
    assert named(original) == name and name.startswith("2")


def test_a_narrow_line_gets_fewer_frames_and_no_holes() -> None:
    publisher = Publisher()
    publisher.run(15)
    viewer = Viewer(publisher.camera, publisher.now)
    viewer.view.wanted = (2, 0)
    publisher.camera.tick(publisher.now)
    publisher.run(40)
    viewer.check()
    assert len(viewer.wire.packets) == 10
    assert {described(one).tid for one in viewer.wire.packets} == {0}


def test_what_comes_late_and_is_not_wanted_fills_its_number() -> None:
    publisher = Publisher()
    publisher.run(15)
    viewer = Viewer(publisher.camera, publisher.now)
    viewer.view.wanted = (2, 0)
    publisher.camera.tick(publisher.now)
    publisher.run(4)
    frames = []
    for _ in range(4):
        frames.append(publisher.encode(2))
        publisher.capture += 1
    # Of four frames of which only the first would go, two come late.
    for at in (0, 3, 1, 2):
        publisher.send(frames[at])
    publisher.run(8)
    numbers = sorted(HEADER.unpack_from(one)[2] for one in viewer.wire.packets)
    assert {b - a for a, b in pairwise(numbers)} == {1}
    empty = [one for one in viewer.wire.packets if described(one).empty]
    assert len(empty) == 2
    assert all(len(one) == 13 and one[0] & 0x20 and one[-1] == 1 for one in empty)


def test_the_source_sends_what_somebody_wants() -> None:
    publisher = Publisher()
    publisher.run(15)
    viewer = Viewer(publisher.camera, publisher.now)
    publisher.run(15)
    assert publisher.wish() == ("h",)
    publisher.on = {2}
    publisher.run(60)
    viewer.view.wanted = (0, 2)
    publisher.run(30)
    assert publisher.wish() == ("l", "h"), "what is seen is sent until the other begins"
    assert viewer.got()[-1].startswith("2")
    publisher.on = {0, 2}
    publisher.run(30)
    assert viewer.got()[-1].startswith("0")
    publisher.run(90)
    assert publisher.wish() == ("l",)
    viewer.check()


def test_a_line_chooses_among_what_the_camera_has() -> None:
    publisher = Publisher()
    publisher.run(30)
    high = Viewer(publisher.camera, publisher.now)
    assert {place[0] for place in high.view.choices(publisher.now).places} == {2}
    low = Viewer(publisher.camera, publisher.now)
    publisher.run(30)
    choices = low.view.choices(publisher.now)
    heights = dict(
        zip(choices.places, (one.height for one in choices.layers), strict=True)
    )
    assert (heights[0, 2], heights[1, 2], heights[2, 2]) == HEIGHTS
    low.view.select((0, 1), publisher.now)
    publisher.run(60)
    shown = [described(one).tid for one in low.wire.packets[-12:]]
    assert set(shown) == {0, 1}
    assert {name[0] for name in low.got()[-12:]} == {"0"}
    low.check()


def test_who_is_paused_gets_nothing_until_a_key_frame() -> None:
    publisher = Publisher()
    publisher.run(15)
    viewer = Viewer(publisher.camera, publisher.now)
    publisher.run(10)
    viewer.slot.pause()
    before = len(viewer.wire.packets)
    publisher.run(30)
    assert len(viewer.wire.packets) == before
    viewer.slot.resume(publisher.now)
    publisher.run(10)
    assert len(viewer.wire.packets) > before
    rows = [HEADER.unpack_from(one) for one in viewer.wire.packets]
    assert {(b[2] - a[2]) & 0xFFFF for a, b in pairwise(rows)} == {1}
    assert described(viewer.wire.packets[before]).key


def test_a_camera_that_ends_frees_its_slots() -> None:
    publisher = Publisher()
    viewer = Viewer(publisher.camera, publisher.now)
    publisher.run(5)
    for sender in list(publisher.camera.layers[0].senders):
        sender.unbind()
    assert viewer.slot.source is None
    assert publisher.camera.senders == []


def test_the_publishers_clock_is_told_in_the_slots_numbers() -> None:
    publisher = Publisher()
    publisher.run(15)
    viewer = Viewer(publisher.camera, publisher.now)
    publisher.run(15)
    last = HEADER.unpack_from(viewer.wire.packets[-1])[3]
    own = publisher.encoders[2].timestamp + (publisher.capture - 1) * TICKS
    publisher.camera.layers[2].take_report(1 << 40, own & 0xFFFFFFFF, publisher.now)
    report = viewer.wire.reports[-1]
    assert int.from_bytes(report[16:20], "big") == last
    count = len(viewer.wire.reports)
    publisher.camera.layers[0].take_report(1 << 40, 5, publisher.now)
    assert len(viewer.wire.reports) == count
