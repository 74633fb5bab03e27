"""People made of packets: ICE, DTLS and SRTP as browsers speak them, no codec.

Each caller sends 50 packets of sound (80 bytes) and 30 pictures of six packets
(1,100 bytes) a second. The time of sending lies in the clear abs-send-time
extension, which the worker leaves as it is; the time of arrival is the kernel's, so
that how late this process comes to read does not count. `numbered` ones number all.
"""

import asyncio
import secrets
import socket
import struct
import time
from dataclasses import dataclass, field
from typing import cast

from aioice import stun
from aiortc import RTCCertificate, RTCDtlsParameters, RTCDtlsTransport
from aiortc.rtcicetransport import RTCIceTransport
from aiortc.sdp import SessionDescription

from video.media.rtp.header_extensions import ABS_SEND_TIME, TRANSPORT_CC
from video.media.transport.dtls import LENGTH, InPlaceSrtp, PacketBuffer

HEADER = struct.Struct("!BBHLL")
SOUND_TYPE, PICTURE_TYPE, REPEAT_TYPE, TIME_ID, NUMBER_ID = 111, 96, 97, 3, 5
SOUND_SIZE, PICTURE_SIZE, PICTURE_PACKETS = 80, 1100, 6
SOUND_EVERY, PICTURE_EVERY = 0.02, 1 / 30
CONSENT_EVERY = 2.5
RTCP = range(64, 96)
# asm-generic/socket.h; Python does not name it. Its message is seconds, nanoseconds.
SO_TIMESTAMPNS = 35
TIMESTAMP = struct.Struct("=qq")
PACKETS_PER_SECOND = 1 / SOUND_EVERY + PICTURE_PACKETS / PICTURE_EVERY
NUMBERS = [f"a=extmap:{NUMBER_ID} {TRANSPORT_CC}"]
NUMBERS += [f"a=rtcp-fb:{one} transport-cc" for one in (SOUND_TYPE, PICTURE_TYPE)]
# Without a stream of repeats nothing can be probed.
REPEATS = [f"a=rtpmap:{REPEAT_TYPE} rtx/90000"]
REPEATS += [f"a=fmtp:{REPEAT_TYPE} apt={PICTURE_TYPE}"]
CERTIFICATE = RTCCertificate.generateCertificate()


def send_time() -> int:
    """Now as abs-send-time: seconds in 6.18 bits, so that 64 s are one turn."""
    return in_turns(time.time_ns())


def in_turns(nanoseconds: int) -> int:
    return (nanoseconds * (1 << 18) // 10**9) & 0xFFFFFF


def offer(ufrag: str, password: str, sources: tuple[int, int], also: list[str]) -> str:
    prints = CERTIFICATE.getFingerprints()
    print_ = next(one.value for one in prints if one.algorithm == "sha-256")
    transport = [
        "c=IN IP4 127.0.0.1",
        f"a=ice-ufrag:{ufrag}",
        f"a=ice-pwd:{password}",
        f"a=fingerprint:sha-256 {print_}",
        "a=setup:actpass",
        "a=rtcp-mux",
        "a=sendrecv",
    ]
    transport += also
    sound, picture = sources
    repeats, also_type = (REPEATS, f" {REPEAT_TYPE}") if also else ([], "")
    lines = [
        *("v=0", "o=- 1 2 IN IP4 127.0.0.1", "s=-", "t=0 0", "a=group:BUNDLE 0 1"),
        f"m=audio 9 UDP/TLS/RTP/SAVPF {SOUND_TYPE}",
        *transport,
        *("a=mid:0", f"a=rtpmap:{SOUND_TYPE} opus/48000/2", f"a=ssrc:{sound} cname:x"),
        f"m=video 9 UDP/TLS/RTP/SAVPF {PICTURE_TYPE}{also_type}",
        *(*transport, *repeats),
        *("a=mid:1", f"a=rtpmap:{PICTURE_TYPE} VP8/90000"),
        *(f"a=rtcp-fb:{PICTURE_TYPE} nack", f"a=extmap:{TIME_ID} {ABS_SEND_TIME}"),
        f"a=ssrc:{picture} cname:x",
    ]
    return "\r\n".join(lines) + "\r\n"


@dataclass
class Traffic:
    """What one caller sent and got since the window began."""

    sent: int = 0
    received: int = 0
    delays: list[float] = field(default_factory=list)


class ClientDtls(RTCDtlsTransport):
    """aiortc's DTLS as a browser plays it: the active side."""

    def __init__(self, caller: "Caller") -> None:
        super().__init__(cast(RTCIceTransport, caller), [CERTIFICATE])
        self._set_role("client")

    def keys(self) -> InPlaceSrtp:
        return InPlaceSrtp(self._rx_srtp, self._tx_srtp)


class Caller:
    """One participant; duck-types the ICE transport that its DTLS asks for."""

    role = "controlling"
    state = "completed"
    # One in so many tells when it arrived: asking costs as much as reading.
    look_at_every = 10

    def __init__(self, room: str, name: str, *, numbered: bool = False) -> None:
        self.room, self.name = room, name
        self._numbered, self._number = numbered, 0
        self.session = ""
        self.targets: list[int] = []
        """Sources of what it gets, by the answer."""
        self.traffic = Traffic()
        self.sound_at = self.picture_at = self.consent_at = 0.0
        self._ufrag, self._password = secrets.token_hex(4), secrets.token_hex(12)
        self._sound, self._picture = secrets.randbits(31) | 1, secrets.randbits(31) | 1
        self._sound_sequence = self._picture_sequence = 1000
        self._inbox: asyncio.Queue[bytes | None] = asyncio.Queue()
        self._checked = asyncio.Event()
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 20)
        self._socket.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.setblocking(False)
        self.port: int = self._socket.getsockname()[1]
        self._buffer = PacketBuffer()
        self._dtls: ClientDtls | None = None

    def offer(self) -> str:
        sources, also = (self._sound, self._picture), NUMBERS if self._numbered else []
        return offer(self._ufrag, self._password, sources, also)

    async def connect(self, answer: str) -> None:
        """Checks, then DTLS; raises TimeoutError after 20 s."""
        media = SessionDescription.parse(answer).media[0]
        candidate = media.ice_candidates[0]
        if media.ice is None or media.dtls is None:
            raise ValueError("the answer names no transport")
        self.targets = [
            int(line[7:].split()[0])
            for line in answer.splitlines()
            if line.startswith("a=ssrc:")
        ]
        self._peer = (media.ice.usernameFragment or "", media.ice.password or "")
        self._socket.connect((candidate.ip, candidate.port))
        asyncio.get_running_loop().add_reader(self._socket.fileno(), self._drain)
        async with asyncio.timeout(20):
            while not self._checked.is_set():
                self.check()
                await asyncio.wait(
                    [asyncio.ensure_future(self._checked.wait())], timeout=0.2
                )
            self._dtls = ClientDtls(self)
            prints = media.dtls.fingerprints
            await self._dtls.start(RTCDtlsParameters(prints, role="server"))
        if self._dtls.state != "connected":
            raise ConnectionError(f"DTLS is {self._dtls.state}")
        self._keys = self._dtls.keys()

    def check(self) -> None:
        """One authenticated binding request: consent for the next half minute."""
        self.consent_at = time.monotonic()
        request = stun.Message(
            message_method=stun.Method.BINDING, message_class=stun.Class.REQUEST
        )
        ufrag, password = self._peer
        request.attributes["USERNAME"] = f"{ufrag}:{self._ufrag}"
        request.attributes["PRIORITY"] = 1 << 30
        request.attributes["ICE-CONTROLLING"] = 1
        request.attributes["USE-CANDIDATE"] = None
        request.add_message_integrity(password.encode())
        self._send_now(bytes(request))

    def speak(self, now: float) -> None:
        """Send what is due."""
        if now >= self.sound_at:
            self.sound_at += SOUND_EVERY
            self.say()
        if now >= self.picture_at:
            self.picture_at += PICTURE_EVERY
            self.show()
        if now - self.consent_at > CONSENT_EVERY:
            self.check()

    def say(self) -> None:
        """One packet of sound."""
        self._sound_sequence = (self._sound_sequence + 1) & 0xFFFF
        self._send_sound()

    def show(self) -> None:
        """One picture."""
        for number in range(PICTURE_PACKETS):
            self._picture_sequence = (self._picture_sequence + 1) & 0xFFFF
            self._send_picture(last=number == PICTURE_PACKETS - 1)

    @property
    def source(self) -> int:
        """The source of its sound, in whose name it reports."""
        return self._sound

    def send_report(self, plain: bytes) -> None:
        """Seal and send RTCP."""
        sealed = self._keys.protect_rtcp(plain)
        if sealed is not None:
            self._send_now(sealed)

    @property
    def fileno(self) -> int:
        return self._socket.fileno()

    def forget(self) -> None:
        """Read what has come and count it."""
        self._drain()

    async def close(self) -> None:
        if self._dtls is not None:
            await self._dtls.stop()
            asyncio.get_running_loop().remove_reader(self._socket.fileno())
        self._inbox.put_nowait(None)
        self._socket.close()

    async def _recv(self) -> bytes:
        data = await self._inbox.get()
        if data is None:
            raise ConnectionError
        return data

    async def _send(self, data: bytes) -> None:
        self._send_now(data)

    def _send_now(self, data: bytes | memoryview) -> bool:
        try:
            self._socket.send(data)
        except OSError:
            return False
        return True

    def _send_sound(self) -> None:
        view = self._buffer.view
        clock = int(time.monotonic() * 48000) & 0xFFFFFFFF
        flags = 0x90 if self._numbered else 0x80
        head = (flags, SOUND_TYPE, self._sound_sequence, clock, self._sound)
        HEADER.pack_into(view, 0, *head)
        self._seal((self._extend(b"") if self._numbered else 12) + SOUND_SIZE)

    def _send_picture(self, *, last: bool) -> None:
        view = self._buffer.view
        clock = int(self.picture_at * 90000) & 0xFFFFFFFF
        kind = PICTURE_TYPE | (0x80 if last else 0)
        head = (0x90, kind, self._picture_sequence, clock, self._picture)
        HEADER.pack_into(view, 0, *head)
        time = bytes((TIME_ID << 4 | 2,)) + send_time().to_bytes(3, "big")
        self._seal(self._extend(time) + PICTURE_SIZE)

    def _extend(self, elements: bytes) -> int:
        """Write the header's extensions; returns where the payload begins."""
        if self._numbered:
            self._number = (self._number + 1) & 0xFFFF
            head = bytes((NUMBER_ID << 4 | 1,))
            elements += head + self._number.to_bytes(2, "big") + b"\0"
        end = 16 + len(elements)
        words = len(elements) // 4
        self._buffer.view[12:end] = bytes((0xBE, 0xDE, 0, words)) + elements
        return end

    def _seal(self, length: int) -> None:
        LENGTH[0] = length
        self._keys.protect(self._buffer.data, LENGTH)
        self.traffic.sent += self._send_now(self._buffer.view[: LENGTH[0]])

    def _drain(self) -> None:
        while True:
            look = (self.traffic.received + 1) % self.look_at_every == 0
            try:
                if look:
                    data, about, _, _ = self._socket.recvmsg(2048, 64)
                else:
                    data, about = self._socket.recv(2048), []
            except OSError:
                return
            if data[0] > 127:
                self._count(data, about)
            elif data[0] > 19:
                self._inbox.put_nowait(data)
            else:
                self._checked.set()

    def _count(self, data: bytes, about: list[tuple[int, int, bytes]]) -> None:
        if data[1] & 127 in RTCP:
            return
        self.traffic.received += 1
        for _, kind, stamp in about:
            if kind == SO_TIMESTAMPNS and data[0] & 16:
                seconds, nanoseconds = TIMESTAMP.unpack(stamp)
                came = in_turns(seconds * 10**9 + nanoseconds)
                turns = came - int.from_bytes(data[17:20], "big")
                self.traffic.delays.append((turns & 0xFFFFFF) / (1 << 18))
