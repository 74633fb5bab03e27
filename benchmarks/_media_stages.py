"""Where a packet's time goes: `python -m benchmarks._media_stages`.

One process plays twenty rooms and their worker by turns and times each stage of a
drain of 32 packets; the least of many rounds, which a busy machine changes little.
Wake-ups are not in it. Microseconds of processor time per packet, one JSON object:
`drain` is all of it, `receive`, `take` and `send` its parts; of `take`,
`unprotect_and_keep` and `forward_and_protect` are what their names say.
`drain_numbered` is `drain` where browsers number their packets and are told what came;
`told` of it is what is written and sent for that, a tenth of a second's lot at a time.
"""

import asyncio
import gc
import json
import sys
import time
from collections.abc import Callable

from benchmarks._media_callers import PICTURE_PACKETS, Caller
from video.media.config import MediaConfig
from video.media.rooms.leg import MediaLeg
from video.media.rooms.participant import Participant, Role
from video.media.rtp.timers import TURNS
from video.media.transport.datagrams import Datagram, PlainDatagrams
from video.media.transport.udp_mux import UdpMux
from video.media.worker import MediaWorker

ROOMS, ROUNDS, PICTURES, SOUNDS = 20, 800, 4, 8
TENTH_PICTURES, TENTH_SOUNDS = 3, 5
PACKETS = PICTURES * PICTURE_PACKETS + SOUNDS
Stage = Callable[[], object]


async def seated(worker: MediaWorker, *, numbered: bool = False) -> list[Caller]:
    loop, callers = asyncio.get_running_loop(), []
    for number in range(2 * ROOMS):
        caller = Caller(f"room-{number // 2}", str(number), numbered=numbered)
        _, answer = await worker.join(
            room_id=caller.room,
            participant=Participant(id=caller.name, role=Role.CUSTOMER, name="x"),
            offer=caller.offer(),
            ends_at=time.monotonic() + 3600,
        )
        await caller.connect(answer)
        callers.append(caller)
    await asyncio.sleep(0.3)
    for caller in callers:
        loop.remove_reader(caller.fileno)
    return callers


class Rounds:
    """The same burst again and again, from other callers each time."""

    def __init__(self, worker: MediaWorker, callers: list[Caller]) -> None:
        self._mux = worker.mux
        self._callers = callers
        self._turn = 0

    def burst(self) -> None:
        for number in range(PICTURES + SOUNDS):
            caller = self._callers[(self._turn + number) % len(self._callers)]
            if number < PICTURES:
                caller.show()
            else:
                caller.say()
        self._turn += PICTURES + SOUNDS

    def least(self, before: Stage, stage: Stage) -> float:
        best = float("inf")
        for _ in range(ROUNDS):
            self.burst()
            before()
            began = time.thread_time()
            stage()
            best = min(best, time.thread_time() - began)
            self._mux.drain()
            for caller in self._callers:
                caller.forget()
        return round(best / PACKETS * 1e6, 2)


def stages(worker: MediaWorker, rounds: Rounds) -> dict[str, float]:
    mux = worker.mux
    legs = [s.leg for room in worker.rooms.values() for s in room.sessions.values()]
    arriving = open_way(mux)
    waiting: list[Datagram] = []

    def fetch() -> None:
        waiting[:] = arriving.receive()

    def take() -> None:
        mux.take(waiting)

    found = {
        "drain": rounds.least(lambda: None, mux.drain),
        "receive": rounds.least(lambda: None, fetch),
        "take": rounds.least(fetch, take),
    }

    def fetch_and_take() -> None:
        fetch()
        take()

    found["send"] = rounds.least(fetch_and_take, mux.datagrams.flush)
    for leg in legs:
        for receiver in leg.receivers:
            receiver.senders.clear()
    found["take_unheard"] = rounds.least(fetch, take)
    for leg in legs:
        forget_receivers(leg)
    found["take_refused"] = rounds.least(fetch, take)
    found["forward_and_protect"] = round(found["take"] - found["take_unheard"], 2)
    found["unprotect_and_keep"] = round(
        found["take_unheard"] - found["take_refused"], 2
    )
    return found


def open_way(mux: UdpMux) -> PlainDatagrams:
    if not isinstance(mux.datagrams, PlainDatagrams):
        raise TypeError("one socket is measured")
    return mux.datagrams


def forget_receivers(leg: MediaLeg) -> None:
    for receiver in list(leg.receivers):
        leg.remove_receiver(receiver)


def told(worker: MediaWorker, callers: list[Caller]) -> dict[str, float]:
    """Each publisher's tenth of a second: three pictures and five packets of sound; a
    fifth of the publishers are told at a time, as the timer does."""
    drain = Rounds(worker, callers).least(lambda: None, worker.mux.drain)
    some = callers[: len(callers) // TURNS]
    names = {(caller.room, caller.name) for caller in some}
    arrivals = [
        session.leg.arrivals
        for room in worker.rooms.values()
        for session in room.sessions.values()
        if (room.id, session.participant.id) in names
    ]
    best = float("inf")
    for _ in range(ROUNDS // 4):
        for caller in some:
            for _ in range(TENTH_PICTURES):
                caller.show()
            for _ in range(TENTH_SOUNDS):
                caller.say()
            worker.mux.drain()
        began = time.thread_time()
        for one in arrivals:
            one.send()
        best = min(best, time.thread_time() - began)
        for caller in callers:
            caller.forget()
    packets = (TENTH_PICTURES * PICTURE_PACKETS + TENTH_SOUNDS) * len(some)
    cost = round(best / packets * 1e6, 2)
    return {"drain_numbered": round(drain + cost, 2), "told": cost}


async def main() -> None:
    found: dict[str, float] = {}
    for numbered in (False, True):
        worker = MediaWorker(MediaConfig())
        callers = await seated(worker, numbered=numbered)
        gc.collect()
        gc.freeze()
        if numbered:
            found |= told(worker, callers)
        else:
            found |= stages(worker, Rounds(worker, callers))
        for caller in callers:
            await caller.close()
        await worker.close()
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
