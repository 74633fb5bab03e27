"""A network that loses: for measurements and tests, never part of a product's worker.

SRTP and SRTCP are lost, both as they arrive and as they leave; checks and handshakes
come through, so that a run says what loss does to a call and not to its beginning.
"""

import random
from collections.abc import Callable
from functools import partial
from socket import socket

from video.media.rtp.receiver import ForwardingReceiver
from video.media.rtp.repeats import Repeats
from video.media.transport.datagrams import (
    Address,
    BatchedDatagrams,
    Datagram,
    PlainDatagrams,
)

MEDIA = range(128, 192)


class LossyDatagrams(BatchedDatagrams):
    """Loses the given share of the media datagrams on each hop."""

    def __init__(self, sock: socket, *, share: float, seed: int = 1) -> None:
        super().__init__(sock)
        self._share = share
        self._chance = random.Random(seed)
        self.lost = 0

    def receive(self) -> list[Datagram]:
        # A batch that is lost whole must not look like an empty socket.
        while taken := super().receive():
            kept = [one for one in taken if not self._loses(one[0].view)]
            if kept:
                return kept
        return []

    def flush(self) -> int:
        self._queued[:] = [one for one in self._queued if not self._loses(one[0].view)]
        return super().flush()

    def send(self, data: bytes | memoryview, address: Address) -> None:
        if not self._loses(memoryview(data)):
            super().send(data, address)

    def _loses(self, packet: memoryview) -> bool:
        if packet[0] not in MEDIA or self._chance.random() >= self._share:
            return False
        self.lost += 1
        return True


def losing(share: float) -> Callable[[socket], PlainDatagrams]:
    return partial(LossyDatagrams, share=share)


def never_repeat() -> None:
    """Switch off asking for lost packets and answering who asks, in this process."""

    def ask_nobody(self: ForwardingReceiver, now: float) -> None:
        self.nacks.clear()

    def repeat_nothing(self: Repeats, sequence: int, now: float) -> None:
        return None

    ForwardingReceiver.send_nacks = ask_nobody  # type: ignore[method-assign] # meant
    Repeats.answer = repeat_nothing  # type: ignore[method-assign] # meant
