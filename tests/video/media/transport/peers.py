"""A mux on a real socket, and who speaks to it."""

import asyncio
import socket
from collections.abc import Awaitable, Callable

from aioice import stun

from video.media.counters import Counters
from video.media.transport.udp_mux import UdpMux


class Peer:
    """A bare UDP socket that speaks STUN to the mux."""

    def __init__(self, mux: UdpMux) -> None:
        self.mux = mux
        self.socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.socket.bind(("127.0.0.1", 0))
        self.socket.setblocking(False)

    def check(
        self, ufrag: str, password: str, *, nominate: bool = True
    ) -> stun.Message:
        request = stun.Message(
            message_method=stun.Method.BINDING, message_class=stun.Class.REQUEST
        )
        request.attributes["USERNAME"] = f"{ufrag}:remote"
        request.attributes["PRIORITY"] = 1
        if nominate:
            request.attributes["USE-CANDIDATE"] = None
        request.add_message_integrity(password.encode())
        self.send(bytes(request))
        return request

    def send(self, data: bytes) -> None:
        self.socket.sendto(data, self.mux.address)

    async def receive(self) -> bytes:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(5):
            return await loop.sock_recv(self.socket, 2048)

    def close(self) -> None:
        self.socket.close()


def with_mux(story: Callable[[UdpMux], Awaitable[None]]) -> None:
    async def run() -> None:
        mux = UdpMux("127.0.0.1", 0, Counters())
        try:
            await story(mux)
        finally:
            mux.close()
            mux.close()

    asyncio.run(run())
