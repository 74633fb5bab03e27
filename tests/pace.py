"""How fast this machine calculates now, told in additions."""

from __future__ import annotations

from benchmarks._machine import LOOPS, one_loop

USUAL_LOOP = 0.35
"""Seconds that ten million additions in Python take on the machine of our figures while
its other core is busy, too."""
SHORT = 500_000


def slowness() -> float:
    """1.0 where the machine is as fast as usual or faster; 3.0 where it takes three
    times as long at this moment. The slowest of three short looks."""
    looks = [one_loop(SHORT) * LOOPS / SHORT for _ in range(3)]
    return max(1.0, max(looks) / USUAL_LOOP)
