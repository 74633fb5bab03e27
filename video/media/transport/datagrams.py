"""Datagrams by the batch: many per system call, one call for a whole frame.

Linux takes and gives up to 32 datagrams per call (`recvmmsg`, `sendmmsg`), which
Python's socket does not offer, so libc is called directly. Datagrams of equal size
to one peer, as the packets of a picture are, leave as one message that the kernel
cuts (UDP segmentation offload, Linux 4.18). Elsewhere plain calls serve.

A batch belongs to the loop's thread. What `receive` gave and what `queue` took stays
in its buffers until `flush`.
"""

import ctypes
import errno
import socket
import struct
import sys
from collections.abc import Callable
from typing import Any

from video.media.transport.dtls import MAX_DATAGRAM, PacketBuffer
from video.media.transport.message_table import (
    CONTROL,
    CONTROL_SIZE,
    HEADER_SIZE,
    LENGTH,
    NAME_COUNT,
    NAMES,
    WORDS,
    MessageTable,
    address_of,
)

BATCH = 32
SPARES = 32
# `recvfrom` gives (host, port) or, for IPv6, (host, port, flow, scope).
Address = tuple[Any, ...]
# A peer's address as the kernel writes it; equal for equal addresses.
Route = int | bytes | Address
Datagram = tuple[PacketBuffer, int, Route]

UDP_SEGMENT = 103
# 32 of 2,048 bytes would not fit into one message of IP.
MAX_SEGMENTS = 28
# A path that refuses what the kernel offers is asked so often, then never again.
REFUSALS = 8

SEGMENT_CONTROL = struct.Struct("=QiiHxxxxxx")


class PlainDatagrams:
    """One system call per datagram; works everywhere.

    `queue` takes (buffer, length, route) and sends with the next flush. Each buffer
    is queued once at most until then.
    """

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock
        self._buffers = [PacketBuffer() for _ in range(BATCH)]
        self._spares = [PacketBuffer() for _ in range(SPARES)]
        self._spare = 0
        self._dropped = 0
        self._queued: list[Datagram] = []
        self.queue: Callable[[Datagram], None] = self._queued.append

    def receive(self) -> list[Datagram]:
        """Take what has arrived, at most a batch; raises OSError."""
        taken: list[Datagram] = []
        for buffer in self._buffers:
            try:
                length, route = self._socket.recvfrom_into(buffer.view, MAX_DATAGRAM)
            except BlockingIOError:
                break
            taken.append((buffer, length, route))
        return taken

    def route(self, address: Address) -> Route:
        return address

    def address(self, route: Route) -> Address:
        if not isinstance(route, tuple):
            raise TypeError(route)
        return route

    def send(self, data: bytes | memoryview, address: Address) -> None:
        """Send at once; raises OSError."""
        self._socket.sendto(data, address)

    def spare(self) -> PacketBuffer:
        """Room for a copy of a packet, until the next flush."""
        if self._spare == SPARES:
            self._dropped += self.flush()
        buffer = self._spares[self._spare]
        self._spare += 1
        return buffer

    def flush(self) -> int:
        """Send what was queued; how many datagrams the kernel did not take."""
        if self._queued:
            self._send_queued()
            self._queued.clear()
        dropped, self._dropped, self._spare = self._dropped, 0, 0
        return dropped

    def _send_queued(self) -> None:
        for buffer, length, route in self._queued:
            try:
                self._socket.sendto(buffer.view[:length], self.address(route))
            except OSError:
                self._dropped += 1


class BatchedDatagrams(PlainDatagrams):
    """Linux, 64 bit: one call receives a batch, one sends it.

    `segments`: so many datagrams at most in one message; 1 where none are grouped.
    """

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(sock)
        self._family = sock.family
        self._file = sock.fileno()
        self._libc = ctypes.CDLL(None, use_errno=True)
        pointer, number = ctypes.c_void_p, ctypes.c_int
        self._libc.recvmmsg.argtypes = [number, pointer, number, number, pointer]
        self._libc.sendmmsg.argtypes = [number, pointer, number, number]
        self._inbound = MessageTable(self._family, BATCH)
        for index, buffer in enumerate(self._buffers):
            self._inbound.vector_words[2 * index] = buffer.address
            self._inbound.vector_words[2 * index + 1] = MAX_DATAGRAM
        self._lengths = self._inbound.words[LENGTH::WORDS]
        self._out = MessageTable(self._family, BATCH + SPARES)
        # Messages that went out, fewer than datagrams where the kernel cuts.
        self.messages = 0
        self._prepare_segments()

    def receive(self) -> list[Datagram]:
        count: int = self._libc.recvmmsg(
            self._file, self._inbound.address, BATCH, socket.MSG_DONTWAIT, None
        )
        if count > 0:
            lengths = self._lengths[:count].tolist()
            return list(
                zip(
                    self._buffers,
                    lengths,
                    self._inbound.names[:count].tolist(),
                    strict=False,
                )
            )
        number = ctypes.get_errno()
        if count == 0 or number in (errno.EAGAIN, errno.EINTR):
            return []
        raise OSError(number, "recvmmsg")

    def route(self, address: Address) -> Route:
        host, port = socket.inet_pton(self._family, address[0]), address[1]
        family = struct.pack("=H", self._family) + struct.pack("!H", port)
        if self._family == socket.AF_INET:
            return int.from_bytes(family + host, sys.byteorder)
        flow, scope = address[2:] or (0, 0)
        return family + struct.pack("!L", flow) + host + struct.pack("=L", scope)

    def address(self, route: Route) -> Address:
        if isinstance(route, int):
            raw = route.to_bytes(8, sys.byteorder)
            return socket.inet_ntop(self._family, raw[4:]), *struct.unpack(
                "!H", raw[2:4]
            )
        if isinstance(route, bytes):
            port, flow = struct.unpack_from("!HL", route, 2)
            host = socket.inet_ntop(self._family, route[8:24])
            return host, port, flow, *struct.unpack_from("=L", route, 24)
        raise TypeError(route)

    def _send_queued(self) -> None:
        count, sent = self._lay_out(), 0
        self.messages += count
        while sent < count:
            done = self._libc.sendmmsg(
                self._file,
                self._out.address + sent * HEADER_SIZE,
                count - sent,
                socket.MSG_DONTWAIT,
            )
            if done > 0:
                sent += done
            else:
                self._dropped += self._send_singly(sent, ctypes.get_errno())
                sent += 1

    def _lay_out(self) -> int:
        """Write the messages that carry what is queued: how many there are."""
        words, names, sizes = self._out.words, self._out.names, self._segment_sizes
        vectors: list[int] = []
        vector, messages, segments = self._out.vectors_address, 0, 0
        most = self.segments
        head, size, to = -WORDS, 0, None
        for buffer, length, route in self._queued:
            vectors += (buffer.address, length)
            # Only the last of a group may be shorter.
            if route == to and length <= size and segments < most:
                segments += 1
                words[head + NAME_COUNT] = segments
                if segments == 2:
                    words[head + CONTROL_SIZE] = SEGMENT_CONTROL.size
                if length < size:
                    to = None
            else:
                head += WORDS
                words[head + NAMES] = vector
                words[head + NAME_COUNT] = segments = 1
                words[head + CONTROL_SIZE] = 0
                names[messages] = to = route
                sizes[messages] = size = length
                messages += 1
            vector += 16
        struct.pack_into(f"={len(vectors)}Q", self._out.vectors, 0, *vectors)
        return messages

    def _prepare_segments(self) -> None:
        """The control message that tells the kernel where to cut, per message."""
        size = SEGMENT_CONTROL.size
        count = BATCH + SPARES
        self._controls = bytearray(size * count)
        start = address_of(self._controls)
        for number in range(count):
            SEGMENT_CONTROL.pack_into(
                *(self._controls, number * size),
                *(18, socket.IPPROTO_UDP, UDP_SEGMENT, 0),
            )
            self._out.words[number * WORDS + CONTROL] = start + number * size
        self._segment_sizes = memoryview(self._controls).cast("H")[8 :: size // 2]
        self._refusals = 0
        self.segments = MAX_SEGMENTS
        try:
            self._socket.getsockopt(socket.IPPROTO_UDP, UDP_SEGMENT)
        except OSError:
            self.segments = 1

    def _send_singly(self, number: int, refusal: int) -> int:
        """Message `number` was refused: cut it ourselves; how many stayed behind."""
        words, head = self._out.words, number * WORDS
        segments = words[head + NAME_COUNT]
        if segments == 1 or refusal in (errno.EAGAIN, errno.ENOBUFS):
            return segments
        self._refusals += 1
        if self._refusals >= REFUSALS:
            self.segments = 1
        words[head + CONTROL_SIZE] = 0
        words[head + NAME_COUNT] = 1
        dropped = 0
        for _ in range(segments):
            done = self._libc.sendmmsg(
                *(self._file, self._out.address + head * 8, 1, socket.MSG_DONTWAIT)
            )
            dropped += done != 1
            words[head + NAMES] += 16
        return dropped


def can_batch() -> bool:
    """True if the layouts above are this system's."""
    return (
        sys.platform == "linux"
        and sys.byteorder == "little"
        and struct.calcsize("P") == 8
    )


def open_datagrams(sock: socket.socket) -> PlainDatagrams:
    """The quickest way that this system has; `sock` is bound and does not block."""
    return BatchedDatagrams(sock) if can_batch() else PlainDatagrams(sock)
