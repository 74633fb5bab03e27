"""How long a new person waits: `./run bench start [--quick]`.

A copy of the tree is put in a fresh folder with an environment and a state of its
own. `install_s` is its first `./run` up to the line that says so, `start_s` the first
start after that (bytecode, tables, demo data), `second_start_s` the next,
`…_cpu_s` the processor time behind it (a busy machine changes it less),
`memory_mb` the sum of what every process of the copy occupies (PSS: a shared page
counts once), ten seconds after the start. `--quick` installs nothing: it starts the
environment of this tree and reports `install_s` as null.
"""

import argparse
import contextlib
import json
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from benchmarks._machine import machine
from visavis.devstack.inventory import alive, cpu_seconds, processes_of
from visavis.devstack.ports import free_port
from visavis.devstack.state import ROOT

GOALS = {"start_s": 8, "second_start_s": 5}
READY_WITHIN = 600.0
SETTLE = 10.0
OURS = re.compile(r"^(VISAVIS_|DATABASE_URL$|REDIS_URL$|EMAIL_URL$|PORT$|PYTHON)")


@dataclass
class Start:
    """The times of one `./run`, in seconds from typing it."""

    installed: float | None
    ready: float
    cpu: float
    memory_mb: float


def environment(state: Path, **named: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not OURS.match(name)}
    return kept | {"VISAVIS_STATE": str(state), "PORT": str(free_port())} | named


def copy_tree(target: Path) -> None:
    """The files that git knows, as a fresh clone has them."""
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True
    )
    for name in filter(None, listed.stdout.decode().split("\0")):
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        if (ROOT / name).exists():
            shutil.copy2(ROOT / name, target / name)


def cpu_of(state: Path) -> float:
    return sum(cpu_seconds(pid) for pid in processes_of(state))


def memory_mb(state: Path) -> float:
    kilobytes = 0
    for pid in processes_of(state):
        with contextlib.suppress(OSError):
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            kilobytes += int(re.findall(r"^Pss:\s+(\d+)", rollup, re.MULTILINE)[0])
    return round(kilobytes / 1024, 1)


@contextlib.contextmanager
def running(tree: Path, state: Path, **named: str) -> Iterator[subprocess.Popen[str]]:
    """`./run` for the length of a `with`; nothing of it is left behind."""
    process = subprocess.Popen(
        ["./run"],
        cwd=tree,
        env=environment(state, **named),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    seen: set[int] = set()
    try:
        yield process
        seen = processes_of(state)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
        if left := {pid for pid in seen if alive(pid)}:
            raise RuntimeError(f"processes were left: {sorted(left)}")


def lines_of(process: subprocess.Popen[str]) -> Iterator[str]:
    """What it prints, as it comes. A thread reads on to the end, also when nobody asks
    for more: a program whose pipe is full stands still, and was not measured."""
    printed: SimpleQueue[str | None] = SimpleQueue()

    def read() -> None:
        for line in process.stdout or ():
            printed.put(line)
        printed.put(None)

    threading.Thread(target=read, daemon=True).start()
    while (line := printed.get()) is not None:
        yield line


def start(tree: Path, state: Path, *, settle: float) -> Start:
    began = time.monotonic()
    installed: float | None = None
    installing = 0.0  # the launcher becomes what the installer's parent was
    shown: list[str] = []
    with running(tree, state) as process:
        for line in lines_of(process):
            shown.append(line)
            print(f"{time.monotonic() - began:7.2f}  {line}", end="", file=sys.stderr)
            if line.startswith("[run] Installed"):
                installed = time.monotonic() - began
                installing = cpu_of(state)
            if line.startswith("visavis ready "):
                ready = time.monotonic() - began
                cpu = cpu_of(state) - installing
                time.sleep(settle)
                return Start(installed, ready, cpu, memory_mb(state))
    raise RuntimeError("the copy did not start:\n" + "".join(shown[-20:]))


def measure(folder: Path, *, quick: bool) -> dict[str, object]:
    tree = ROOT if quick else folder / "tree"
    if not quick:
        copy_tree(tree)
    settle = 3.0 if quick else SETTLE
    rounds = 1 if quick else 3
    first = start(tree, folder / "state", settle=settle)
    later = [start(tree, folder / "state", settle=settle) for _ in range(rounds)]
    seconds = [one.ready for one in later]
    return {
        "install_s": None if first.installed is None else round(first.installed, 2),
        "start_s": round(first.ready - (first.installed or 0), 2),
        "second_start_s": round(statistics.median(seconds), 2),
        "second_start_s_all": [round(value, 2) for value in seconds],
        "start_cpu_s": round(first.cpu, 2),
        "second_start_cpu_s": round(statistics.median(one.cpu for one in later), 2),
        "memory_mb": later[-1].memory_mb,
        "uv": shutil.which("uv") is not None,
        **machine(),
        "goals": GOALS,
        "n": rounds,
        "quick": quick,
    }


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run bench start", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    chosen = parser.parse_args(argv)
    folder = Path(tempfile.mkdtemp(prefix="visavis-bench-"))
    try:
        print(json.dumps(measure(folder, quick=chosen.quick)), flush=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
