"""A stranger at the worker's door, and two callers next door who notice nothing."""

import asyncio
import gc
import logging
import re
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import suppress
from typing import Any

from benchmarks._media_callers import Caller
from benchmarks._media_rooms import spread, talk
from tests.video.media.browser import RecordingObserver, until
from tests.video.media.rooms.stories import run_story
from tests.video.media.sdp.offers import CHROMIUM
from video.media.config import MediaConfig
from video.media.errors import MediaError, RoomUnknown, SdpOfferRefused, SessionUnknown
from video.media.rooms.participant import Participant, Role
from video.media.sdp.offer import MAX_BYTES, MAX_MEDIA
from video.media.worker import MediaWorker

JOINS, RENEWALS, ATTEMPTS = 200, 200, 30
NEIGHBOURS = ("ann-next-door", "ben-next-door")
NAMES = (
    *NEIGHBOURS,
    "nobody-",
    "twin",
    "latecomer",
    "restless",
    "bomber-",
    "127.0.0.1",
)
Attack = Callable[[MediaWorker], Awaitable[None]]


class Heard(logging.Handler):
    """All that the worker writes down."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


def beside_a_call(attack: Attack) -> None:
    """Two talk, the attack happens; everything that they said has come, and nobody
    stands in a log."""
    log, heard = logging.getLogger(), Heard()
    log.addHandler(heard)
    try:
        live_through(attack)
    finally:
        log.removeHandler(heard)
    written = "\n".join(heard.lines)
    assert not [name for name in NAMES if name in written]


def live_through(attack: Attack) -> None:

    async def story(worker: MediaWorker, observer: RecordingObserver) -> None:
        neighbours = [Caller("next door", name) for name in NEIGHBOURS]
        for caller in neighbours:
            _, answer = await join(worker, "next door", caller.name, caller.offer())
            await caller.connect(answer)
        sessions = worker.rooms["next door"].sessions.values()
        await until(
            lambda: all(s.source for one in sessions for s in one.slots.values()),
            "each of them to get the other",
        )
        spread(neighbours)
        talking = asyncio.create_task(talk(neighbours, float("inf")))
        await until(lambda: all(c.traffic.received > 50 for c in neighbours), "talk")
        before = worker.mux.transports
        await attack(worker)
        await until(lambda: worker.mux.transports <= before, "the stranger's end")
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)
        sent = sum(caller.traffic.sent for caller in neighbours)
        await until(lambda: sum(c.traffic.received for c in neighbours) == sent, "all")
        for caller in neighbours:
            await caller.close()

    run_story(story, MediaConfig(connect_timeout=3.0))


async def join(
    worker: MediaWorker, room: str, name: str, offer: str
) -> tuple[str, str]:
    return await worker.join(
        room_id=room,
        participant=Participant(id=name, role=Role.CUSTOMER, name=name),
        offer=offer,
        ends_at=time.monotonic() + 3600,
    )


def with_ufrag(offer: str, ufrag: str) -> str:
    return re.sub("a=ice-ufrag:[^\r]*", f"a=ice-ufrag:{ufrag}", offer)


def with_sections(offer: str, count: int, kind: str = "audio") -> str:
    """The offer with more sections that only receive."""
    head, first, rest = offer.partition("m=audio")
    sound = first + rest.partition("m=video")[0]
    more = ""
    for number in range(2, count):
        section = re.sub("a=mid:0|a=ssrc:[^\r]*\r\n", "", sound)
        section = section.replace("a=sendrecv", f"a=recvonly\r\na=mid:{number}")
        more += section.replace("m=audio", f"m={kind}").replace("\r\n\r\n", "\r\n")
    mids = " ".join(map(str, range(count)))
    return head.replace("BUNDLE 0 1", f"BUNDLE {mids}") + first + rest + more


def test_joins_that_never_connect_leave_nothing() -> None:
    async def attack(worker: MediaWorker) -> None:
        nobody = Caller("x", "x")
        tasks, offer = len(asyncio.all_tasks()), nobody.offer()
        await nobody.close()
        for number in range(JOINS):
            try:
                await join(worker, f"crowd-{number % 60}", f"nobody-{number}", offer)
            except MediaError as refusal:
                assert refusal.code == "room_full"
        assert len(worker.rooms) == 61
        await until(lambda: list(worker.rooms) == ["next door"], "their end")
        await until(lambda: len(asyncio.all_tasks()) <= tasks, "their tasks' end")
        gc.collect()

    beside_a_call(attack)


def test_one_who_comes_many_times_at_once_sits_once() -> None:
    async def attack(worker: MediaWorker) -> None:
        twins = [Caller("hall", "twin") for _ in range(ATTEMPTS)]
        joined = await asyncio.gather(
            *(join(worker, "hall", "twin", one.offer()) for one in twins)
        )
        last, (session, answer) = twins[-1], joined[-1]
        await last.connect(answer)
        room = worker.rooms["hall"]
        await until(lambda: list(room.sessions) == [session], "the last alone")
        # Those before are gone: neither a new offer nor a leave finds them.
        for old, _ in joined[:-1]:
            about = {"room_id": "hall", "session_id": old}
            renewal = worker.renegotiate(offer=last.offer(), **about)
            assert await refused(renewal) == SessionUnknown.code
            assert await refused(worker.leave(**about)) == SessionUnknown.code
        await worker.leave(room_id="hall", session_id=session)
        again = worker.leave(room_id="hall", session_id=session)
        assert await refused(again) == RoomUnknown.code
        for one in twins:
            await one.close()

    beside_a_call(attack)


def test_who_comes_while_the_room_ends_leaves_nothing() -> None:
    async def attack(worker: MediaWorker) -> None:
        late = Caller("hall", "latecomer")
        for number in range(ATTEMPTS):
            both: list[Coroutine[Any, Any, object]] = [
                join(worker, "hall", "latecomer", late.offer()),
                worker.close_room("hall"),
            ]
            if number % 2:
                both.reverse()
            await asyncio.gather(*both, return_exceptions=True)
        with suppress(RoomUnknown):
            await worker.close_room("hall")
        assert "hall" not in worker.rooms
        await late.close()

    beside_a_call(attack)


def test_renewals_without_end_add_nothing() -> None:
    async def attack(worker: MediaWorker) -> None:
        caller = Caller("hall", "restless")
        offer = caller.offer()
        session, answer = await join(worker, "hall", "restless", offer)
        await caller.connect(answer)
        tasks = len(asyncio.all_tasks())

        async def renew(changed: str) -> str:
            return await worker.renegotiate(
                room_id="hall", session_id=session, offer=changed
            )

        known = worker.mux.transports
        for number in range(RENEWALS):
            await renew(with_ufrag(offer, f"restart{number}"))
        # Beside the one in use the last two: the answer to one may have been lost.
        assert worker.mux.transports <= known + 2
        most = with_sections(offer, MAX_MEDIA)
        for _ in range(10):
            await renew(most)
        assert len(worker.rooms["hall"].sessions[session].slots) == MAX_MEDIA
        for changed, code in (
            (with_sections(offer, MAX_MEDIA, "video"), "changed_media"),
            (offer, "changed_media"),
            (with_sections(offer, MAX_MEDIA + 1), "too_many_media"),
        ):
            assert await refused(renew(changed)) == code
        assert len(asyncio.all_tasks()) <= tasks
        await worker.leave(room_id="hall", session_id=session)
        await caller.close()

    beside_a_call(attack)


async def refused(call: Awaitable[object]) -> str:
    """The code of the refusal; fails where there is none."""
    try:
        await call
    except MediaError as refusal:
        return str(refusal.code)
    raise AssertionError("it was taken")


BOMBS = (
    *("ssrc:% cname:x", "ssrc-group:FID 1 %", "rid:% send", "mid:%", "extmap:% urn:x"),
    *("simulcast:send 1;2;%", "group:BUNDLE %", "fmtp:% a=b;c=d", "rtpmap:% x/90000"),
    *("rtcp-fb:% nack", "rtcp-fb:* %", "fingerprint:sha-256 AB", "x%", "setup:%"),
    *("sctpmap:% webrtc-datachannel 1024", "sctp-port:%", "max-message-size:%"),
    *("ice-ufrag:%", "ice-pwd:%", "msid:% %", "rtcp:% IN IP4 1.2.3.4", "imageattr:% *"),
)
NUMBERS = ("1", "0", "-1", "99999999999999999999", "9" * 900, "٣", "0x10", "1e9", "")


def bombs() -> Iterator[str]:
    for turn, line in enumerate(BOMBS):
        for number in ("%", NUMBERS[turn % len(NUMBERS)]):
            one = "a=" + line.replace("%", number) + "\r\n"
            count = (MAX_BYTES - len(CHROMIUM) - 9) // (len(one) + 4)
            lines = (one.replace("%", str(n)) for n in range(count))
            yield CHROMIUM + "".join(lines)
    for nested in ("(", "[", "{", ";", "a=", "\r", "\n", " ", "\t", "\0", "m=", "é"):
        yield CHROMIUM + "a=x:" + nested * 50_000
        yield nested * 60_000
    formats = " ".join(["96"] * 18_000)
    yield CHROMIUM + f"m=video 9 UDP/TLS/RTP/SAVPF {formats}\r\na=mid:99\r\n"
    yield CHROMIUM.replace("a=mid:", "a=mid:0\r\na=x:")
    yield CHROMIUM * 9


def test_bombs_in_an_offer_are_judged_by_name_and_soon() -> None:
    async def attack(worker: MediaWorker) -> None:
        codes: set[str] = set()
        for number, bomb in enumerate(bombs()):
            try:
                session, _ = await join(worker, "hall", f"bomber-{number}", bomb)
            except SdpOfferRefused as refusal:
                codes.add(refusal.code)
            else:
                await worker.leave(room_id="hall", session_id=session)
            await asyncio.sleep(0)
        assert {"too_large", "malformed"} <= codes

    beside_a_call(attack)
