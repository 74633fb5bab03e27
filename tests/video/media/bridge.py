"""Another way from a browser of the tests to a worker."""

import asyncio
import socket


class Bridge(asyncio.DatagramProtocol):
    """Carries a browser of ours, which is on the loopback of IPv4, by another address
    of the machine."""

    def __init__(self, address: str, port: int) -> None:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._far = socket.socket(family, socket.SOCK_DGRAM)
        self._far.setblocking(False)
        self._far.bind((address, 0))
        self._far.connect((address, port))
        self._browser: tuple[str, int] | None = None
        self._near: asyncio.DatagramTransport

    async def open(self) -> int:
        loop = asyncio.get_running_loop()
        self._near, _ = await loop.create_datagram_endpoint(
            lambda: self, local_addr=("127.0.0.1", 0)
        )
        loop.add_reader(self._far.fileno(), self._back)
        port: int = self._near.get_extra_info("sockname")[1]
        return port

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._browser = addr
        self._far.send(data)

    def _back(self) -> None:
        self._near.sendto(self._far.recv(2048), self._browser)

    def close(self) -> None:
        asyncio.get_running_loop().remove_reader(self._far.fileno())
        self._far.close()
        self._near.close()
