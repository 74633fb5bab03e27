"""Two sockets, one way out: IPv4 and IPv6 datagrams of one worker.

Each socket has a batch of its own; what the packet path queues finds its batch by the
form of the route. Used only where the worker listens on both.
"""

from video.media.transport.datagrams import (
    SPARES,
    Address,
    Datagram,
    PlainDatagrams,
    Route,
)
from video.media.transport.dtls import PacketBuffer

SIX = 4  # (host, port, flow, scope)


class BothInternets:
    """The interface of a batch (see `PlainDatagrams`), for two of them."""

    def __init__(self, four: PlainDatagrams, six: PlainDatagrams) -> None:
        self._four = four
        self._six = six
        self._spares_out = 0
        self._dropped = 0

    def queue(self, datagram: Datagram) -> None:
        self._batch(datagram[2]).queue(datagram)

    def route(self, address: Address) -> Route:
        batch = self._six if len(address) == SIX else self._four
        return batch.route(address)

    def address(self, route: Route) -> Address:
        return self._batch(route).address(route)

    def spare(self) -> PacketBuffer:
        """Room for a copy. A copy may wait in either batch: before the first is used
        again, both are sent."""
        if self._spares_out == SPARES:
            self._dropped += self.flush()
        self._spares_out += 1
        return self._four.spare()

    def flush(self) -> int:
        dropped = self._four.flush() + self._six.flush() + self._dropped
        self._spares_out = self._dropped = 0
        return dropped

    def _batch(self, route: Route) -> PlainDatagrams:
        if isinstance(route, int):
            return self._four
        if isinstance(route, bytes):
            return self._six
        return self._six if len(route) == SIX else self._four
