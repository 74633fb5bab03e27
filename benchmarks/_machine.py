"""What the machine is like: an absolute time means something on one machine only."""

from __future__ import annotations

import os
import statistics
import time

LOOPS, ROUNDS = 10_000_000, 3


def one_loop(additions: int = LOOPS) -> float:
    """Seconds for so many additions in this process."""
    began, total = time.perf_counter(), 0
    for number in range(additions):
        total += number
    return time.perf_counter() - began


def machine_loop_s() -> float:
    """Seconds of ten million additions in Python, the median of three rounds: what
    other times may be divided by, to compare two machines."""
    return round(statistics.median(one_loop() for _ in range(ROUNDS)), 3)


def machine() -> dict[str, object]:
    """`load` is that of the last minute, before the additions."""
    load = round(os.getloadavg()[0], 1)
    return {
        "cores": os.cpu_count(),
        "load": load,
        "machine_loop_s": machine_loop_s(),
    }
