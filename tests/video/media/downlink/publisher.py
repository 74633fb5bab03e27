"""A made-up publisher: sound twice in each packet, and an encoder that does as told.

It keeps to the limit of the room (REMB) soon, and to the size that a page would apply
0.4 s later; another size and each request bring a key frame.
"""

import asyncio
import struct
from collections import deque
from collections.abc import Callable
from dataclasses import replace

from aiortc.rtp import RTCP_PSFB_PLI, RtcpPsfbPacket

from tests.video.media.downlink.virtual import every
from tests.video.media.rtp.lines import VP8, Wire, rtp_packet, take
from video.media.cameras.camera import Published
from video.media.rtp import rtcp
from video.media.rtp.limits import UNLIMITED, PublisherLimit, Rung
from video.media.rtp.receiver import ForwardingReceiver, StreamFormat
from video.media.transport.dtls import PacketBuffer

OPUS, RED = 111, 63
SOUND = StreamFormat(
    kind="audio",
    payload_type=OPUS,
    rtx_payload_type=None,
    clock_rate=48000,
    ssrc=3333,
    red_payload_type=RED,
)
LARGEST, LEAST_KEY, KEY = 1100, 3000, 6
SOUND_EVERY, SOUND_OCTETS, SMALL_OCTETS = 0.02, 80, 40
TOLD_AFTER, PAGE_FOLLOWS = 0.05, 0.4
DOWN, UP = 0.4, 0.15
WHOLE = Rung(1_500_000, height=720, frames=30)


class Publisher:
    """`pictured` is called after each picture with its height; `muted` sends none of
    its sound, not even silence."""

    muted = False

    def __init__(self, pictured: Callable[[int], None]) -> None:
        self._pictured = pictured
        self.wire = Wire()
        self.sound, self.face = (
            ForwardingReceiver(self.wire, one, self.wire.counters)
            for one in (replace(SOUND), replace(VP8))
        )
        self.wire.limit = PublisherLimit(self.wire, [self.sound, self.face])
        self._buffer = PacketBuffer()
        self._sequence = {self.sound: 100, self.face: 100}
        self._loop = asyncio.get_running_loop()
        self._limit, self._rate, self._rung = float(UNLIMITED), 300_000.0, WHOLE
        self._asked: deque[tuple[float, Rung]] = deque()
        self._key = True
        self.shows: Published = self.face
        every(SOUND_EVERY, self._speak)
        every(0.05, self._follow)
        self._loop.call_soon(self._show)

    def tick(self) -> None:
        """Twice a second."""
        self.face.tick(self._loop.time())
        self.wire.limit.tick()

    @property
    def _octets(self) -> int:
        return SMALL_OCTETS if self.sound.limits.rung else SOUND_OCTETS

    def _speak(self) -> None:
        if self.muted:
            return
        head = struct.pack("!LB", (0x80 | OPUS) << 24 | 960 << 10 | self._octets, OPUS)
        self._send(self.sound, head + bytes(2 * self._octets), RED)

    def _send(self, receiver: ForwardingReceiver, payload: bytes, kind: int) -> None:
        sequence = self._sequence[receiver]
        self._sequence[receiver] = (sequence + 1) & 0xFFFF
        data = rtp_packet(
            sequence,
            timestamp=int(self._loop.time() * receiver.stream.clock_rate) & 0xFFFFFFFF,
            payload=payload,
            ssrc=receiver.ssrc,
            payload_type=kind,
        )
        take(receiver, self._buffer, data, self._loop.time())

    def _follow(self) -> None:
        for data in self.wire.reports:
            self._loop.call_later(TOLD_AFTER, self._hear, data)
        self.wire.reports.clear()
        now = self._loop.time()
        self._asked.append((now, self.face.limits.rung or WHOLE))
        while self._asked[0][0] < now - PAGE_FOLLOWS:
            _, rung = self._asked.popleft()
            self._key |= rung.height != self._rung.height
            self._rung = rung
        beside = (2 * self._octets + 60) * 8 / SOUND_EVERY
        goal = min(float(self._rung.rate), max(self._limit - beside, 30_000))
        self._rate += (goal - self._rate) * (DOWN if goal < self._rate else UP)

    def _hear(self, data: bytes) -> None:
        for packet in rtcp.parse_compound(data):
            if not isinstance(packet, RtcpPsfbPacket):
                continue
            self._key |= packet.fmt == RTCP_PSFB_PLI
            if (found := rtcp.remb_estimate(packet)) is not None:
                self._limit = float(found[0])

    def _show(self) -> None:
        size = max(300, int(self._rate / 8 / self._rung.frames))
        if self._key:
            size, self._key = max(LEAST_KEY, KEY * size), False
        while size > 0:
            self._send(self.face, bytes(min(size, LARGEST)), 96)
            size -= LARGEST
        self._pictured(self._rung.height)
        self._loop.call_later(1 / self._rung.frames, self._show)
