"""What strangers and bad guests do to a media worker, each for some seconds.

An attack names the drops by one of which it is to be seen in the metrics.
"""

from __future__ import annotations

import asyncio
import random
import re
import socket
import struct
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aioice import stun

from benchmarks._media_callers import Caller
from benchmarks._media_rooms import Worker
from benchmarks._media_told import TellingCaller
from tests.video.media.hostile import hostile, mutated_rtcp, seeds
from tests.video.media.sdp.offers import CHROMIUM

ADDRESSES, AT_ONCE, PAUSE, CROWD = 200, 50, 0.01, 200
CODES = ("unknown", "srtp_unknown", "stun_malformed")


class Enemy(TellingCaller):
    """A caller with good keys, who sends what no browser does."""

    def datagram(self, data: bytes) -> None:
        self._send_now(data)

    def request(self, password: str = "", *, nominate: bool = False) -> bytes:
        """A check of its own name, with its own password or another."""
        ufrag, good = self._peer
        message = stun.Message(
            message_method=stun.Method.BINDING, message_class=stun.Class.REQUEST
        )
        message.attributes["USERNAME"] = f"{ufrag}:remote"
        message.attributes["PRIORITY"] = 1
        if nominate:
            message.attributes["USE-CANDIDATE"] = None
        message.add_message_integrity((password or good).encode())
        return bytes(message)


@dataclass(frozen=True)
class Ground:
    """Where an attack takes place, and until when."""

    worker: Worker
    enemy: Enemy
    port: int
    rng: random.Random
    until: float

    @property
    def lasts(self) -> bool:
        return time.monotonic() < self.until

    async def repeat(self, act: Callable[[], object]) -> None:
        """Thousands of times a second. What fills the socket itself is not for us."""
        while self.lasts:
            for _ in range(AT_ONCE):
                act()
            self.enemy.forget()
            await asyncio.sleep(PAUSE)


async def spoofed(ground: Ground) -> None:
    """Checks with a name that exists and a password that does not, then the right one
    without a nomination, from 200 addresses."""
    sockets = [
        socket.socket(socket.AF_INET, socket.SOCK_DGRAM) for _ in range(ADDRESSES)
    ]
    wrong, right = ground.enemy.request("w" * 24), ground.enemy.request()

    def send() -> None:
        one = ground.rng.choice(sockets)
        data = wrong if ground.rng.random() < 0.8 else right
        one.sendto(data, ("127.0.0.1", ground.port))

    try:
        await ground.repeat(send)
    finally:
        for one in sockets:
            one.close()


async def checks(ground: Ground) -> None:
    good = ground.enemy.request(nominate=True)
    await ground.repeat(lambda: ground.enemy.datagram(good))


async def strangers(ground: Ground) -> None:
    some = seeds(stun.parse_message(ground.enemy.request()))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as one:
        address = ("127.0.0.1", ground.port)
        await ground.repeat(lambda: one.sendto(hostile(ground.rng, some), address))


async def records(ground: Ground) -> None:
    one = b"\x17\xfe\xfd" + bytes(8) + b"\0\x30" + bytes(48)
    await ground.repeat(lambda: ground.enemy.datagram(one * 18))


async def nacks(ground: Ground) -> None:
    source = ground.enemy.source

    def send() -> None:
        first = ground.rng.getrandbits(16)
        pairs = b"".join(
            struct.pack("!HH", (first + 17 * n) & 0xFFFF, 0xFFFF) for n in range(280)
        )
        for target in ground.enemy.targets:
            head = struct.pack("!BBHLL", 0x81, 205, 282, source, target)
            ground.enemy.send_report(head + pairs)

    await ground.repeat(send)


async def reports(ground: Ground) -> None:
    """Every kind of report with every number wrong, and calls for key frames."""
    source, targets = ground.enemy.source, ground.enemy.targets

    def send() -> None:
        ground.enemy.send_report(mutated_rtcp(ground.rng, targets))
        loss = struct.pack("!BBHLL", 0x81, 206, 2, source, targets[0])
        ground.enemy.send_report(loss * 80)

    await ground.repeat(send)


async def feedback(ground: Ground) -> None:
    """Of packets never sent, in the future, again and again, with absurd times."""
    rng, source = ground.rng, ground.enemy.source

    def send() -> None:
        base, count = rng.getrandbits(16), rng.choice([1, 100, 0xFFFF])
        came = rng.randrange(1, 400)
        run = struct.pack("!H", rng.choice([1, 2]) << 13 | min(came, count))
        rest = struct.pack("!H", min(0x1FFF, max(0, count - came))) * 8
        body = struct.pack("!LLHHL", source, 0, base, count, rng.getrandbits(32))
        body += run + (rest if count > came else b"") + rng.randbytes(came)
        body += bytes(-len(body) % 4)
        ground.enemy.send_report(struct.pack("!BBH", 0x8F, 205, len(body) // 4) + body)

    await ground.repeat(send)


async def media(ground: Ground) -> None:
    await ground.repeat(ground.enemy.show)


async def joins(ground: Ground) -> None:
    """Crowds that never connect, one who comes again and again, and leaves twice."""
    nobody = Caller("crowd", "crowd")
    number = 0
    while ground.lasts and number < CROWD:
        number += 1
        room = f"crowd-{number % 40}"
        about = {"room": room, "offer": nobody.offer()}
        await ground.worker.ask("join", name=f"nobody-{number}", **about)
        given = [
            await ground.worker.ask("join", name="twin", **about) for _ in range(2)
        ]
        for one in (*given, *given):
            if "session" in one:
                await ground.worker.ask("leave", room=room, session=one["session"])
    await nobody.close()


async def renewals(ground: Ground) -> None:
    enemy, number = ground.enemy, 0
    while ground.lasts:
        number += 1
        fresh = re.sub("a=ice-ufrag:[^\r]*", f"a=ice-ufrag:x{number:05}", enemy.offer())
        about = {"room": enemy.room, "session": enemy.session}
        await ground.worker.ask("renew", offer=fresh, **about)
        refused = await ground.worker.ask(
            "renew", offer=fresh.replace("m=audio", "m=video"), **about
        )
        if "refused" not in refused:
            raise AssertionError("a section may change its kind")


async def bombs(ground: Ground) -> None:
    lines = ("a=ssrc-group:FID 1 %", "a=mid:%", "a=x%", "a=extmap:% x", "a=rid:% send")
    while ground.lasts:
        line = ground.rng.choice(lines)
        count = 56_000 // (len(line) + 6)
        bomb = CHROMIUM + "".join(
            line.replace("%", str(n)) + "\r\n" for n in range(count)
        )
        about = {"room": "bombs", "name": "bomber"}
        await ground.worker.ask("join", offer=bomb, **about)
        await ground.worker.ask("join", offer=CHROMIUM * 9, **about)


Attack = Callable[[Ground], Awaitable[None]]
ATTACKS: dict[str, tuple[Attack, tuple[str, ...]]] = {
    "spoofed": (spoofed, ("stun_auth",)),
    "checks": (checks, ("stun_flood",)),
    "strangers": (strangers, CODES),
    "records": (records, ("dtls_flood", "dtls_queue")),
    "nacks": (nacks, ("nack_flood", "rtcp_flood")),
    "reports": (reports, ("rtcp_flood",)),
    "feedback": (feedback, ("feedback_flood", "rtcp_flood")),
    "media": (media, ("flood",)),
    "joins": (joins, ()),
    "renewals": (renewals, ()),
    "bombs": (bombs, ()),
}
"""Those without a name are refused where they were asked, not on the port."""
