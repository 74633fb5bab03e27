"""Runs a command and fails where it took longer than its budget in `pyproject.toml`.

The budget is of a quiet machine with two cores, and grows with what such a machine
takes for ten million additions in Python, on both cores at once: so it is as strict on
one that is three times slower, or that is held to a part of its processor. What it only
waits for does not grow. Time that other programs took from the machine meanwhile is not
counted.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
import tomllib
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from benchmarks._machine import LOOPS, one_loop

CORES = 2
TICKS = os.sysconf("SC_CLK_TCK")
PROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"


@dataclass(frozen=True)
class Budget:
    """`waits` in seconds; `loops` in machine loops."""

    waits: float
    loops: float

    def seconds(self, machine_loop: float) -> float:
        return self.waits + self.loops * machine_loop


def budget() -> Budget:
    return Budget(**tomllib.loads(PROJECT.read_text())["tool"]["visavis"]["ci_budget"])


def machine_loop() -> float:
    """The mean of both cores at work, in the best of three rounds."""
    with ProcessPoolExecutor(CORES) as pool:
        rounds = [sum(pool.map(one_loop, CORES * [LOOPS])) / CORES for _ in range(3)]
    return min(rounds)


def busy() -> float:
    """Processor seconds of the whole machine, of whatever ran on it."""
    fields = [int(field) for field in Path("/proc/stat").read_text().split()[1:9]]
    user, nice, system, _idle, _iowait, irq, softirq, steal = fields
    return (user + nice + system + irq + softirq + steal) / TICKS


def own() -> float:
    """Processor seconds of what this process has started and seen the end of."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def main(command: list[str]) -> int:
    before = machine_loop()
    began, busy_before, own_before = time.monotonic(), busy(), own()
    code = subprocess.run(command, check=False).returncode
    took = time.monotonic() - began
    ours = own() - own_before
    others = max(0.0, busy() - busy_before - ours)
    loop = max(before, machine_loop())
    counted = took - others / (os.cpu_count() or 1)
    allowed = budget().seconds(loop)
    print(
        f"[ci] {took:.0f} s; {ours:.0f} s of processor time, {others:.0f} s of others;"
        f" machine_loop_s {loop:.2f}; counted {counted:.0f} s of {allowed:.0f} s",
        flush=True,
    )
    if code == 0 and counted > allowed:
        print("[ci] over the budget of pyproject.toml: see the slowest tests above")
        return 1
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
