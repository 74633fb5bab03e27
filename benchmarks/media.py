"""What a packet costs and how long it takes: `./run bench media [--quick]`.

A worker of its own process carries rooms of two callers that this process plays
(`_media_callers.py`). Costs are user and system time of the worker per forwarded
packet, medians of three windows. `added_…_ms` is the way from caller to caller, the
player's own share included. `lost` is the sum of all windows of 80 rooms;
`sent_of_due` below 1 says that this process did not keep up, and then neither cost
nor loss is the worker's alone. Churn: people who join and leave, and people who join
and never come. A key that this run could not measure is null and stands under
`reasons`.
"""

import argparse
import asyncio
import json
import math
import os
import statistics
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from benchmarks._media_callers import PACKETS_PER_SECOND, Caller, Traffic, spread, talk
from visavis.devstack.inventory import cpu_seconds
from visavis.devstack.state import ROOT

WARM_UP = 1.0
SETTLE = 0.4
ANSWERS_WITHIN = 30.0
GONE_WITHIN = 20.0
SEATS = 2
KEPT_UP = 0.95
GOALS = {
    "us_per_packet_20": 17,
    "us_per_packet_50": 14,
    "c_ratio_50": 3,
    "rooms_per_core": 80,
    "lost": 0,
    "added_p50_ms": 1,
    "added_p99_ms": 5,
    "rss_growth_mb": 30,
}
NOT_YET = {
    "c_ratio_50": "no C loop is built yet",
    "pixel_p50_ms": "no browser takes part yet",
    "pixel_p95_ms": "no browser takes part yet",
    "join_frame_p50_s": "no browser takes part yet",
    "join_frame_p95_s": "no browser takes part yet",
    "loss5_min_fps": "no browser takes part yet",
    "loss5_freezes": "no browser takes part yet",
    "loss5_concealed": "no browser takes part yet",
    "kill_recover_p95_s": "no browser takes part yet",
    "kills": "no browser takes part yet",
    "relay_us_per_packet": "the relay is not played yet",
}


@dataclass
class Window:
    """One stretch of talk: `cpu` and `wall` in seconds, `delays` too."""

    cpu: float
    wall: float
    sent: int
    received: int
    delays: list[float]

    @property
    def us_per_packet(self) -> float:
        return self.cpu / max(1, self.received) * 1e6


class Worker:
    """The other process, asked one question at a time."""

    def __init__(self, process: Process) -> None:
        self.process = process

    async def ask(self, do: str, **about: str) -> dict[str, Any]:
        reader, writer = self.process.stdout, self.process.stdin
        if reader is None or writer is None:
            raise RuntimeError("the worker has no pipes")
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
async def running_worker() -> AsyncIterator[Worker]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks._media_worker"),
        cwd=ROOT,
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


async def seated(worker: Worker, rooms: int) -> list[Caller]:
    callers = [
        Caller(f"room-{room}", f"{room}-{seat}")
        for room in range(rooms)
        for seat in range(SEATS)
    ]
    for caller in callers:
        await caller.connect(await worker.seat(caller))
    return callers


async def window(worker: Worker, callers: list[Caller], seconds: float) -> Window:
    for caller in callers:
        caller.traffic = Traffic()
    pid = worker.process.pid
    began, cpu = time.monotonic(), cpu_seconds(pid)
    await talk(callers, seconds)
    used, wall = cpu_seconds(pid) - cpu, time.monotonic() - began
    await asyncio.sleep(SETTLE)
    traffic = [caller.traffic for caller in callers]
    return Window(
        cpu=used,
        wall=wall,
        sent=sum(one.sent for one in traffic),
        received=sum(one.received for one in traffic),
        delays=[delay for one in traffic for delay in one.delays],
    )


async def carried(rooms: int, seconds: float, windows: int) -> list[Window]:
    """So many rooms really talk, in a worker that carries nothing else."""
    async with running_worker() as worker:
        callers = await seated(worker, rooms)
        spread(callers)
        await talk(callers, WARM_UP)
        await asyncio.sleep(SETTLE)
        spread(callers)
        measured = []
        for _ in range(windows):
            measured.append(await window(worker, callers, seconds))
            spread(callers)
        for caller in callers:
            await caller.close()
    return measured


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


def quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.floor(len(ordered) * share))]


async def measure(*, quick: bool) -> dict[str, object]:
    seconds, windows = (3.0, 1) if quick else (20.0, 3)
    ten = await carried(10, seconds, windows)
    twenty = await carried(20, seconds, windows)
    fifty = await carried(50, seconds, windows)
    eighty = await carried(80, seconds, windows)
    delays = [delay * 1000 for one in ten for delay in one.delays]
    busy = statistics.median(one.cpu / one.wall for one in eighty)
    due = sum(one.wall * 80 * SEATS * PACKETS_PER_SECOND for one in eighty)
    sent_of_due = sum(one.sent for one in eighty) / due
    found: dict[str, object] = {
        "us_per_packet_20": us_per_packet(twenty),
        "us_per_packet_50": us_per_packet(fifty),
        "rooms_per_core": round(80 * 0.6 / busy) if sent_of_due > KEPT_UP else None,
        "lost": sum(one.sent - one.received for one in eighty),
        "sent": sum(one.sent for one in eighty),
        "sent_of_due": round(sent_of_due, 3),
        "added_p50_ms": round(quantile(delays, 0.5), 2),
        "added_p99_ms": round(quantile(delays, 0.99), 2),
        **await leaks(*((60, 20) if quick else (500, 200))),
    }
    return found


def us_per_packet(windows: list[Window]) -> float:
    return round(statistics.median(one.us_per_packet for one in windows), 1)


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run bench media", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="at most a minute")
    chosen = parser.parse_args(argv)
    before = os.getloadavg()[0]
    found = asyncio.run(measure(quick=chosen.quick))
    reasons = dict(NOT_YET)
    if found["rooms_per_core"] is None:
        reasons["rooms_per_core"] = "80 rooms did not really run: the machine is busy"
    found |= dict.fromkeys(NOT_YET)
    found |= {
        "reasons": reasons,
        "load1": round(before, 1),
        "load1_after": round(os.getloadavg()[0], 1),
        "cores": os.cpu_count(),
        "n": 1 if chosen.quick else 3,
        "goals": GOALS,
        "quick": chosen.quick,
    }
    print(json.dumps(found), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
