"""A participant with good keys and bad manners: its packets, its messages."""

import asyncio
import json
import random
import struct
from collections.abc import Callable
from contextlib import suppress

from aiortc import RTCDtlsTransport
from pylibsrtp import Error as SrtpError

from tests.video.media.browser import Browser, RecordingObserver, until
from tests.video.media.hostile import hostile_rtp, mutated_rtcp
from tests.video.media.rooms.stories import pair, run_story
from video.media.rooms.channel import CHAT_BURST
from video.media.rooms.leg import MAX_RTCP_SOURCES
from video.media.rooms.messages import MAX_MESSAGE, MAX_TEXT
from video.media.worker import MediaWorker

ROUNDS = 4000


class Keys:
    """Sends what a browser never would, encrypted with its own good keys."""

    def __init__(self, browser: Browser) -> None:
        transport = browser.pc.getTransceivers()[0].sender.transport
        assert isinstance(transport, RTCDtlsTransport)
        self._srtp = transport._tx_srtp
        nominated = transport.transport._connection._nominated[1]
        self._send: Callable[[bytes, tuple[str, int]], None] = (
            nominated.protocol.transport.sendto
        )
        self._address = nominated.remote_addr

    def rtp(self, plain: bytes) -> None:
        # Our own libsrtp refuses to seal some of it; the rest goes out.
        with suppress(SrtpError):
            self._send(self._srtp.protect(plain), self._address)

    def rtcp(self, plain: bytes) -> None:
        self._send(self._srtp.protect_rtcp(plain), self._address)


def test_good_keys_and_hostile_packets_break_nothing() -> None:
    async def story(worker: MediaWorker, observer: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        await alice.plays()
        room = worker.rooms["room"]
        leg = room.sessions[bob.session_id].leg
        video = next(r.stream for r in leg.receivers if r.kind == "video")
        assert video.rtx_ssrc is not None
        ssrcs = [s.ssrc for s in leg.senders] + [r.ssrc for r in leg.receivers] + [0]
        # From where the stream is: libsrtp would not seal numbers of the past.
        start = next(r for r in leg.receivers if r.kind == "video").highest
        keys, rng = Keys(bob), random.Random(11)
        for number in range(ROUNDS):
            keys.rtp(hostile_rtp(rng, video, (start + 1 + number) & 0xFFFF))
            keys.rtcp(mutated_rtcp(rng, ssrcs))
            if number % 50 == 0:
                await asyncio.sleep(0)
        drops = worker.counters.drops
        await until(lambda: drops["rtcp_malformed"] > 100, "broken reports")
        await until(lambda: drops["ssrc_unknown"] > 100, "unknown sources")
        assert drops["payload_type"] > 100
        assert drops["error"] == 0
        # Alice's aiortc may die of such pictures, as no browser does; the room lives.
        await alice.close()
        carol = await Browser("carol").join(worker, "room")
        await asyncio.gather(carol.plays(audio=10, video=0), bob.plays())
        await carol.close()
        await bob.close()

    run_story(story)


def test_invented_rtcp_sources_are_bounded() -> None:
    async def story(worker: MediaWorker, observer: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        keys = Keys(bob)
        for ssrc in range(1, MAX_RTCP_SOURCES + 20):
            keys.rtcp(struct.pack("!BBHL", 0x80, 201, 1, ssrc))
        await until(lambda: worker.counters.drops["rtcp_sources"] >= 19, "the bound")
        await alice.close()
        await bob.close()

    run_story(story)


def test_a_message_we_do_not_take_is_answered_with_its_code() -> None:
    async def story(worker: MediaWorker, observer: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        cases = [
            ("not json", "not_json"),
            ("[" * 20_000, "not_json"),
            ("[]", "unknown_type"),
            ("{}", "unknown_type"),
            ('{"type": ["chat"]}', "unknown_type"),
            ('{"type": "dance"}', "unknown_type"),
            ('{"type": "chat"}', "bad_text"),
            ('{"type": "chat", "text": 5}', "bad_text"),
            ('{"type": "chat", "text": " \\n "}', "bad_text"),
            ('{"type": "chat", "text": "\\ud800"}', "bad_text"),
            (json.dumps({"type": "chat", "text": "x" * (MAX_TEXT + 1)}), "too_long"),
            ('"' + "x" * MAX_MESSAGE + '"', "too_large"),
        ]
        for number, (message, code) in enumerate(cases):
            bob.say(message)
            assert (await bob.sees("error", number + 1))["code"] == code
        bob.control.send(b"\x00\x01")
        assert (await bob.sees("error", len(cases) + 1))["code"] == "binary"
        assert worker.counters.messages_refused == len(cases) + 1
        bob.say({"type": "ping"})
        await bob.sees("pong")
        bob.say({"type": "chat", "text": "é" * MAX_TEXT})
        assert (await alice.sees("chat"))["text"] == "é" * MAX_TEXT
        await alice.close()
        await bob.close()

    run_story(story)


def test_a_flood_of_chat_is_cut_and_the_room_goes_on() -> None:
    async def story(worker: MediaWorker, observer: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        for number in range(300):
            bob.say({"type": "chat", "text": f"line {number}"})
        assert (await bob.sees("error"))["code"] == "too_fast"
        alice.say({"type": "chat", "text": "still here"})
        await until(
            lambda: any(line["from"] == "alice" for line in bob.heard("chat")),
            "alice's line",
        )
        lines = [line["text"] for line in alice.heard("chat") if line["from"] == "bob"]
        assert CHAT_BURST <= len(lines) < 40
        assert lines[:10] == [f"line {number}" for number in range(10)]
        await alice.close()
        await bob.close()

    run_story(story)


def test_greetings_and_words_without_end_are_few_and_the_room_goes_on() -> None:
    async def story(worker: MediaWorker, observer: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        flood: list[dict[str, object]] = [{"type": "hello"}] * 50
        flood += [{"type": "typing", "text": "x" * 200}] * 60
        flood += [{"type": "microphone", "open": n % 2 == 0} for n in range(60)]
        flood += [{"type": "mute", "participant": "é" * 64, "muted": True}] * 60
        for message in flood:
            bob.say(message)
        alice.say({"type": "chat", "text": "still here"})
        await bob.sees("chat")
        await until(lambda: worker.counters.messages_refused > 100, "their end")
        assert len(bob.heard("welcome")) < 1 + len(flood) / 10
        await alice.close()
        await bob.close()

    run_story(story)


def test_other_channels_are_closed_and_the_control_channel_stays() -> None:
    async def story(worker: MediaWorker, observer: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        stray = bob.pc.createDataChannel("stray")
        second = bob.pc.createDataChannel("control")
        await until(lambda: stray.readyState == "closed", "the stray's end")
        await until(lambda: second.readyState == "closed", "the second's end")
        bob.say({"type": "ping"})
        await bob.sees("pong")
        await alice.close()
        await bob.close()

    run_story(story)


def test_hostile_sctp_harms_nobody_but_its_sender() -> None:
    async def story(worker: MediaWorker, observer: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        transport = bob.pc.getTransceivers()[0].sender.transport
        assert isinstance(transport, RTCDtlsTransport)
        rng = random.Random(3)
        for number in range(600):
            with suppress(ConnectionError):
                await transport._send_data(rng.randbytes(rng.randint(0, 120)) or b"x")
            if number % 50 == 0:
                await asyncio.sleep(0)
        carol = await Browser("carol").join(worker, "room")
        await carol.sees("welcome")
        alice.say({"type": "chat", "text": "still here"})
        await carol.sees("chat")
        for browser in (alice, bob, carol):
            await browser.close()

    run_story(story)
