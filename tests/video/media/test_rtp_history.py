"""What is kept for those who miss it, and when asking for it stops."""

from tests.video.media.test_rtp import Line
from video.media.dtls import PacketBuffer
from video.media.rtp_history import MAX_MISSING, PLACE, RtpHistory


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
