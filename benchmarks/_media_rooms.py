"""Rooms made of packets, and the worker that carries them."""

import asyncio
import json
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from benchmarks._media_callers import Caller, Traffic
from benchmarks._media_told import TellingCaller
from visavis.devstack.inventory import cpu_seconds
from visavis.devstack.state import ROOT

WARM_UP = 1.0
SETTLE = 0.4
ANSWERS_WITHIN = 30.0
GONE_WITHIN = 20.0
SEATS = 2
PUMP = 0.004
# After so many callers the others' packets are read: a burst of all would overflow
# sockets of the player itself and look like loss in the worker.
BREATH = 20


@dataclass
class Window:
    """One stretch of talk: `cpu` and `wall` in seconds, `delays` too.

    `dropped_there`, `dropped_here`: what the kernel threw away because the worker, or
    this process, did not fetch it in time.
    """

    cpu: float
    wall: float
    sent: int
    received: int
    delays: list[float]
    dropped_there: int
    dropped_here: int

    @property
    def us_per_packet(self) -> float:
        return self.cpu / max(1, self.received) * 1e6


class Worker:
    """The other process, asked one question at a time."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self._turn = asyncio.Lock()

    @property
    def alive(self) -> bool:
        return self.process.returncode is None

    async def ask(self, do: str, **about: str) -> dict[str, Any]:
        """Its answer; raises RuntimeError or OSError when it is gone."""
        reader, writer = self.process.stdout, self.process.stdin
        if reader is None or writer is None:
            raise RuntimeError("the worker has no pipes")
        async with self._turn:
            writer.write(json.dumps({"do": do, **about}).encode() + b"\n")
            line = await asyncio.wait_for(reader.readline(), ANSWERS_WITHIN)
        if not line:
            raise RuntimeError("the worker ended")
        answer: dict[str, Any] = json.loads(line)
        return answer

    async def seat(self, caller: Caller) -> str:
        """Ask for a seat; returns the answer that `caller.connect` takes."""
        given = await self.ask(
            "join", room=caller.room, name=caller.name, offer=caller.offer()
        )
        caller.session = given["session"]
        return str(given["answer"])

    async def empty(self) -> dict[str, Any]:
        """Its state once nobody is left."""
        deadline = time.monotonic() + GONE_WITHIN
        while time.monotonic() < deadline:
            state = await self.ask("state")
            if not state["participants"] and not state["transports"]:
                return state
            await asyncio.sleep(0.1)
        raise RuntimeError("somebody never left the worker")


@asynccontextmanager
async def running_worker(
    *options: str,
    module: str = "benchmarks._media_worker",
    command: Sequence[str] = (),
    env: Mapping[str, str] | None = None,
) -> AsyncIterator[Worker]:
    """`command` stands for the module where it is given."""
    process = await asyncio.create_subprocess_exec(
        *(command or (sys.executable, "-m", module)),
        *options,
        cwd=ROOT,
        env=env,
        stdin=PIPE,
        stdout=PIPE,
        limit=1 << 20,
    )
    try:
        yield Worker(process)
    finally:
        if process.stdin is not None:
            process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 10)
        except TimeoutError:
            process.kill()


def socket_drops() -> Counter[int]:
    """Datagrams that found their socket full, by port, since it was opened."""
    with open("/proc/net/udp") as table:
        rows = [line.split() for line in table.readlines()[1:]]
    return Counter({int(row[1].rpartition(":")[2], 16): int(row[-1]) for row in rows})


async def talk(callers: list[Caller], seconds: float) -> None:
    """Everybody speaks for so long, each a little after the other."""
    until = time.monotonic() + seconds
    while (now := time.monotonic()) < until:
        for number, caller in enumerate(callers):
            caller.speak(now)
            if number % BREATH == BREATH - 1:
                await asyncio.sleep(0)
        await asyncio.sleep(PUMP)


def spread(callers: list[Caller]) -> None:
    """Give everybody their own beat, as people have."""
    now = time.monotonic()
    for number, caller in enumerate(callers):
        caller.sound_at = now + number % 20 / 1000
        caller.picture_at = now + number % 33 / 1000


async def seated(
    worker: Worker, rooms: int, kind: type[Caller] = Caller
) -> list[Caller]:
    callers = [
        kind(f"room-{room}", f"{room}-{seat}")
        for room in range(rooms)
        for seat in range(SEATS)
    ]
    for caller in callers:
        await caller.connect(await worker.seat(caller))
    return callers


async def window(pid: int, callers: list[Caller], seconds: float) -> Window:
    for caller in callers:
        caller.traffic = Traffic()
    dropped = socket_drops()
    began, cpu = time.monotonic(), cpu_seconds(pid)
    await talk(callers, seconds)
    used, wall = cpu_seconds(pid) - cpu, time.monotonic() - began
    await asyncio.sleep(SETTLE)
    traffic = [caller.traffic for caller in callers]
    ours = {caller.port for caller in callers}
    dropped = socket_drops() - dropped
    return Window(
        dropped_there=sum(count for port, count in dropped.items() if port not in ours),
        dropped_here=sum(count for port, count in dropped.items() if port in ours),
        cpu=used,
        wall=wall,
        sent=sum(one.sent for one in traffic),
        received=sum(one.received for one in traffic),
        delays=[delay for one in traffic for delay in one.delays],
    )


async def measured(
    pid: int, callers: list[Caller], seconds: float, windows: int
) -> list[Window]:
    """So many windows of talk after a short one that does not count."""
    found = []
    for length in (WARM_UP, *[seconds] * windows):
        spread(callers)
        found.append(await window(pid, callers, length))
    for caller in callers:
        await caller.close()
    return found[1:]


async def carried(
    rooms: int, seconds: float, windows: int, *, told: bool = False
) -> list[Window]:
    """So many rooms really talk, in a worker that carries nothing else; where it is
    `told` what came, it judges each line."""
    async with running_worker() as worker:
        callers = await seated(worker, rooms, TellingCaller if told else Caller)
        return await measured(worker.process.pid, callers, seconds, windows)


async def churn(worker: Worker, joins: int, abandoned: int) -> None:
    for number in range(joins):
        caller = Caller(f"churn-{number % 20}", f"guest-{number}")
        await caller.connect(await worker.seat(caller))
        await worker.ask("leave", room=caller.room, session=caller.session)
        await caller.close()
    for number in range(abandoned):
        nobody = Caller(f"nobody-{number}", f"nobody-{number}")
        if number % 100 == 0:
            await worker.empty()
        await worker.seat(nobody)
        await nobody.close()


async def leaks(joins: int, abandoned: int) -> dict[str, object]:
    async with running_worker() as worker:
        await churn(worker, 20, 5)
        before = await worker.empty()
        await churn(worker, joins, abandoned)
        after = await worker.empty()
    return {
        "joins": joins,
        "abandoned": abandoned,
        "fds_leaked": after["fds"] - before["fds"],
        "tasks_leaked": after["tasks"] - before["tasks"],
        "rss_growth_mb": round(after["rss_mb"] - before["rss_mb"], 1),
    }
