"""One UDP port for every participant of a worker, sorted by RFC 7983: a socket for
IPv4 and, where wanted, another for IPv6.

They are read without asyncio's datagram transport: up to 64 datagrams are
drained per wake-up into buffers that SRTP decrypts and encrypts in place and that
leave together, which is what makes a packet cost microseconds instead of a task.
"""

import asyncio
import logging
import socket
import struct
import sys
import time
from collections.abc import Callable, Iterable

from aioice import stun

from video.media.counters import Counters
from video.media.transport.both_internets import BothInternets
from video.media.transport.datagrams import (
    BATCH,
    Address,
    Datagram,
    PlainDatagrams,
    Route,
    open_datagrams,
)
from video.media.transport.dtls import PacketBuffer
from video.media.transport.ice_lite import IceLiteTransport

logger = logging.getLogger(__name__)

ROUNDS = 2
# Octets of a binding request: RFC 8489 §6.1 keeps them below; browsers take 150.
LONGEST_CHECK = 548
CLOSE, PAUSE = 0.001, 0.0005
# So many drains in a row found more than they could take: packets wait.
BEHIND_AFTER = 8
SOCKET_BUFFER = 8 << 20
# Nine words of a socket's memory, the last: datagrams that found no room in it.
SO_MEMINFO, MEMINFO = 55, struct.Struct("=9I")
# A hostile sender must not fill the disk: one line in the log per so many errors.
LOG_EVERY = 1000


def bound_socket(host: str, port: int) -> socket.socket:
    """Without blocking, with room for a burst of all rooms; raises OSError."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    made = socket.socket(family, socket.SOCK_DGRAM)
    try:
        if family == socket.AF_INET6:
            made.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SOCKET_BUFFER)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SOCKET_BUFFER)
        made.setblocking(False)
        made.bind((host, port))
    except OSError:
        made.close()
        raise
    return made


def kernel_drops(sockets: Iterable[socket.socket]) -> int | None:
    """By SO_MEMINFO: /proc/net/udp has the same number, at the price of a search."""
    if sys.platform != "linux":
        return None
    dropped = 0
    for one in sockets:
        try:
            raw = one.getsockopt(socket.SOL_SOCKET, SO_MEMINFO, MEMINFO.size)
        except OSError:
            return None
        if len(raw) < MEMINFO.size:
            return None
        dropped += MEMINFO.unpack(raw)[-1]
    return dropped


class UdpMux:
    """Owns the sockets and knows whose ufrag and whose address each datagram bears.

    Must be created in a running loop. `address` is what is bound, `announced` and
    `announced6` what browsers are told. No exception leaves the drain: a datagram that
    breaks its handler is counted under `error` and forgotten.
    """

    def __init__(
        self,
        host: str,
        port: int,
        counters: Counters,
        announce_ip: str | None = None,
        opened: Callable[[socket.socket], PlainDatagrams] = open_datagrams,
        *,
        host6: str | None = None,
        announce_ip6: str | None = None,
    ) -> None:
        self.counters = counters
        self.now = time.monotonic()
        self._by_ufrag: dict[str, IceLiteTransport] = {}
        self._by_route: dict[Route, IceLiteTransport] = {}
        self._full_drains = 0
        self._drained_at = 0.0
        self._socket = bound_socket(host, port)
        self.address: Address = self._socket.getsockname()
        self.announced: tuple[str, int] = (announce_ip or host, self.address[1])
        self.announced6: str | None = None
        self._sockets = [self._socket]
        if host6:
            self._bind_second(host6)
            self.announced6 = announce_ip6 or host6
        batches = [opened(one) for one in self._sockets]
        # By the length of what recvfrom gives: (host, port) or, for IPv6, four parts.
        self._senders = {
            len(one.getsockname()): batch.send
            for one, batch in zip(self._sockets, batches, strict=True)
        }
        self._first = batches[0]
        self.datagrams: PlainDatagrams | BothInternets = (
            BothInternets(*batches) if host6 else batches[0]
        )
        self._loop = asyncio.get_running_loop()
        for one, batch in zip(self._sockets, batches, strict=True):
            self._loop.add_reader(one.fileno(), self.drain, batch)
        self.closed = False

    def _bind_second(self, host: str) -> None:
        try:
            self._sockets.append(bound_socket(host, self.address[1]))
        except OSError:
            self._socket.close()
            raise

    @property
    def transports(self) -> int:
        """Counts the known ufrags and addresses; 0 when nobody is left."""
        return len(self._by_ufrag) + len(self._by_route)

    @property
    def behind(self) -> bool:
        """True if more arrives than is taken: not the moment to ask for repeats."""
        return self._full_drains >= BEHIND_AFTER

    def register_ufrag(self, ufrag: str, transport: IceLiteTransport) -> None:
        self._by_ufrag[ufrag] = transport

    def forget_ufrag(self, ufrag: str) -> None:
        self._by_ufrag.pop(ufrag, None)

    def route(self, address: Address) -> Route:
        """The address as datagrams bear it."""
        return self.datagrams.route(address)

    def register_address(self, address: Address, transport: IceLiteTransport) -> None:
        self._by_route[self.route(address)] = transport

    def forget_address(self, address: Address) -> None:
        self._by_route.pop(self.route(address), None)

    def send(self, data: bytes | memoryview, address: Address) -> None:
        """Send now or drop: media that waits in a queue is worth nothing."""
        try:
            self._senders[len(address)](data, address)
        except OSError:
            self.counters.send_blocked += 1

    def flush(self) -> None:
        """Send what was queued outside of a drain."""
        self.counters.send_blocked += self.datagrams.flush()

    def drain(self, arriving: PlainDatagrams | None = None) -> None:
        """Take what has arrived at a socket (the first, where none is named), at most
        64 datagrams, and never raise."""
        counters, arriving = self.counters, arriving or self._first
        counters.wakeups += 1
        self._gather()
        for _ in range(ROUNDS):
            try:
                taken = arriving.receive()
            except OSError:
                counters.drop("socket")
                return
            counters.datagrams_in += len(taken)
            self.take(taken)
            counters.send_blocked += self.datagrams.flush()
            if len(taken) < BATCH:
                self._full_drains = 0
                self._drained_at = time.monotonic()
                return
        self._full_drains += 1

    def _gather(self) -> None:
        """Waits for a few more if one packet comes right after another.

        Waking up costs as much as a packet. The pause blocks the loop on purpose:
        it is shorter than what it saves, and a timer of the loop's takes 1 ms.
        """
        self.now = time.monotonic()
        if not self._full_drains and self.now - self._drained_at < CLOSE:
            time.sleep(PAUSE)
            self.now = time.monotonic()

    def take(self, taken: list[Datagram]) -> None:
        """Hand each datagram of the batch to its transport, by its first byte."""
        by_route, now = self._by_route, self.now
        for buffer, length, route in taken:
            try:
                if 127 < buffer.view[0] < 192 and length:
                    transport = by_route.get(route)
                    if transport is None or transport.on_srtp is None:
                        self.counters.drop("srtp_unknown")
                    else:
                        transport.on_srtp(buffer, length, now)
                else:
                    self.dispatch(buffer, length, route)
            except Exception:
                self._count_error()

    def dispatch(self, buffer: PacketBuffer, length: int, route: Route) -> None:
        """A datagram that is not media, by its first byte."""
        if length == 0:
            self.counters.drop("empty")
            return
        first = buffer.view[0]
        if 19 < first < 64:
            transport = self._by_route.get(route)
            if transport is None:
                self.counters.drop("dtls_unknown")
            else:
                transport.handle_dtls(bytes(buffer.view[:length]))
        elif first < 4:
            address = self.datagrams.address(route)
            self._handle_stun(bytes(buffer.view[:length]), address)
        else:
            self.counters.drop("unknown")

    def socket_drops(self) -> int | None:
        """Datagrams that the kernel threw away at our full receive buffers since the
        start, of all sockets; None where it does not tell (Linux 4.12 and later do)."""
        if self.closed:
            return None
        return kernel_drops(self._sockets)

    def close(self) -> None:
        """Stop reading and close the socket. Idempotent."""
        if self.closed:
            return
        self.closed = True
        for one in self._sockets:
            self._loop.remove_reader(one.fileno())
            one.close()

    def _handle_stun(self, data: bytes, address: Address) -> None:
        try:
            if len(data) > LONGEST_CHECK:
                raise ValueError("longer than any check")
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
