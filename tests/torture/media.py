"""`./run torture media`: a media worker under attack, and the calls beside it.

For each attack of `_media_attacks.py` a worker of its own process: three rooms of two
talk, one more guest attacks. Then everybody leaves. Keys of each attack: `lost` (of
the neighbours' packets), `lag_ms` (the worst of the worker's loop), `named` (drops
that name it), `rss_mb` (what memory grew by), `left` (tasks and descriptors that
stayed, and errors; who stays at all ends the trial). `lag_ms` is held against
`quiet`, the same without an attack.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from typing import Any

from benchmarks._media_callers import Caller
from benchmarks._media_rooms import Worker, running_worker, seated, spread, talk
from tests.torture._media_attacks import ATTACKS, Attack, Enemy, Ground
from tests.torture._place import Chosen, chosen, report, say

ROOMS = 3
WARM_UP, SETTLE = 0.5, 0.5
# A worker of its own process beside a player on the same machine: what an attack may
# add to the worst of the loop, beside three times what was there without it.
MORE_LAG_MS = 100.0
GOALS: dict[str, object] = {
    "lost": 0,
    "worst_lag_ms": "lag_allowed_ms",
    "unnamed": 0,
    "left": 0,
    "rss_mb": 40,
}
Figures = dict[str, Any]


async def attacked(
    attack: Attack | None, names: tuple[str, ...], seconds: float, seed: int
) -> Figures:
    """One attack, from the first guest to the last one's leave."""
    async with running_worker() as worker:
        clean = await worker.ask("state")
        neighbours = await seated(worker, ROOMS)
        enemy, victim = Enemy("enemies", "enemy"), Caller("enemies", "victim")
        for one in (enemy, victim):
            await one.connect(await worker.seat(one))
        spread([*neighbours, enemy, victim])
        talking = asyncio.create_task(talk([*neighbours, victim], float("inf")))
        await talk([enemy], WARM_UP)
        before = await worker.ask("state")
        if attack is None:
            await talk([enemy], seconds)
        else:
            until, rng = time.monotonic() + seconds, random.Random(seed)
            await attack(Ground(worker, enemy, before["port"], rng, until))
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)
        await asyncio.sleep(SETTLE)
        under = await worker.ask("state")
        await everybody_leaves(worker, [*neighbours, enemy, victim])
        after = await worker.empty()
    stayed = sum(max(0, after[what] - clean[what]) for what in ("tasks", "fds"))
    drops = Counter(under["drops"]) - Counter(before["drops"])
    return {
        "lost": sum(one.traffic.sent - one.traffic.received for one in neighbours),
        "lag_ms": round(under["loop_lag"] * 1000, 1),
        "named": sum(drops[name] for name in names),
        "drops": dict(drops),
        "rss_mb": round(after["rss_mb"] - before["rss_mb"], 1),
        "left": stayed + drops["error"],
    }


async def everybody_leaves(worker: Worker, callers: list[Caller]) -> None:
    for caller in callers:
        await worker.ask("leave", room=caller.room, session=caller.session)
        await caller.close()


async def trial(chosen: Chosen) -> dict[str, Figures]:
    seconds = float(chosen.pick(1, 15))
    found = {"quiet": await attacked(None, (), seconds, chosen.seed)}
    for name, (attack, names) in ATTACKS.items():
        found[name] = await attacked(attack, names, seconds, chosen.seed)
        say(f"{name}: {found[name]}")
    return found


def main(argv: list[str]) -> int:
    picked = chosen("media", argv)
    found = asyncio.run(trial(picked))
    attacks = {name: one for name, one in found.items() if name != "quiet"}
    quiet = found["quiet"]["lag_ms"]
    return report(
        picked,
        GOALS,
        attacks=found,
        lost=sum(one["lost"] for one in attacks.values()),
        worst_lag_ms=max(one["lag_ms"] for one in attacks.values()),
        lag_allowed_ms=round(3 * quiet + MORE_LAG_MS, 1),
        unnamed=sum(
            1 for name, one in attacks.items() if ATTACKS[name][1] and not one["named"]
        ),
        left=sum(one["left"] for one in attacks.values()),
        rss_mb=max(one["rss_mb"] for one in attacks.values()),
    )
