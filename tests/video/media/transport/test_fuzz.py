"""A hundred thousand hostile inputs while the room next door talks on.

Datagrams come through the real socket and its drain: from strangers, from an address
we know, and sealed with good keys. Offers and messages come as text.
"""

import json
import random
import socket

from tests.video.media.hostile import hostile, hostile_rtp, mutated_rtcp, seeds
from tests.video.media.rtp.lines import VP8
from tests.video.media.sdp.offers import CHROMIUM, FIREFOX
from tests.video.media.transport.calls import Call, keys
from tests.video.media.transport.peers import with_mux
from video.media.errors import MessageRefused, SdpOfferRefused
from video.media.rooms.messages import read_message
from video.media.sdp.codecs import RoomCodecs
from video.media.sdp.offer import read_offer
from video.media.transport.datagrams import BATCH
from video.media.transport.dtls import LENGTH, PacketBuffer
from video.media.transport.udp_mux import UdpMux

DATAGRAMS, OFFERS, MESSAGES = 80_000, 5_000, 15_000
KEPT = 0.99


class Enemy:
    """Sits in a room of its own, with good keys and a known address."""

    def __init__(self, mux: UdpMux) -> None:
        self.call = Call(mux, numbered=True)
        self._rng = random.Random(23)
        self._srtp = keys()
        self._buffer = PacketBuffer()
        self._stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        ice = self.call.ice
        request = self.call.peer.check(ice.ufrag, ice.password)
        self._samples = seeds(request)
        self._ssrcs = [self.call.sender.ssrc, VP8.ssrc, VP8.rtx_ssrc or 0, 0]
        self._sent = 0

    def send(self) -> None:
        self._sent += 1
        turn = self._sent % 5
        if turn == 0:
            data = hostile(self._rng, self._samples)
            self._stranger.sendto(data, self.call.mux.address)
            return
        if turn == 1:
            data = hostile(self._rng, self._samples)
        elif turn in (2, 3):
            data = self._sealed(
                hostile_rtp(self._rng, VP8, (self._sent // 5 + turn) & 0xFFFF)
            )
        else:
            report = mutated_rtcp(self._rng, self._ssrcs)
            data = self._srtp.protect_rtcp(report) or report
        self.call.peer.send(data)

    def _sealed(self, plain: bytes) -> bytes:
        self._buffer.view[: len(plain)] = plain
        LENGTH[0] = len(plain)
        if self._srtp.protect(self._buffer.data, LENGTH):
            return plain
        return bytes(self._buffer.view[: LENGTH[0]])

    def forget_answers(self) -> None:
        while True:
            try:
                self.call.peer.socket.recv(4096)
            except BlockingIOError:
                return

    async def close(self) -> None:
        self._stranger.close()
        await self.call.close()


def test_hostile_datagrams_cost_the_neighbours_nothing() -> None:
    async def story(mux: UdpMux) -> None:
        enemy, neighbours = Enemy(mux), Call(mux)
        said = 0
        for number in range(0, DATAGRAMS, BATCH):
            for _ in range(BATCH):
                enemy.send()
            if number % (8 * BATCH) == 0:
                neighbours.say(BATCH)
                said += BATCH
            while mux.counters.datagrams_in < 1 + number + BATCH + said:
                mux.drain()
            enemy.forget_answers()
        drops = mux.counters.drops
        assert drops["error"] == 0, "the guard was not needed"
        assert neighbours.sender.packets >= KEPT * said
        assert enemy.call.sender.packets > 1000, "much of it was plausible"
        for reason in ("srtp_unknown", "payload_type", "ssrc_unknown", "probe"):
            assert drops[reason] > 100, (reason, drops)
        for reason in ("rtcp_malformed", "stun_malformed", "srtp_auth"):
            assert drops[reason] > 100, (reason, drops)
        await enemy.close()
        await neighbours.close()

    with_mux(story)


def mutated(rng: random.Random, text: str) -> str:
    letters = list(text)
    for _ in range(rng.randint(1, 12)):
        at = rng.randrange(len(letters))
        choice = rng.random()
        if choice < 0.4:
            letters[at] = chr(rng.choice([0, 10, 32, 48, 58, 61, 97, 233, 0xD800]))
        elif choice < 0.7:
            del letters[at : at + rng.randint(1, 30)]
        else:
            letters[at:at] = letters[: rng.randint(1, 30)]
        if not letters:
            break
    return "".join(letters)


def test_hostile_offers_are_judged_or_refused_by_name() -> None:
    rng, codecs, refused = random.Random(29), RoomCodecs(video="VP8"), 0
    for number in range(OFFERS):
        text = mutated(rng, (CHROMIUM, FIREFOX)[number % 2])
        try:
            read_offer(text, codecs)
        except SdpOfferRefused as refusal:
            refused += 1
            assert refusal.code
    assert 0 < refused < OFFERS


def test_hostile_messages_are_read_or_refused_by_name() -> None:
    rng, refused = random.Random(31), 0
    samples = [
        json.dumps({"type": "chat", "text": "Bonjour"}),
        json.dumps({"type": "typing", "text": "Bon"}),
        json.dumps({"type": "mute", "participant": "a", "muted": True}),
        json.dumps({"type": "ask", "participant": "a", "what": "camera"}),
        '{"type": "ping"}',
    ]
    for number in range(MESSAGES):
        raw: object = mutated(rng, samples[number % len(samples)])
        if number % 50 == 0:
            raw = rng.choice([b"\0\1", None, 7, "[" * 5000, "9" * 6000, "{}" * 9])
        try:
            read_message(raw)
        except MessageRefused as refusal:
            refused += 1
            assert refusal.code
    assert 0 < refused < MESSAGES
