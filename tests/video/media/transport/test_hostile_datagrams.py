"""Strangers may send anything to the port: all is counted, nothing breaks."""

import os
import random
import time

from aioice import stun

from tests.video.media.browser import until
from tests.video.media.hostile import hostile, seeds
from tests.video.media.transport.peers import Peer, with_mux
from video.media.transport.dtls import PacketBuffer
from video.media.transport.ice_lite import IceLiteTransport
from video.media.transport.udp_mux import UdpMux

STRANGERS = 10_000
REASONS = {"stun_malformed", "srtp_unknown", "dtls_unknown", "unknown"}


async def connected(mux: UdpMux) -> tuple[IceLiteTransport, Peer, stun.Message]:
    transport, peer = IceLiteTransport(mux), Peer(mux)
    request = peer.check(transport.ufrag, transport.password)
    await peer.receive()
    return transport, peer, request


def test_hostile_datagrams_break_nothing() -> None:
    async def story(mux: UdpMux) -> None:
        transport, peer, request = await connected(mux)
        seen: list[int] = []
        transport.on_srtp = lambda buffer, length, now: seen.append(length)
        rng, samples = random.Random(7), seeds(request)
        known = mux.route(peer.socket.getsockname())
        stranger = mux.route(("192.0.2.9", 9))
        buffer = PacketBuffer()
        mux.now = time.monotonic()
        for _ in range(STRANGERS):
            data = hostile(rng, samples)
            buffer.view[: len(data)] = data
            mux.take([(buffer, len(data), known if rng.random() < 0.5 else stranger)])
        assert sum(mux.counters.drops.values()) > STRANGERS / 2
        assert set(mux.counters.drops) >= REASONS
        assert mux.counters.drops["error"] == 0, "the guard was not needed"
        assert seen
        await transport.stop()
        peer.close()

    with_mux(story)


def test_after_hostile_datagrams_a_good_check_is_still_answered() -> None:
    async def story(mux: UdpMux) -> None:
        transport, peer, request = await connected(mux)
        rng, samples = random.Random(8), seeds(request)
        before = mux.counters.datagrams_in
        for _ in range(500):
            peer.send(hostile(rng, samples))
        peer.send(os.urandom(2048))
        peer.send(b"")
        await until(lambda: mux.counters.datagrams_in >= before + 502, "the drain")
        wanted = peer.check(transport.ufrag, transport.password).transaction_id
        while stun.parse_message(await peer.receive()).transaction_id != wanted:
            continue
        await transport.stop()
        peer.close()

    with_mux(story)


def test_a_handler_that_raises_is_counted_and_the_drain_goes_on() -> None:
    async def story(mux: UdpMux) -> None:
        transport, peer, _ = await connected(mux)

        def break_down(buffer: PacketBuffer, length: int, now: float) -> None:
            raise RuntimeError(length)

        transport.on_srtp = break_down
        for _ in range(3):
            peer.send(b"\x80" + bytes(20))
        await until(lambda: mux.counters.drops["error"] == 3, "three errors")
        peer.check(transport.ufrag, transport.password)
        assert stun.parse_message(await peer.receive())
        await transport.stop()
        peer.close()

    with_mux(story)
