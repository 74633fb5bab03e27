"""Batches of datagrams on real sockets, both ways of sending them."""

import contextlib
import select
import socket
import sys
from collections.abc import Iterator

import pytest

from video.media.transport.datagrams import (
    BATCH,
    SPARES,
    BatchedDatagrams,
    PlainDatagrams,
    open_datagrams,
)
from video.media.transport.udp_mux import bound_socket, kernel_drops

WAYS = [PlainDatagrams, BatchedDatagrams]
HOSTS = {socket.AF_INET: "127.0.0.1", socket.AF_INET6: "::1"}


def bound(family: socket.AddressFamily) -> socket.socket:
    sock = socket.socket(family, socket.SOCK_DGRAM)
    sock.setblocking(False)
    try:
        sock.bind((HOSTS[family], 0))
    except OSError:
        sock.close()
        pytest.skip("this machine has no such address")
    return sock


class Pair:
    """Our socket and two peers of it."""

    def __init__(
        self, way: type[PlainDatagrams], family: socket.AddressFamily = socket.AF_INET
    ) -> None:
        self.sock = bound(family)
        self.peers = [bound(family), bound(family)]
        self.datagrams = way(self.sock)
        self.routes = [self.datagrams.route(p.getsockname()) for p in self.peers]

    def send(self, packet: bytes, peer: int = 0) -> None:
        buffer = self.datagrams.spare()
        buffer.view[: len(packet)] = packet
        self.datagrams.queue((buffer, len(packet), self.routes[peer]))

    def arrived(self, count: int, peer: int = 0) -> list[bytes]:
        packets = []
        for _ in range(count):
            assert select.select([self.peers[peer]], [], [], 5)[0]
            packets.append(self.peers[peer].recv(3000))
        assert not select.select([self.peers[peer]], [], [], 0)[0]
        return packets

    def close(self) -> None:
        for sock in (self.sock, *self.peers):
            sock.close()


@pytest.fixture(params=WAYS)
def pair(request: pytest.FixtureRequest) -> Iterator[Pair]:
    made = Pair(request.param)
    yield made
    made.close()


@pytest.mark.parametrize("family", HOSTS)
@pytest.mark.parametrize("way", WAYS)
def test_what_arrives_says_from_whom_and_goes_back(
    way: type[PlainDatagrams], family: socket.AddressFamily
) -> None:
    pair = Pair(way, family)
    assert pair.datagrams.receive() == []
    for number, peer in enumerate(pair.peers):
        peer.sendto(b"from %d" % number, pair.sock.getsockname())
    pair.peers[0].sendto(b"", pair.sock.getsockname())
    taken = pair.datagrams.receive()
    said = [(bytes(buffer.view[:length]), route) for buffer, length, route in taken]
    first, second = pair.routes
    assert said == [(b"from 0", first), (b"from 1", second), (b"", first)]
    assert pair.datagrams.address(first) == pair.peers[0].getsockname()
    for datagram in taken[:2]:
        pair.datagrams.queue(datagram)
    assert pair.datagrams.flush() == 0
    assert pair.arrived(1, 0) == [b"from 0"]
    assert pair.arrived(1, 1) == [b"from 1"]
    pair.close()


def test_a_batch_is_bounded_and_the_rest_waits(pair: Pair) -> None:
    for number in range(BATCH + 3):
        pair.peers[0].sendto(b"%d" % number, pair.sock.getsockname())
    assert len(pair.datagrams.receive()) == BATCH
    assert len(pair.datagrams.receive()) == 3


def test_every_size_and_order_arrives_as_it_was_queued(pair: Pair) -> None:
    sizes = [1100] * 6 + [400, 1100, 1100, 1200, 80, 80, 0, 1, 2048]
    packets = [bytes([number]) * size for number, size in enumerate(sizes)]
    for packet in packets:
        pair.send(packet)
        pair.send(packet[:50], peer=1)
    assert pair.datagrams.flush() == 0
    assert pair.arrived(len(packets)) == packets
    assert pair.arrived(len(packets), peer=1) == [packet[:50] for packet in packets]


def test_more_copies_than_there_is_room_for_are_sent_in_between(pair: Pair) -> None:
    packets = [b"%03d" % number for number in range(3 * SPARES)]
    for packet in packets:
        pair.send(packet)
    assert pair.datagrams.flush() == 0
    assert pair.arrived(len(packets)) == packets


def test_what_the_kernel_refuses_is_counted_and_the_rest_goes(pair: Pair) -> None:
    # A port of 0 cannot be sent to.
    nowhere = pair.datagrams.route(("127.0.0.1", 0))
    pair.send(b"before")
    pair.datagrams.queue((pair.datagrams.spare(), 10, nowhere))
    pair.send(b"after")
    assert pair.datagrams.flush() == 1
    assert pair.arrived(2) == [b"before", b"after"]
    pair.send(b"again")
    assert pair.datagrams.flush() == 0
    assert pair.arrived(1) == [b"again"]


def test_a_group_that_is_refused_is_cut_here_and_soon_no_more_tried() -> None:
    pair = Pair(BatchedDatagrams)
    nowhere = pair.datagrams.route(("127.0.0.1", 0))
    for _ in range(20):
        for _ in range(4):
            pair.datagrams.queue((pair.datagrams.spare(), 10, nowhere))
        for number in range(3):
            pair.send(b"%d" % number)
        assert pair.datagrams.flush() == 4
        assert pair.arrived(3) == [b"0", b"1", b"2"]
    assert isinstance(pair.datagrams, BatchedDatagrams)
    assert pair.datagrams.segments == 1
    pair.close()


def test_a_frame_leaves_in_one_message() -> None:
    pair = Pair(BatchedDatagrams)
    assert isinstance(pair.datagrams, BatchedDatagrams)
    if pair.datagrams.segments == 1:
        pytest.skip("this kernel cannot cut")
    for _ in range(6):
        pair.send(bytes(1100))
    for _ in range(2):
        pair.send(bytes(80), peer=1)
    assert pair.datagrams.flush() == 0
    assert pair.datagrams.messages == 2
    assert pair.arrived(6) == [bytes(1100)] * 6
    pair.close()


def test_the_quickest_way_is_found() -> None:
    sock = bound(socket.AF_INET)
    assert isinstance(open_datagrams(sock), PlainDatagrams)
    sock.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
def test_what_the_kernel_threw_away_is_known() -> None:
    full, there = bound_socket("127.0.0.1", 0), bound_socket("127.0.0.1", 0)
    with full, there:
        full.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        assert kernel_drops([full, there]) == 0
        for _ in range(50):
            there.sendto(bytes(1200), full.getsockname())
        kept = 0
        with contextlib.suppress(BlockingIOError):
            while full.recv(1500):
                kept += 1
        assert kernel_drops([full, there]) == 50 - kept > 0
