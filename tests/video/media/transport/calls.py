"""A call without its handshakes, and keys for it."""

from dataclasses import replace

from pylibsrtp import Policy, Session

from tests.video.media.rtp.lines import VP8, rtp_packet
from tests.video.media.transport.peers import Peer
from video.media.rooms.leg import MediaLeg
from video.media.rtp.header_extensions import ABS_SEND_TIME, TRANSPORT_CC
from video.media.rtp.receiver import ForwardingReceiver
from video.media.rtp.sender import ForwardingSender
from video.media.rtp.timers import Timers
from video.media.transport.datagrams import BATCH
from video.media.transport.dtls import (
    LENGTH,
    InPlaceSrtp,
    PacketBuffer,
)
from video.media.transport.ice_lite import IceLiteTransport
from video.media.transport.udp_mux import UdpMux

KEY = bytes(range(28))
SEND_TIME, NUMBER = 3, 5
NUMBERED = replace(VP8, extensions={ABS_SEND_TIME: SEND_TIME, TRANSPORT_CC: NUMBER})


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
    """A publisher and a subscriber on one mux, without their handshakes.

    With `numbered` the packets bear numbers of their path, from 1 on.
    """

    def __init__(self, mux: UdpMux, *, numbered: bool = False) -> None:
        self.mux = mux
        self.peer = Peer(mux)
        self.timers = Timers()
        self.ice = IceLiteTransport(mux)
        self.ice.address = self.peer.socket.getsockname()
        self.ice.route = mux.route(self.ice.address)
        self.leg = MediaLeg(mux, self.ice, self.timers)
        self._numbered = numbered
        stream = NUMBERED if numbered else VP8
        self.receiver = ForwardingReceiver(self.leg, stream, mux.counters)
        self.sender = ForwardingSender(self.leg, "video", mux.counters)
        self.sender.negotiate(
            payload_type=100,
            rtx_payload_type=None,
            clock_rate=90000,
            extensions=stream.extensions,
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
            head = self._extensions() if self._numbered else b""
            plain = rtp_packet(
                self._sequence,
                timestamp=self._sequence // 6,
                payload=head + bytes(1000),
                flags=0x90 if head else 0x80,
            )
            self.send(plain)

    def send(self, plain: bytes) -> None:
        """Seal one packet and send it to the mux."""
        self._buffer.view[: len(plain)] = plain
        LENGTH[0] = len(plain)
        assert self._srtp.protect(self._buffer.data, LENGTH) == 0
        self.peer.socket.sendto(self._buffer.view[: LENGTH[0]], self.mux.address)

    def _extensions(self) -> bytes:
        time, number = b"abc", (self._sequence & 0xFFFF).to_bytes(2, "big")
        head = bytes((0xBE, 0xDE, 0, 2, SEND_TIME << 4 | 2))
        return head + time + bytes((NUMBER << 4 | 1,)) + number + b"\0"

    def carry(self, packets: int) -> None:
        for _ in range(0, packets, BATCH):
            self.say(BATCH)
            self.mux.drain()
            for _ in range(BATCH):
                self.peer.socket.recv(2048)

    def carry_nothing(self, packets: int) -> None:
        """As many are sent, and nothing comes of them."""
        self.say(packets)
        self.mux.drain()

    async def close(self) -> None:
        self.leg.close()
        self.timers.close()
        await self.ice.stop()
        self.peer.close()
