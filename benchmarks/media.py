"""What a packet costs and how long it takes: `./run bench media [--quick]`.

Synthetic rooms (`_media_rooms.py`): a worker of its own process carries rooms of two
callers that this process plays. `us_per_packet_…` is user and system time of the
worker per forwarded packet, the median of three windows; `c_us_per_packet_…` that of a
loop in C for the same rooms (`_media_loop.c`; null without a compiler and libsrtp2),
and `c_ratio_50` the one through the other. `told_us_per_packet_50` and
`told_c_ratio_50` are the same where the callers number their packets and tell what
came, so that the worker judges each line; `told_lost` says that the estimate kept
nobody's picture back. `rooms_per_core` is counted from
`rooms_carried`: the 80 rooms, or where they do not fit here, the largest number that
ran without loss. `added_…_ms` is the way from caller to caller's kernel. `lost` belongs
to 80 rooms; of it, the kernel threw `lost_at_worker` away because the worker, and
`lost_at_player` because this process did not fetch it. `sent_of_due` below 1 says
that this process did not keep up: then neither cost nor loss is the worker's alone.
Churn: people who join and leave, and people who join and never come.

Real Chromium (`_media_calls.py`): two tabs with the product's client module.
`pixel_…` is drawn to seen, `join_frame_…` click to first picture, `loss5_…` a call
with 5 % loss on each hop, `kill_recover_…` from kill -9 to both seeing each other in
another worker, `relay_us_per_packet` aiortc's MediaRelay in the same room.
`--without-nack` shows that nothing but retransmission mends the loss: `loss5_…` then
misses its goals. A key that this run could not measure is null and stands under
`reasons`.
"""

import argparse
import asyncio
import json
import math
import os
import statistics
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from playwright.async_api import Browser
from playwright.async_api import Error as PlaywrightError

from benchmarks._machine import machine_loop_s
from benchmarks._media_browser import NoBrowser, chromium
from benchmarks._media_callers import PACKETS_PER_SECOND
from benchmarks._media_calls import (
    first_frames,
    pixels,
    recoveries,
    relay_cost,
    under_loss,
)
from benchmarks._media_loop import NoLoop, carried_in_c
from benchmarks._media_rooms import SEATS, Window, carried, leaks

KEPT_UP = 0.95
CROWD = 80
STEP = 5
GOALS = {
    "us_per_packet_20": 17,
    "us_per_packet_50": 14,
    "c_ratio_50": 1.7,
    "told_c_ratio_50": 1.8,
    "rooms_per_core": 80,
    "lost": 0,
    "added_p50_ms": 1,
    "added_p99_ms": 5,
    "pixel_p50_ms": 40,
    "pixel_p95_ms": 80,
    "join_frame_p50_s": 1.0,
    "join_frame_p95_s": 2.5,
    "loss5_min_fps": 25,
    "loss5_freezes": 0,
    "loss5_concealed": 0.01,
    "kill_recover_p95_s": 8,
    "fds_leaked": 0,
    "tasks_leaked": 0,
    "rss_growth_mb": 30,
}
BROWSER_KEYS = (
    *("pixel_p50_ms", "pixel_p95_ms", "join_frame_p50_s", "join_frame_p95_s"),
    *("loss5_min_fps", "loss5_freezes", "loss5_concealed"),
    *("kill_recover_p95_s", "kills", "relay_us_per_packet"),
)
Figures = dict[str, Any]


@dataclass(frozen=True)
class Size:
    """How much of everything: seconds, rounds, people."""

    window: float = 20.0
    windows: int = 3
    joins: int = 500
    abandoned: int = 200
    pixels: float = 12.0
    entries: int = 12
    loss: float = 20.0
    kills: int = 20
    relay: float = 10.0


QUICK = Size(
    window=3.0,
    windows=1,
    joins=40,
    abandoned=15,
    pixels=3.0,
    entries=3,
    loss=5.0,
    kills=2,
    relay=3.0,
)


def quantile(values: list[float], share: float) -> float:
    """Nearest rank: a value that was measured."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, math.floor(len(ordered) * share))]


def us_per_packet(windows: list[Window]) -> float:
    return round(statistics.median(one.us_per_packet for one in windows), 1)


async def synthetic(size: Size, reasons: dict[str, str]) -> Figures:
    ten = await carried(10, size.window, 1)
    twenty = await carried(20, size.window, size.windows)
    fifty = await carried(50, size.window, size.windows)
    told = await carried(50, size.window, size.windows, told=True)
    found: Figures = {
        "us_per_packet_20": us_per_packet(twenty),
        "us_per_packet_50": us_per_packet(fifty),
        "told_us_per_packet_50": us_per_packet(told),
        "told_lost": sum(one.sent - one.received for one in told),
        **dict.fromkeys(("c_us_per_packet_20", "c_us_per_packet_50")),
        **dict.fromkeys(("c_ratio_50", "told_c_ratio_50")),
    }
    try:
        for rooms in (20, 50):
            loop = await carried_in_c(rooms, size.window, size.windows)
            found[f"c_us_per_packet_{rooms}"] = us_per_packet(loop)
    except NoLoop as missing:
        reasons |= dict.fromkeys(("c_ratio_50", "told_c_ratio_50"), str(missing))
    else:
        for name in ("", "told_"):
            ratio = found[f"{name}us_per_packet_50"] / found["c_us_per_packet_50"]
            found[f"{name}c_ratio_50"] = round(ratio, 2)
    found |= await crowd(size, reasons)
    delays = [delay * 1000 for one in ten for delay in one.delays]
    found["added_p50_ms"] = round(quantile(delays, 0.5), 2)
    found["added_p99_ms"] = round(quantile(delays, 0.99), 2)
    return found | await leaks(size.joins, size.abandoned)


async def crowd(size: Size, reasons: dict[str, str]) -> Figures:
    """80 rooms; where they lose packets or do not keep up, also the largest number
    that does not, found by halving."""
    (eighty,) = await carried(CROWD, size.window, 1)
    fits, most, best = 0, CROWD, eighty
    if ran_whole(CROWD, eighty):
        fits = CROWD
    while fits < CROWD and most - fits > STEP:
        rooms = (fits + most) // 2
        (window,) = await carried(rooms, size.window, 1)
        if ran_whole(rooms, window):
            fits, best = rooms, window
        else:
            most = rooms
    if not fits:
        reasons["rooms_per_core"] = "not even five rooms ran without loss"
    return crowded(CROWD, eighty) | {
        "rooms_carried": fits,
        "rooms_per_core": round(fits * 0.6 * best.wall / best.cpu) if fits else None,
    }


def sent_of_due(rooms: int, window: Window) -> float:
    return window.sent / (window.wall * rooms * SEATS * PACKETS_PER_SECOND)


def ran_whole(rooms: int, window: Window) -> bool:
    return sent_of_due(rooms, window) > KEPT_UP and window.sent == window.received


def crowded(rooms: int, window: Window) -> Figures:
    """What a window of that many rooms says."""
    busy = window.cpu / window.wall
    return {
        "lost": window.sent - window.received,
        "lost_at_worker": window.dropped_there,
        "lost_at_player": window.dropped_here,
        "sent": window.sent,
        "sent_of_due": round(sent_of_due(rooms, window), 3),
        "cpu_80": round(busy, 2),
    }


async def delay(browser: Browser, size: Size) -> Figures:
    ages = await pixels(browser, size.pixels)
    return {"pixel_p50_ms": quantile(ages, 0.5), "pixel_p95_ms": quantile(ages, 0.95)}


async def joining(browser: Browser, size: Size) -> Figures:
    entries = await first_frames(browser, size.entries)
    return {
        "join_frame_p50_s": round(quantile(entries, 0.5), 2),
        "join_frame_p95_s": round(quantile(entries, 0.95), 2),
    }


async def killing(browser: Browser, size: Size) -> Figures:
    kills = await recoveries(browser, size.kills)
    return {
        "kill_recover_p50_s": round(quantile(kills, 0.5), 2),
        "kill_recover_p95_s": round(quantile(kills, 0.95), 2),
        "kills": len(kills),
    }


async def seen(size: Size, reasons: dict[str, str], *, nack: bool) -> Figures:
    """Everything that takes a browser; raises `NoBrowser`.

    What cannot be shown does not take the other figures with it.
    """
    found: Figures = {}
    async with chromium() as browser:
        parts: dict[tuple[str, ...], Callable[[], Awaitable[Figures]]] = {
            BROWSER_KEYS[0:2]: lambda: delay(browser, size),
            BROWSER_KEYS[2:4]: lambda: joining(browser, size),
            BROWSER_KEYS[4:7]: lambda: under_loss(browser, size.loss, nack=nack),
            BROWSER_KEYS[7:9]: lambda: killing(browser, size),
            BROWSER_KEYS[9:]: lambda: relay_cost(browser, size.relay),
        }
        for keys, part in parts.items():
            try:
                found |= await part()
            except (PlaywrightError, TimeoutError) as error:
                why = str(error).partition("\n")[0]
                found |= dict.fromkeys(keys)
                reasons |= dict.fromkeys(keys, f"the tabs did not get there: {why}")
    return found


async def measure(size: Size, *, nack: bool) -> Figures:
    reasons: dict[str, str] = {}
    found = await synthetic(size, reasons)
    try:
        found |= await seen(size, reasons, nack=nack)
    except NoBrowser as missing:
        found |= dict.fromkeys(BROWSER_KEYS)
        reasons |= dict.fromkeys(BROWSER_KEYS, str(missing))
    return found | {"reasons": reasons}


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run bench media", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="at most 90 seconds")
    parser.add_argument(
        "--without-nack", action="store_true", help="mend no loss, to see it matter"
    )
    chosen = parser.parse_args(argv)
    before = os.getloadavg()[0]
    size = QUICK if chosen.quick else Size()
    found = asyncio.run(measure(size, nack=not chosen.without_nack))
    found |= {
        "nack": not chosen.without_nack,
        "load1": round(before, 1),
        "load1_after": round(os.getloadavg()[0], 1),
        "cores": os.cpu_count(),
        "machine_loop_s": machine_loop_s(),
        "n": size.windows,
        "goals": GOALS,
        "quick": chosen.quick,
    }
    print(json.dumps(found), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
