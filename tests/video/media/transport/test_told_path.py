"""What a browser is told of its own path, over the real socket and its keys."""

import asyncio
import struct

from tests.video.media.rtp.lines import VP8, rtp_packet
from tests.video.media.transport.calls import NUMBER, SEND_TIME, Call, keys
from tests.video.media.transport.peers import with_mux
from video.media.rtp.transport_feedback import (
    FORMAT,
    TransportFeedback,
    read_feedback,
)
from video.media.transport.udp_mux import UdpMux

PROBE_SEQUENCE = 4


class Heard:
    """All that comes back to the caller: media, and feedback in the clear."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._srtp = keys()
        self.feedback: list[TransportFeedback] = []
        self.media: list[bytes] = []

    async def until_told(self) -> None:
        while not self.feedback:
            self._take(await self._call.peer.receive())

    def _take(self, data: bytes) -> None:
        if not 191 < data[1] < 224:
            self.media.append(data)
            return
        plain = self._srtp.unprotect_rtcp(data)
        assert plain is not None
        if plain[1] == 205 and plain[0] & 31 == FORMAT:
            self.feedback.append(read_feedback(plain[4:]))


def rests(call: Call) -> bool:
    return call.timers.feedback._handle is None


def test_a_browser_is_told_what_came_of_it() -> None:
    async def story(mux: UdpMux) -> None:
        call = Call(mux, numbered=True)
        heard = Heard(call)
        call.say(3)
        await heard.until_told()
        (told,) = heard.feedback
        assert (told.base, told.count, told.sequences) == (1, 3, [1, 2, 3])
        await call.close()

    with_mux(story)


def test_a_subscriber_never_sees_the_numbers_of_another_path() -> None:
    """Not in what is forwarded, and not in what is sent again."""

    async def story(mux: UdpMux) -> None:
        call = Call(mux, numbered=True)
        heard = Heard(call)
        call.say(3)
        await heard.until_told()
        stored = call.receiver.history.find(2)
        assert stored is not None
        assert len(heard.media) == 3
        for packet in (*heard.media, bytes(stored)):
            # Header extensions are not encrypted.
            assert packet[12:16] == b"\xbe\xde\0\2"
            assert packet[16:20] == bytes((SEND_TIME << 4 | 2,)) + b"abc"
        # The publisher counts from 1, the subscriber's path from 0.
        own = [bytes((NUMBER << 4 | 1, 0, number, 0)) for number in range(3)]
        assert [packet[20:24] for packet in heard.media] == own
        assert stored[20:24] == bytes(4)
        await call.close()

    with_mux(story)


def test_a_probe_is_told_although_nobody_gets_it() -> None:
    """Browsers find out what a line takes by padding that repeats what we have."""

    async def story(mux: UdpMux) -> None:
        call = Call(mux, numbered=True)
        heard = Heard(call)
        call.say(3)
        head = bytes((0xBE, 0xDE, 0, 1, NUMBER << 4 | 1))
        number = struct.pack("!H", PROBE_SEQUENCE)
        call.send(
            rtp_packet(
                *(1,),
                payload=head + number + b"\0" + bytes(40) + bytes((40,)),
                ssrc=VP8.rtx_ssrc or 0,
                payload_type=VP8.rtx_payload_type or 0,
                flags=0xB0,
            )
        )
        await heard.until_told()
        assert heard.feedback[0].sequences == [1, 2, 3, PROBE_SEQUENCE]
        assert mux.counters.drops["probe"] == 1
        assert len(heard.media) == 3
        await call.close()

    with_mux(story)


def test_nobody_is_told_of_a_path_without_numbers() -> None:
    async def story(mux: UdpMux) -> None:
        call = Call(mux)
        call.carry(32)
        assert rests(call)
        await call.close()

    with_mux(story)


def test_the_timer_rests_with_the_traffic() -> None:
    async def story(mux: UdpMux) -> None:
        call = Call(mux, numbered=True)
        call.carry(32)
        assert not rests(call)
        async with asyncio.timeout(5):
            while not rests(call):
                await asyncio.sleep(0.01)
        await call.close()

    with_mux(story)
