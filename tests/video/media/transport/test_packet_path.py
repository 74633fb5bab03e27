"""What a packet may cost, told in objects and calls, not in time."""

import gc
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

from pylibsrtp import Policy

from tests.video.media.rtp.test_rtp import VP8, rtp_packet
from tests.video.media.transport.test_contract import session
from tests.video.media.transport.test_ice_lite import Peer, with_mux
from video.media.rooms.leg import MediaLeg
from video.media.rtp.nack_timer import NackTimer
from video.media.rtp.receiver import ForwardingReceiver
from video.media.rtp.sender import ForwardingSender
from video.media.transport.datagrams import BATCH, BatchedDatagrams
from video.media.transport.dtls import LENGTH, InPlaceSrtp, PacketBuffer
from video.media.transport.ice_lite import IceLiteTransport
from video.media.transport.udp_mux import BEHIND_AFTER, ROUNDS, UdpMux

# None of these bytes may depend on how many packets came: one object kept for each
# packet would be at least 28 × 2,048.
WARM, ROUNDS_OF_PACKETS = 1200, 2048
KEPT = 16_384
# Function calls of ours per packet: from the mux to the batch that leaves.
CALLS = 5


def keys() -> InPlaceSrtp:
    return InPlaceSrtp(
        session(Policy.SSRC_ANY_INBOUND), session(Policy.SSRC_ANY_OUTBOUND)
    )


class Call:
    """A publisher and a subscriber on one mux, without their handshakes."""

    def __init__(self, mux: UdpMux) -> None:
        self.mux = mux
        self.peer = Peer(mux)
        self.timer = NackTimer()
        self.ice = IceLiteTransport(mux)
        self.ice.address = self.peer.socket.getsockname()
        self.ice.route = mux.route(self.ice.address)
        self.leg = MediaLeg(mux, self.ice, self.timer)
        self.receiver = ForwardingReceiver(self.leg, VP8, mux.counters)
        self.sender = ForwardingSender(self.leg, "video", mux.counters)
        self.sender.negotiate(
            payload_type=100,
            rtx_payload_type=None,
            clock_rate=90000,
            extensions={},
            usable=True,
        )
        self.leg.add_receiver(self.receiver)
        self.leg.add_sender(self.sender)
        self.sender.bind(self.receiver, now=0.0)
        self.leg.open(keys())
        mux.register_address(self.ice.address, self.ice)
        self._srtp, self._buffer, self._sequence = keys(), PacketBuffer(), 0

    def say(self, count: int) -> None:
        """Seal and send packets to the mux."""
        for _ in range(count):
            self._sequence += 1
            plain = rtp_packet(
                self._sequence, timestamp=self._sequence // 6, payload=bytes(1000)
            )
            self._buffer.view[: len(plain)] = plain
            LENGTH[0] = len(plain)
            assert self._srtp.protect(self._buffer.data, LENGTH) == 0
            self.peer.socket.sendto(self._buffer.view[: LENGTH[0]], self.mux.address)

    def carry(self, packets: int) -> None:
        for _ in range(0, packets, BATCH):
            self.say(BATCH)
            self.mux.drain()
            for _ in range(BATCH):
                self.peer.socket.recv(2048)

    async def close(self) -> None:
        self.leg.close()
        self.timer.close()
        await self.ice.stop()
        self.peer.close()


@contextmanager
def called() -> Iterator[list[str]]:
    """The names of our functions that ran inside."""
    names: list[str] = []

    def note(frame: object, event: str, _: object) -> None:
        code = getattr(frame, "f_code", None)
        if event == "call" and code is not None and "video/media" in code.co_filename:
            names.append(code.co_qualname)

    sys.setprofile(note)
    try:
        yield names
    finally:
        sys.setprofile(None)


def test_a_packet_leaves_no_object_behind() -> None:
    async def story(mux: UdpMux) -> None:
        call = Call(mux)
        call.carry(WARM)
        gc.collect()
        tracemalloc.start()
        call.carry(BATCH)
        before = tracemalloc.get_traced_memory()[0]
        call.carry(ROUNDS_OF_PACKETS)
        after = tracemalloc.get_traced_memory()[0]
        tracemalloc.stop()
        assert call.sender.packets >= WARM + ROUNDS_OF_PACKETS
        assert after - before < KEPT, f"{after - before} bytes stayed"
        assert dict(mux.counters.drops) == {}
        await call.close()

    with_mux(story)


def test_a_packet_makes_few_calls() -> None:
    async def story(mux: UdpMux) -> None:
        call = Call(mux)
        call.carry(WARM)
        call.say(BATCH)
        with called() as names:
            mux.drain()
        assert call.sender.packets >= BATCH
        per_packet = [name for name in names if names.count(name) >= BATCH // 2]
        assert len(per_packet) <= CALLS * BATCH, sorted(set(per_packet))
        await call.close()

    with_mux(story)


def test_a_frame_costs_two_calls_of_the_kernel() -> None:
    async def story(mux: UdpMux) -> None:
        call = Call(mux)
        datagrams = mux.datagrams
        assert isinstance(datagrams, BatchedDatagrams)
        call.carry(BATCH)
        before = datagrams.messages
        call.say(6)
        mux.drain()
        expected = 1 if datagrams.segments > 1 else 6
        assert datagrams.messages - before == expected
        await call.close()

    with_mux(story)


def test_a_worker_that_is_behind_asks_for_no_repeats() -> None:
    async def story(mux: UdpMux) -> None:
        call = Call(mux)
        call.carry(BATCH)
        seen = []
        for _ in range(BEHIND_AFTER):
            call.say(ROUNDS * BATCH)
            mux.drain()
            seen.append(mux.behind)
        assert seen == [False] * (BEHIND_AFTER - 1) + [True]
        call.say(3)
        call._sequence += 5
        before = mux.counters.nacks_out
        call.say(ROUNDS * BATCH - 3)
        mux.drain()
        assert call.receiver.nacks
        assert mux.counters.nacks_out == before
        mux.drain()
        call._sequence += 5
        call.say(2)
        mux.drain()
        assert mux.counters.nacks_out > before
        await call.close()

    with_mux(story)
