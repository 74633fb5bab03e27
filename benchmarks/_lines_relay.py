"""Lines made of waiting datagrams: a relay on loopback, where namespaces cannot be had.

The answer that a browser reads names the relay's port instead of the worker's; for
each address that the browser sends from, the relay has a socket of its own towards the
worker. Both directions pass a `Bottleneck`. It needs no privilege, and costs this
process about 30 µs a datagram: what a busy loop adds shows as a longer queue, so its
figures are rougher than those of the kernel's lines. Nothing of TCP passes it.
"""

import asyncio
import random
import re
from asyncio import DatagramTransport
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import cast

from benchmarks._lines_shape import Bottleneck, Shape

LOOPBACK = "127.0.0.1"
CANDIDATE = re.compile(rf"({re.escape(LOOPBACK)}) (\d+) typ host")
Address = tuple[str, int]


class Upstream(asyncio.DatagramProtocol):
    """One address of the browser, as the worker sees it."""

    def __init__(self, line: "RelayLine", browser: Address) -> None:
        self._line, self._browser = line, browser

    def datagram_received(self, data: bytes, addr: Address) -> None:
        self._line.deliver(data, self._browser)


class RelayLine(asyncio.DatagramProtocol):
    def __init__(self, seed: int) -> None:
        self.prefix: list[str] = []
        chance = random.Random(seed)
        self._down, self._up = Bottleneck(chance), Bottleneck(chance)
        self._loop = asyncio.get_running_loop()
        self._worker: Address | None = None
        self._transport: DatagramTransport | None = None
        self._upstreams: dict[Address, DatagramTransport] = {}
        self._opening: set[asyncio.Task[None]] = set()

    async def shape(self, shape: Shape) -> None:
        cut = shape.cut or shape.tcp_only
        self._down.become(shape.down, shape.buffer_ms, shape.loss, cut=cut)
        self._up.become(shape.up, shape.buffer_ms, shape.loss, cut=cut)

    async def queued(self) -> tuple[float, float]:
        now = self._loop.time()
        return self._down.waiting(now) * 1000, self._up.waiting(now) * 1000

    def reached_by(self, answer: str) -> str:
        found = CANDIDATE.search(answer)
        if found is None or self._transport is None:
            raise ValueError("the answer names no candidate on loopback")
        self._worker = (LOOPBACK, int(found[2]))
        port = self._transport.get_extra_info("sockname")[1]
        return CANDIDATE.sub(rf"\1 {port} typ host", answer)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: Address) -> None:
        now = self._loop.time()
        at = self._up.leaves_at(now, len(data))
        if at is not None:
            self._loop.call_at(at, self._send_up, data, addr)

    def deliver(self, data: bytes, browser: Address) -> None:
        now = self._loop.time()
        at = self._down.leaves_at(now, len(data))
        if at is not None and self._transport is not None:
            self._loop.call_at(at, self._transport.sendto, data, browser)

    def _send_up(self, data: bytes, browser: Address) -> None:
        if (upstream := self._upstreams.get(browser)) is not None:
            upstream.sendto(data)
            return
        task = self._loop.create_task(self._open(data, browser))
        self._opening.add(task)
        task.add_done_callback(self._opening.discard)

    async def _open(self, data: bytes, browser: Address) -> None:
        if browser not in self._upstreams:
            transport, _ = await self._loop.create_datagram_endpoint(
                lambda: Upstream(self, browser), remote_addr=self._worker
            )
            # Two datagrams may have asked for it at once.
            if browser in self._upstreams:
                transport.close()
            else:
                self._upstreams[browser] = transport
        self._upstreams[browser].sendto(data)

    def close(self) -> None:
        for transport in self._upstreams.values():
            transport.close()
        if self._transport is not None:
            self._transport.close()


class RelayLines:
    kind = "relay"
    host = LOOPBACK

    def __init__(self) -> None:
        self.prefix: list[str] = []
        self._count = 0

    @asynccontextmanager
    async def line(self, name: str) -> AsyncIterator[RelayLine]:
        self._count += 1
        _, line = await asyncio.get_running_loop().create_datagram_endpoint(
            lambda: RelayLine(self._count), local_addr=(LOOPBACK, 0)
        )
        try:
            yield line
        finally:
            line.close()
