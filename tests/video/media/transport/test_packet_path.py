"""What a packet may cost, told in objects and calls, not in time."""

import gc
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.video.media.transport.calls import Call
from tests.video.media.transport.peers import with_mux
from video.media.transport.datagrams import BATCH, BatchedDatagrams
from video.media.transport.udp_mux import BEHIND_AFTER, ROUNDS, UdpMux

# None of these bytes may depend on how many packets came: one object kept for each
# packet would be at least 28 × 2,048.
WARM, ROUNDS_OF_PACKETS = 1200, 2048
KEPT, ATTEMPTS = 16_384, 5
# Function calls of ours per packet: from the mux to the batch that leaves.
CALLS = 5
# One more where browsers number what they send, and one where they tell what came.
CALLS_NUMBERED = 7


@contextmanager
def called() -> Iterator[list[str]]:
    """The names of our functions that ran inside."""
    names: list[str] = []

    def note(frame: object, event: str, _: object) -> None:
        code = getattr(frame, "f_code", None)
        if event == "call" and code is not None and "video/media" in code.co_filename:
            names.append(code.co_qualname)

    sys.setprofile(note)
    try:
        yield names
    finally:
        sys.setprofile(None)


BOTH = pytest.mark.parametrize("numbered", [False, True])


def grown(call: Call) -> int:
    """The bytes that stayed after many packets."""
    before = tracemalloc.get_traced_memory()[0]
    call.carry(ROUNDS_OF_PACKETS)
    return tracemalloc.get_traced_memory()[0] - before


@BOTH
def test_a_packet_leaves_no_object_behind(numbered: bool) -> None:
    async def story(mux: UdpMux) -> None:
        call = Call(mux, numbered=numbered)
        call.carry(WARM)
        gc.collect()
        tracemalloc.start()
        call.carry(BATCH)
        # Other threads of this process may keep something meanwhile, once.
        stayed = [grown(call)]
        while stayed[-1] >= KEPT and len(stayed) < ATTEMPTS:
            stayed.append(grown(call))
        tracemalloc.stop()
        assert call.sender.packets >= WARM + ROUNDS_OF_PACKETS
        assert min(stayed) < KEPT, f"{stayed} bytes stayed"
        assert dict(mux.counters.drops) == {}
        await call.close()

    with_mux(story)


@BOTH
def test_a_packet_makes_few_calls(numbered: bool) -> None:
    async def story(mux: UdpMux) -> None:
        call = Call(mux, numbered=numbered)
        call.carry(WARM)
        call.say(BATCH)
        with called() as names:
            mux.drain()
        assert call.sender.packets >= BATCH
        per_packet = [name for name in names if names.count(name) >= BATCH // 2]
        most = CALLS_NUMBERED if numbered else CALLS
        assert len(per_packet) <= most * BATCH, sorted(set(per_packet))
        await call.close()

    with_mux(story)


def test_a_frame_costs_two_calls_of_the_kernel() -> None:
    async def story(mux: UdpMux) -> None:
        call = Call(mux)
        datagrams = mux.datagrams
        assert isinstance(datagrams, BatchedDatagrams)
        call.carry(BATCH)
        before = datagrams.messages
        call.say(6)
        mux.drain()
        expected = 1 if datagrams.segments > 1 else 6
        assert datagrams.messages - before == expected
        await call.close()

    with_mux(story)


def test_a_worker_that_is_behind_asks_for_no_repeats() -> None:
    async def story(mux: UdpMux) -> None:
        call = Call(mux)
        call.carry(BATCH)
        seen = []
        for _ in range(BEHIND_AFTER):
            call.say(ROUNDS * BATCH)
            mux.drain()
            seen.append(mux.behind)
        assert seen == [False] * (BEHIND_AFTER - 1) + [True]
        call.say(3)
        call._sequence += 5
        before = mux.counters.nacks_out
        call.say(ROUNDS * BATCH - 3)
        mux.drain()
        assert call.receiver.nacks
        assert mux.counters.nacks_out == before
        mux.drain()
        call._sequence += 5
        call.say(2)
        mux.drain()
        assert mux.counters.nacks_out > before
        await call.close()

    with_mux(story)
