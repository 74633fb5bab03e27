"""Floods by a participant with good keys, and by strangers who know a name.

What is counted is work that was not done: no test here knows a time.
"""

import struct
import time

import pytest
from aioice import stun

from tests.video.media.transport.calls import Call, keys
from tests.video.media.transport.peers import Peer, with_mux
from video.media.rtp.feedback import AT_ONCE, LEAST
from video.media.rtp.limits import UNLIMITED
from video.media.rtp.repeats import ASKED_PER_TICK, RESENDS_PER_TICK
from video.media.transport.datagrams import BATCH
from video.media.transport.dtls import PacketBuffer
from video.media.transport.ice_lite import (
    CHECKS_AT_ONCE,
    FLOOD,
    MAX_ADDRESSES,
    RECORDS_AT_ONCE,
    SHUT_FOR,
    IceLiteTransport,
    records,
)
from video.media.transport.udp_mux import UdpMux

SPOOFED = 200


class Enemy:
    """Reports to us in a call of its own, beside neighbours who talk."""

    def __init__(self, mux: UdpMux) -> None:
        self.call, self.neighbours = Call(mux, numbered=True), Call(mux)
        self.call.carry(640)
        self.counters, self.drops = mux.counters, mux.counters.drops
        self._srtp, self._buffer = keys(), PacketBuffer()

    def report(self, *packets: bytes) -> None:
        sealed = self._srtp.protect_rtcp(b"".join(packets))
        assert sealed is not None
        self._buffer.view[: len(sealed)] = sealed
        self.call.leg.handle_datagram(self._buffer, len(sealed), time.monotonic())

    def nack(self, entries: int) -> bytes:
        began = self.call.sender.began
        pairs = b"".join(
            struct.pack("!HH", (began + 17 * n) & 0xFFFF, 0xFFFF)
            for n in range(entries)
        )
        head = struct.pack("!BBH", 0x81, 205, 2 + entries)
        return head + struct.pack("!LL", 9, self.call.sender.ssrc) + pairs

    async def close(self) -> None:
        """The neighbours' packets all went through, whatever was done."""
        before = self.neighbours.sender.packets
        self.neighbours.carry(320)
        assert self.neighbours.sender.packets == before + 320
        assert self.drops["error"] == 0
        await self.call.close()
        await self.neighbours.close()


def remb(mantissa: int, exponent: int, ssrc: int) -> bytes:
    said = exponent << 18 | mantissa
    body = b"REMB" + bytes([1]) + said.to_bytes(3, "big") + ssrc.to_bytes(4, "big")
    return struct.pack("!BBHLL", 0x8F, 206, 2 + len(body) // 4, 9, 0) + body


def test_a_storm_of_nacks_is_looked_up_only_so_often() -> None:
    async def story(mux: UdpMux) -> None:
        enemy = Enemy(mux)
        for _ in range(20):
            enemy.report(enemy.nack(300))
        assert enemy.counters.nacks_in == ASKED_PER_TICK
        assert enemy.drops["nack_flood"] == 20
        assert enemy.counters.retransmitted <= RESENDS_PER_TICK
        enemy.call.leg.tick(time.monotonic())
        enemy.report(enemy.nack(1))
        assert enemy.counters.nacks_in == ASKED_PER_TICK + 17
        await enemy.close()

    with_mux(story)


@pytest.mark.parametrize(
    "packet",
    [
        struct.pack("!BBHL", 0x80, 201, 1, 9),
        struct.pack("!BBHLL", 0x81, 206, 2, 9, 7),
        struct.pack("!BBHLBB", 0x81, 202, 2, 9, 1, 0) + b"\0\0",
    ],
)
def test_reports_by_the_thousand_are_dropped_before_they_are_read(
    packet: bytes,
) -> None:
    async def story(mux: UdpMux) -> None:
        enemy = Enemy(mux)
        fit = AT_ONCE // LEAST
        for _ in range(2 * fit):
            enemy.report(packet)
        assert enemy.drops["rtcp_flood"] >= fit // 2
        # What is left counts by octets: long ones are as dear as many.
        before = enemy.drops["rtcp_flood"]
        enemy.report(packet * 90)
        assert enemy.drops["rtcp_flood"] == before + 1
        await enemy.close()

    with_mux(story)


@pytest.mark.parametrize("said", [(0, 0), (1, 0), (0x3FFFF, 63), (1, 63)])
def test_absurd_rates_and_times_leave_limits_that_can_be_kept(
    said: tuple[int, int],
) -> None:
    async def story(mux: UdpMux) -> None:
        enemy = Enemy(mux)
        sender, leg = enemy.call.sender, enemy.call.leg
        most = 0xFFFFFFFF
        block = struct.pack(
            "!LBBHLLLL", sender.ssrc, 255, 255, 0xFFFF, most, most, most, most
        )
        for turn in range(30):
            enemy.report(remb(*said, sender.ssrc))
            enemy.report(struct.pack("!BBHL", 0x81, 201, 7, 9) + block)
            leg.tick(time.monotonic() + turn / 2)
        assert 0 < enemy.call.receiver.limits.told <= UNLIMITED
        assert (sender.round_trip or 0) >= 0
        await enemy.close()

    with_mux(story)


def test_checks_from_spoofed_addresses_fill_nothing() -> None:
    async def story(mux: UdpMux) -> None:
        ice = IceLiteTransport(mux)
        owner, strangers = Peer(mux), [Peer(mux) for _ in range(SPOOFED)]
        now = time.monotonic()

        def check(peer: Peer, password: str, *, nominate: bool = True) -> None:
            mux.drain()
            peer.check(ice.ufrag, password, nominate=nominate)
            mux.drain()

        check(owner, ice.password)
        known = mux.transports
        for stranger in strangers:
            check(stranger, "w" * 24)
        assert mux.counters.drops["stun_auth"] == SPOOFED
        assert mux.transports == known
        assert ice.address == owner.socket.getsockname()
        # With the password, but without a nomination: the path stays where it was.
        for stranger in strangers:
            check(stranger, ice.password, nominate=False)
        assert mux.transports <= known + MAX_ADDRESSES
        assert ice.address == owner.socket.getsockname()
        assert ice.last_consent >= now - 1
        # At one moment: how many are answered in it does not depend on the machine.
        request = owner.check(ice.ufrag, ice.password)
        for _ in range(2 * CHECKS_AT_ONCE):
            again = stun.parse_message(bytes(request))
            ice.handle_binding(again, owner.socket.getsockname(), mux.now)
        assert mux.counters.drops["stun_flood"] >= CHECKS_AT_ONCE
        await ice.stop()
        assert mux.transports == 0
        for peer in (owner, *strangers):
            peer.close()

    with_mux(story)


def test_records_are_handed_on_one_by_one_and_not_without_end() -> None:
    async def story(mux: UdpMux) -> None:
        ice = IceLiteTransport(mux)
        one = b"\x17\xfe\xfd" + bytes(8) + b"\0\4" + b"abcd"
        assert list(records(one * 3 + one[:-1])) == [one] * 3
        assert list(records(one[:12])) == []
        assert list(records(b"\x2f" + one)) == [b"\x2f" + one]
        for _ in range(3):
            ice.handle_dtls(one * 60)
        assert [await ice._recv() for _ in range(180)] == [one] * 180
        for _ in range(RECORDS_AT_ONCE):
            ice.handle_dtls(one)
            if mux.counters.drops["dtls_flood"]:
                break
            await ice._recv()
        assert mux.counters.drops["dtls_flood"] == 1
        await ice.stop()

    with_mux(story)


def test_who_floods_with_media_is_not_listened_to_for_a_while() -> None:
    async def story(mux: UdpMux) -> None:
        enemy = Enemy(mux)
        call = enemy.call
        call.leg.tick(0.0)
        call.receiver.packets += FLOOD + 1
        call.leg.tick(0.5)
        before = call.sender.packets
        for turn in range(SHUT_FOR):
            call.carry_nothing(32)
            assert call.sender.packets == before
            call.leg.tick(1.0 + turn / 2)
        assert enemy.drops["flood"] == 32 * SHUT_FOR
        call.carry(BATCH)
        assert call.sender.packets == before + BATCH
        await enemy.close()

    with_mux(story)
