"""The server's half of ICE, for an agent with a public address (RFC 8445 §2.5).

It answers authenticated binding requests and never sends one. The peer's address
is learnt from its checks, so no client candidate is ever needed.
"""

import asyncio
import secrets
import string
import time
from collections.abc import Callable, Iterator
from typing import Protocol

from aioice import stun

from video.media.allowance import TokenBucket
from video.media.counters import Counters
from video.media.transport.datagrams import Address, Route
from video.media.transport.dtls import PacketBuffer

ALPHABET = string.ascii_letters + string.digits
MAX_ADDRESSES = 16
MAX_INBOX = 256
# Checks that we answer: a browser with many addresses sends forty a second at first.
CHECKS_AT_ONCE, CHECKS_PER_SECOND = 300, 100
# DTLS records: a handshake's, then messages and what acknowledges ours.
RECORDS_AT_ONCE, RECORDS_PER_SECOND = 400, 100
RECORD_HEADER, UNIFIED = 13, 32
# Who sends more packets of media in half a second is not listened to for so many of
# them: each costs what it costs to forward, and the others of the worker pay for it.
FLOOD, SHUT_FOR = 4000, 8


class DatagramPort(Protocol):
    """The part of the mux that a transport needs."""

    @property
    def counters(self) -> Counters: ...

    def route(self, address: Address) -> Route: ...

    def register_ufrag(self, ufrag: str, transport: "IceLiteTransport") -> None: ...

    def forget_ufrag(self, ufrag: str) -> None: ...

    def register_address(
        self, address: Address, transport: "IceLiteTransport"
    ) -> None: ...

    def forget_address(self, address: Address) -> None: ...

    def send(self, data: bytes, address: Address) -> None: ...


def random_token(length: int) -> str:
    """A random string of ICE characters (RFC 8839 §5.4), from the system's source."""
    return "".join(secrets.choice(ALPHABET) for _ in range(length))


def records(data: bytes) -> Iterator[bytes]:
    """The whole records of a datagram (RFC 6347 §4.1); what follows them is dropped.

    The short header of DTLS 1.3 is left as it is: its length may be missing.
    """
    at = 0
    while at + RECORD_HEADER <= len(data):
        if data[at] >= UNIFIED:
            yield data[at:]
            return
        end = at + RECORD_HEADER + int.from_bytes(data[at + 11 : at + 13], "big")
        if end > len(data):
            return
        yield data[at:end]
        at = end


class IceLiteTransport:
    """One participant's path, known by its ufrag first and by its address after.

    Duck-types what `RTCDtlsTransport` asks of an `RTCIceTransport`: `role`,
    `_recv()` and `_send()`. Sending before a check has succeeded raises
    `ConnectionError`, as does receiving after `stop()`.
    """

    role = "controlled"

    def __init__(self, port: DatagramPort) -> None:
        self._port = port
        self._counters = port.counters
        self._keys: dict[str, bytes] = {}
        self._addresses: list[Address] = []
        self._inbox: asyncio.Queue[bytes | None] = asyncio.Queue(MAX_INBOX)
        self.connected = asyncio.Event()
        self.closed = False
        self.address: Address | None = None
        self.last_consent = 0.0
        # The nominated address as the batch of datagrams wants it.
        self.route: Route | None = None
        # Called with a datagram's buffer, its length and the time of its arrival.
        self.on_srtp: Callable[[PacketBuffer, int, float], None] | None = None
        self.ufrag = ""
        self.password = ""
        self._used = ""
        self._checks = TokenBucket(CHECKS_AT_ONCE, CHECKS_PER_SECOND)
        self._records = TokenBucket(RECORDS_AT_ONCE, RECORDS_PER_SECOND)
        self._shut = 0
        self._shut_out: Callable[[PacketBuffer, int, float], None] | None = None
        self._new_credentials()

    def restart(self) -> None:
        """New credentials on the same DTLS and SRTP (RFC 8445 §9).

        The old pair carries media until a check with the new ufrag nominates: on a
        weak line the answers to two restarts may be lost, one after another.
        """
        kept = {self.ufrag, self._used}
        for ufrag in [known for known in self._keys if known not in kept]:
            self._forget_ufrag(ufrag)
        self._new_credentials()
        self._counters.ice_restarts += 1

    def handle_binding(
        self, message: stun.Message, address: Address, now: float
    ) -> None:
        """Answer one check; a wrong password is counted and left unanswered."""
        ufrag = message.attributes["USERNAME"].partition(":")[0]
        key = self._keys.get(ufrag)
        if key is None or not message.check_message_integrity(key):
            self._counters.drop("stun_auth")
            return
        # Only after the password: strangers who know the ufrag use nothing up.
        if not self._checks.take(now):
            self._counters.drop("stun_flood")
            return
        response = stun.Message(
            message_method=stun.Method.BINDING,
            message_class=stun.Class.RESPONSE,
            transaction_id=message.transaction_id,
        )
        response.attributes["XOR-MAPPED-ADDRESS"] = address[:2]
        response.add_message_integrity(key)
        self._port.send(bytes(response), address)
        self.last_consent = now
        self._remember_address(address)
        if self.address is None or "USE-CANDIDATE" in message.attributes:
            self._nominate(ufrag, address)
        self.connected.set()

    def handle_dtls(self, data: bytes) -> None:
        """Queue DTLS records; a full queue drops, DTLS sends again.

        One by one: OpenSSL is asked for one record per datagram, and would keep the
        others of it in memory for as long as the session lasts.
        """
        for record in records(data):
            if not self._records.take(time.monotonic()):
                self._counters.drop("dtls_flood")
                return
            try:
                self._inbox.put_nowait(record)
            except asyncio.QueueFull:
                self._counters.drop("dtls_queue")

    def mind(self, packets: int) -> None:
        """Told twice a second how many packets of media were taken since."""
        if packets > FLOOD and self.on_srtp is not None:
            self._shut = SHUT_FOR
            self._shut_out, self.on_srtp = self.on_srtp, self._drop
        elif self._shut:
            self._shut -= 1
            if not self._shut and self.on_srtp is not None:
                self.on_srtp, self._shut_out = self._shut_out, None

    def _drop(self, buffer: PacketBuffer, length: int, now: float) -> None:
        self._counters.drop("flood")

    async def stop(self) -> None:
        """Leaves the mux and wakes those who wait for a datagram. Idempotent."""
        if self.closed:
            return
        self.closed = True
        self.on_srtp = self._shut_out = None
        for ufrag in list(self._keys):
            self._forget_ufrag(ufrag)
        for address in self._addresses:
            self._port.forget_address(address)
        self._addresses.clear()
        while self._inbox.full():
            self._inbox.get_nowait()
        self._inbox.put_nowait(None)

    async def _recv(self) -> bytes:
        if self.closed:
            raise ConnectionError
        data = await self._inbox.get()
        if data is None:
            raise ConnectionError
        return data

    async def _send(self, data: bytes) -> None:
        if self.address is None or self.closed:
            raise ConnectionError
        self._port.send(data, self.address)

    def _nominate(self, ufrag: str, address: Address) -> None:
        # The last nominated pair wins: so a phone that changes from Wi-Fi to its
        # carrier keeps its call without any signalling.
        if self.address is not None and self.address != address:
            self._counters.roams += 1
        self.address, self.route = address, self._port.route(address)
        self._used = ufrag
        if ufrag == self.ufrag and len(self._keys) > 1:
            for old in [known for known in self._keys if known != ufrag]:
                self._forget_ufrag(old)

    def _remember_address(self, address: Address) -> None:
        if address in self._addresses:
            return
        # Bounded: one stolen password must not fill the table of addresses.
        if len(self._addresses) >= MAX_ADDRESSES:
            spare = next(old for old in self._addresses if old != self.address)
            self._addresses.remove(spare)
            self._port.forget_address(spare)
        self._addresses.append(address)
        self._port.register_address(address, self)

    def _new_credentials(self) -> None:
        self.ufrag, self.password = random_token(8), random_token(24)
        self._keys[self.ufrag] = self.password.encode()
        self._port.register_ufrag(self.ufrag, self)

    def _forget_ufrag(self, ufrag: str) -> None:
        del self._keys[ufrag]
        self._port.forget_ufrag(ufrag)
