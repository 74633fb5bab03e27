"""What one subscriber's line has to do with a camera in layers that others see too."""

from __future__ import annotations

from itertools import count, pairwise

from aiortc.rtp import RtcpPsfbPacket

from tests.video.media.cameras.publisher import (
    Publisher,
    Viewer,
    as_bytes,
    described,
)
from tests.video.media.layers.camera import Truth
from tests.video.media.rtp.lines import take
from video.media.rtp import rtcp
from video.media.rtp.header_extensions import TRANSPORT_CC
from video.media.rtp.limits import UNLIMITED, PublisherLimit, Rung
from video.media.rtp.receiver import HEADER

NUMBER = 5
# Behind the header and the extensions' own: the place of the publisher's number.
PLACE = 16
NARROW = 30_000
SMALL = Rung(100_000, height=180, frames=7, beside=50_000)


def send_numbered(publisher: Publisher, truth: Truth) -> int:
    """As it comes through `Arrivals`: its place is known, and blank. Its length."""
    data = as_bytes(truth)
    data = bytes([data[0] | 16]) + data[1:12] + b"\xbe\xde\0\1" + bytes(4) + data[12:]
    receiver = publisher.camera.layers[truth.layer]
    receiver.number_at = PLACE
    take(receiver, publisher.buffer, data, publisher.now)
    return len(data)


def test_the_number_of_the_path_stands_where_each_packet_has_room_for_it() -> None:
    publisher = Publisher()
    publisher.run(15)
    viewer = Viewer(publisher.camera, publisher.now, {TRANSPORT_CC: NUMBER})
    numbers = count(7)
    viewer.slot.number_by(lambda octets, now: next(numbers))
    publisher.run(15)
    late = publisher.encode(2)
    publisher.capture += 1
    then = publisher.encode(2)
    send_numbered(publisher, then)
    viewer.view.select((0, 2), publisher.now)
    publisher.on = {0, 1}
    publisher.run(15)
    assert viewer.view.switch.layer == 0
    viewer.wire.packets.clear()
    before = next(numbers)
    length = send_numbered(publisher, late)
    (packet,) = viewer.wire.packets
    assert len(packet) == length, "nothing is moved"
    assert packet[PLACE] == NUMBER << 4 | 1
    assert int.from_bytes(packet[PLACE + 1 : PLACE + 3], "big") == before + 1


def test_a_camera_is_one_picture_to_its_publishers_limit() -> None:
    publisher = Publisher()
    publisher.wire.limit = PublisherLimit(publisher.wire, publisher.camera.layers)
    viewer = Viewer(publisher.camera, publisher.now)
    publisher.run(15)
    publisher.wire.reports.clear()
    viewer.view.keep_to(viewer.slot.ssrc, SMALL)
    assert limits(publisher) == [SMALL.rate + SMALL.beside]
    publisher.wire.limit.tick()
    assert len(limits(publisher)) == 2, "once more, and not for each layer"
    viewer.slot.unbind()
    assert publisher.camera.limits.told == UNLIMITED


def limits(publisher: Publisher) -> list[int]:
    said = []
    for data in publisher.wire.reports:
        for packet in rtcp.parse_compound(data):
            if isinstance(packet, RtcpPsfbPacket):
                found = rtcp.remb_estimate(packet)
                said += [found[0]] if found else []
    return said


def test_who_only_tells_an_estimate_holds_nobody_down() -> None:
    publisher = Publisher()
    publisher.run(30)
    low = Viewer(publisher.camera, publisher.now)
    low.view.take_estimate(low.slot.ssrc, NARROW)
    assert publisher.camera.limits.told < UNLIMITED, "alone it governs the encoder"
    high = Viewer(publisher.camera, publisher.now)
    publisher.run(30)
    low.view.take_estimate(low.slot.ssrc, NARROW)
    assert publisher.camera.limits.told == UNLIMITED
    publisher.run(60)
    assert low.got()[-1].startswith("0")
    assert high.got()[-1].startswith("2")
    assert {described(one).tid for one in low.wire.packets[-8:]} == {0, 1, 2}
    assert set(publisher.wish()) == {"l", "h"}


def test_on_the_way_down_the_fewest_frames_are_seen_until_the_layer_begins() -> None:
    publisher = Publisher()
    publisher.run(15)
    low, high = (Viewer(publisher.camera, publisher.now) for _ in range(2))
    publisher.on = {2}
    publisher.run(60)
    seen = len(low.wire.packets)
    low.view.select((0, 2), publisher.now)
    assert set(publisher.wish()) == {"l", "h"}, "the source is told at once"
    publisher.run(16)
    assert {described(one).tid for one in low.wire.packets[seen:]} == {0}
    publisher.on = {0, 2}
    publisher.run(8)
    assert {name[0] for name in low.got()[-4:]} == {"0"}
    assert {described(one).tid for one in low.wire.packets[-8:]} == {0, 1, 2}
    low.check()
    high.check()


def test_what_is_too_much_is_halted_until_the_layer_begins() -> None:
    publisher = Publisher()
    publisher.run(15)
    viewers = [Viewer(publisher.camera, publisher.now) for _ in range(2)]
    low, _ = viewers
    publisher.on = {2}
    publisher.run(60)
    seen = len(low.wire.packets)
    low.view.halt()
    low.view.select((0, 2), publisher.now)
    publisher.run(16)
    assert len(low.wire.packets) == seen
    publisher.on = {0, 2}
    publisher.run(8)
    assert described(low.wire.packets[seen]).key
    numbers = [HEADER.unpack_from(one)[2] for one in low.wire.packets]
    assert {(b - a) & 0xFFFF for a, b in pairwise(numbers)} == {1}
