"""A participant with good keys whose SCTP is not a browser's."""

from collections.abc import Callable, Sequence

from aiortc.rtcsctptransport import (
    Chunk,
    DataChunk,
    ForwardTsnChunk,
    HeartbeatChunk,
    RTCSctpTransport,
    SackChunk,
    serialize_packet,
)

from tests.video.media.browser import Browser, RecordingObserver, until
from tests.video.media.rooms.stories import pair, run_story
from video.media.transport.sctp import AT_ONCE, SPANNED, STREAMS, WAITING
from video.media.worker import MediaWorker

FIRST, UNORDERED = 2, 4
IN_ONE = 40


class Several(Chunk):
    """Chunks that go in one packet."""

    def __init__(self, chunks: Sequence[Chunk]) -> None:
        self._chunks = chunks

    def __bytes__(self) -> bytes:
        return b"".join(bytes(one) for one in self._chunks)


class Pen:
    """A browser's association, written by its enemy."""

    def __init__(self, browser: Browser) -> None:
        assert browser.pc.sctp is not None
        self._sctp: RTCSctpTransport = browser.pc.sctp
        self._tsn: int = self._sctp._local_tsn
        self.heard: int = self._sctp._last_received_tsn or 0

    async def send(self, chunks: Sequence[Chunk]) -> None:
        """So many to a packet as fit."""
        sctp = self._sctp
        for at in range(0, len(chunks), IN_ONE):
            some = Several(chunks[at : at + IN_ONE])
            ports = (sctp._local_port, sctp._remote_port or 0)
            packet = serialize_packet(*ports, sctp._remote_verification_tag, some)
            await sctp.transport._send_data(packet)

    def data(self, ahead: int, flags: int = 0, stream: int = 1) -> DataChunk:
        chunk = DataChunk(flags=flags)
        chunk.tsn = (self._tsn + ahead) & 0xFFFFFFFF
        chunk.stream_id, chunk.protocol, chunk.user_data = stream, 51, b"x"
        return chunk

    def sack(self, gaps: list[tuple[int, int]]) -> SackChunk:
        chunk = SackChunk()
        chunk.cumulative_tsn, chunk.advertised_rwnd = self.heard, 1 << 17
        chunk.gaps = gaps
        return chunk


async def goes_on(worker: MediaWorker, alice: Browser) -> None:
    """Another enters, and is seen and heard of."""
    carol = await Browser("carol").join(worker, "room")
    await carol.sees("welcome")
    alice.say({"type": "chat", "text": "still here"})
    await until(
        lambda: "still here" in [line["text"] for line in carol.heard("chat")],
        "alice's line",
    )
    await carol.close()


def test_an_acknowledgement_of_millions_is_not_walked() -> None:
    """One datagram of it held up every call of the worker for seconds."""

    async def story(worker: MediaWorker, observer: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        pen, drops = Pen(bob), worker.counters.drops
        await pen.send([pen.sack([(2, 0xFFFF)] * 280)])
        await until(lambda: drops["sctp_refused"] == 1, "the refusal")
        await pen.send([pen.sack([(2, SPANNED // 2)] * 3)])
        await until(lambda: drops["sctp_refused"] == 2, "the refusal of the sum")
        # An honest one is read.
        await pen.send([pen.sack([(2, 60)])])
        bob.say({"type": "ping"})
        await bob.sees("pong")
        assert drops["sctp_refused"] == 2
        await goes_on(worker, alice)
        await alice.close()
        await bob.close()

    run_story(story)


def test_who_hoards_chunks_is_cut_off_and_the_room_goes_on() -> None:
    async def story(worker: MediaWorker, observer: RecordingObserver) -> None:
        drops = worker.counters.drops
        alice = await Browser("alice").join(worker, "room")
        await alice.sees("welcome")
        kinds: tuple[Callable[[Pen, int], DataChunk], ...] = (
            lambda pen, n: pen.data(2 * n + 2, FIRST),
            lambda pen, n: pen.data(n, 0 if n else FIRST),
            lambda pen, n: pen.data(n, UNORDERED),
        )
        for number, kind in enumerate(kinds, 1):
            bob = await Browser("bob").join(worker, "room")
            await bob.sees("welcome")
            pen = Pen(bob)
            await pen.send([kind(pen, n) for n in range(WAITING + 2 * IN_ONE)])
            await until(lambda n=number: drops["sctp_hoard"] == n, "the cut")
            await alice.sees("left", number)
            await bob.close()
        await goes_on(worker, alice)
        await alice.close()

    run_story(story)


def test_streams_and_jumps_that_no_page_asks_for_are_refused() -> None:
    async def story(worker: MediaWorker, observer: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        pen, drops = Pen(bob), worker.counters.drops
        for stream in range(2, 3 * STREAMS):
            await pen.send([pen.data(stream + 500, FIRST, stream)])
        await until(lambda: drops["sctp_refused"] >= STREAMS, "the refusals")
        refused = drops["sctp_refused"]
        jump = ForwardTsnChunk()
        jump.cumulative_tsn = pen.heard + 10_000
        jump.streams = [(one, 7) for one in range(250)]
        await pen.send([jump])
        await until(lambda: drops["sctp_refused"] == refused + 1, "no jump")
        await goes_on(worker, alice)
        await alice.close()
        await bob.close()

    run_story(story)


def test_a_flood_of_chunks_is_dropped_as_a_line_would() -> None:
    async def story(worker: MediaWorker, observer: RecordingObserver) -> None:
        alice, bob = await pair(worker)
        pen, drops = Pen(bob), worker.counters.drops
        beats = [HeartbeatChunk() for _ in range(2 * AT_ONCE)]
        await pen.send(beats)
        await until(lambda: drops["sctp_flood"] > 0, "the end of patience")
        await goes_on(worker, alice)
        await alice.close()
        await bob.close()

    run_story(story)
