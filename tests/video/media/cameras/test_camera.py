"""A camera in layers before slots as they are: each gets one stream, and repeats."""

from __future__ import annotations

from itertools import pairwise

from tests.video.media.cameras.publisher import (
    HEIGHTS,
    Publisher,
    Viewer,
    described,
    named,
)
from tests.video.media.layers.camera import TICKS
from video.media.rtp.receiver import HEADER


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
