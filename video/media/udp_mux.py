"""One UDP socket for every participant of a worker, sorted by RFC 7983.

The socket is read without asyncio's datagram transport: up to 64 datagrams are
drained per wake-up into one buffer that SRTP decrypts in place, which is what
makes a packet cost microseconds instead of a task.
"""

import asyncio
import logging
import socket
import struct
import time

from aioice import stun

from video.media.counters import Counters
from video.media.dtls import MAX_DATAGRAM, PacketBuffer
from video.media.ice_lite import Address, IceLiteTransport

logger = logging.getLogger(__name__)

DRAIN_LIMIT = 64
SOCKET_BUFFER = 8 << 20
# A hostile sender must not fill the disk: one line in the log per so many errors.
LOG_EVERY = 1000


class UdpMux:
    """Owns the socket and knows whose ufrag and whose address each datagram bears.

    Must be created in a running loop. `address` is what is bound, `announced` what
    browsers are told. No exception leaves the drain: a datagram that breaks its
    handler is counted under `error` and forgotten.
    """

    def __init__(
        self, host: str, port: int, counters: Counters, announce_ip: str | None = None
    ) -> None:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self.counters = counters
        self.inbound = PacketBuffer()
        self.scratch = PacketBuffer()
        self.now = time.monotonic()
        self._window = self.inbound.view[:MAX_DATAGRAM]
        self._by_ufrag: dict[str, IceLiteTransport] = {}
        self._by_address: dict[Address, IceLiteTransport] = {}
        self._socket = socket.socket(family, socket.SOCK_DGRAM)
        try:
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SOCKET_BUFFER)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SOCKET_BUFFER)
            self._socket.setblocking(False)
            self._socket.bind((host, port))
        except OSError:
            self._socket.close()
            raise
        self.address: Address = self._socket.getsockname()
        self.announced: tuple[str, int] = (announce_ip or host, self.address[1])
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(self._socket.fileno(), self.drain)
        self.closed = False

    @property
    def transports(self) -> int:
        """How many ufrags and addresses are known; 0 when nobody is left."""
        return len(self._by_ufrag) + len(self._by_address)

    def register_ufrag(self, ufrag: str, transport: IceLiteTransport) -> None:
        self._by_ufrag[ufrag] = transport

    def forget_ufrag(self, ufrag: str) -> None:
        self._by_ufrag.pop(ufrag, None)

    def register_address(self, address: Address, transport: IceLiteTransport) -> None:
        self._by_address[address] = transport

    def forget_address(self, address: Address) -> None:
        self._by_address.pop(address, None)

    def send(self, data: bytes | memoryview, address: Address) -> None:
        """Send now or drop: media that waits in a queue is worth nothing."""
        try:
            self._socket.sendto(data, address)
        except OSError:
            self.counters.send_blocked += 1

    def drain(self) -> None:
        """Take what has arrived, at most 64 datagrams, and never raise."""
        receive, window, counters = (
            self._socket.recvfrom_into,
            self._window,
            self.counters,
        )
        counters.wakeups += 1
        self.now = time.monotonic()
        for _ in range(DRAIN_LIMIT):
            try:
                length, address = receive(window)
            except BlockingIOError:
                return
            except OSError:
                counters.drop("socket")
                return
            counters.datagrams_in += 1
            try:
                self.dispatch(length, address)
            except Exception:
                self._count_error()

    def dispatch(self, length: int, address: Address) -> None:
        """Hand the datagram in `inbound` to its transport, by its first byte."""
        if length == 0:
            self.counters.drop("empty")
            return
        first = self._window[0]
        if 127 < first < 192:
            transport = self._by_address.get(address)
            if transport is None or transport.on_srtp is None:
                self.counters.drop("srtp_unknown")
            else:
                transport.on_srtp(length)
        elif 19 < first < 64:
            transport = self._by_address.get(address)
            if transport is None:
                self.counters.drop("dtls_unknown")
            else:
                transport.handle_dtls(bytes(self._window[:length]))
        elif first < 4:
            self._handle_stun(bytes(self._window[:length]), address)
        else:
            self.counters.drop("unknown")

    def close(self) -> None:
        """Stop reading and close the socket. Idempotent."""
        if self.closed:
            return
        self.closed = True
        self._loop.remove_reader(self._socket.fileno())
        self._socket.close()

    def _handle_stun(self, data: bytes, address: Address) -> None:
        try:
            message = stun.parse_message(data)
        except (ValueError, struct.error, LookupError):
            self.counters.drop("stun_malformed")
            return
        if (
            message.message_class != stun.Class.REQUEST
            or message.message_method != stun.Method.BINDING
        ):
            self.counters.drop("stun_method")
            return
        ufrag = str(message.attributes.get("USERNAME", "")).partition(":")[0]
        transport = self._by_ufrag.get(ufrag)
        if transport is None:
            self.counters.drop("stun_ufrag")
            return
        transport.handle_binding(message, address, self.now)

    def _count_error(self) -> None:
        self.counters.drop("error")
        if self.counters.drops["error"] % LOG_EVERY == 1:
            logger.warning("a datagram broke its handler", exc_info=True)
