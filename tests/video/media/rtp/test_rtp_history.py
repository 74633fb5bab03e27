"""What is kept for those who miss it, and when asking for it stops."""

from tests.video.media.rtp.lines import VP8, Line
from video.media.rtp.history import MAX_MISSING, PLACE, RtpHistory
from video.media.rtp.receiver import ForwardingReceiver
from video.media.transport.dtls import PacketBuffer


def test_a_history_answers_only_for_what_it_holds() -> None:
    history, buffer = RtpHistory(), PacketBuffer()

    def store(sequence: int, packet: bytes) -> None:
        buffer.view[: len(packet)] = packet
        history.store(sequence, buffer.data, len(packet))

    def found(sequence: int) -> bytes | None:
        packet = history.find(sequence)
        return None if packet is None else bytes(packet)

    store(5, b"five")
    assert found(5) == b"five"
    assert found(5 + 1024) is None
    store(5 + 1024, b"newer")
    assert found(5) is None
    assert found(5 + 1024) == b"newer"
    store(0, b"zero")
    store(65535, b"last")
    assert (found(0), found(65535)) == (b"zero", b"last")
    store(65535, bytes(PLACE + 1))
    assert found(65535) is None, "too long to be kept"
    history.clear()
    assert found(0) is None


def test_who_misses_too_much_gets_a_key_frame_instead() -> None:
    line = Line()
    sequence = 0
    line.push(sequence)
    line.receiver.tick(10.0)
    before = line.receiver.keyframe_requests
    while line.counters.gave_up == 0:
        sequence += 100
        line.push(sequence, at=11.0)
    assert sequence <= MAX_MISSING + 200
    assert not line.receiver.nacks
    assert line.receiver.keyframe_requests == before + 1
    asked = len(line.up.reports)
    line.receiver.send_nacks(11.1)
    assert len(line.up.reports) == asked


def test_what_comes_late_or_twice_is_forwarded_in_its_own_place() -> None:
    """Order is the browser's affair; its jitter buffer sees the publisher's numbers."""
    line = Line()
    for sequence in (10, 12, 11, 12, 13):
        line.push(sequence)
    first, *rest = line.down.sequences()
    assert [(one - first) & 0xFFFF for one in rest] == [2, 1, 2, 3]
    assert line.receiver.highest == 13
    assert line.receiver.recovered == 1
    report = line.receiver.report(10.0)
    assert report is not None
    assert report.highest_sequence == 13


def test_a_switch_after_late_packets_goes_on_behind_the_newest() -> None:
    line = Line()
    for sequence in (65534, 65535, 0, 65533):
        line.push(sequence, timestamp=3000)
    newest = line.down.sequences()[2]
    other = ForwardingReceiver(line.up, VP8, line.counters)
    line.sender.bind(other, now=10.0)
    line.receiver = other
    line.push(7, timestamp=500)
    assert (line.down.sequences()[-1] - newest) & 0xFFFF == 1


def test_a_publisher_that_begins_anew_asks_for_nothing() -> None:
    line = Line()
    line.push(10)
    line.push(30_000)
    assert not line.receiver.nacks
    line.push(30_001)
    first, second, third = line.down.sequences()
    assert (second - first) & 0xFFFF == 29_990
    assert (third - second) & 0xFFFF == 1
