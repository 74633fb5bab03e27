"""A call without its handshakes, and keys for it."""

from pylibsrtp import Policy, Session

from tests.video.media.rtp.lines import VP8, rtp_packet
from tests.video.media.transport.peers import Peer
from video.media.rooms.leg import MediaLeg
from video.media.rtp.nack_timer import NackTimer
from video.media.rtp.receiver import ForwardingReceiver
from video.media.rtp.sender import ForwardingSender
from video.media.transport.datagrams import BATCH
from video.media.transport.dtls import (
    LENGTH,
    InPlaceSrtp,
    PacketBuffer,
)
from video.media.transport.ice_lite import IceLiteTransport
from video.media.transport.udp_mux import UdpMux

KEY = bytes(range(28))


def session(direction: int) -> Session:
    policy = Policy(
        key=KEY,
        ssrc_type=direction,
        srtp_profile=Policy.SRTP_PROFILE_AEAD_AES_128_GCM,
    )
    policy.allow_repeat_tx = True
    return Session(policy)


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
