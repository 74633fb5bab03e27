"""The processes of a copy, read from /proc (Linux)."""

import contextlib
import os
from pathlib import Path


def _stat(pid: int) -> list[str]:
    # The name in brackets may hold spaces: count from the bracket that ends it.
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()


def alive(pid: int) -> bool:
    """True if the process runs; one that only waits to be collected does not."""
    try:
        return _stat(pid)[0] not in "ZX"
    except OSError:
        return False


def cpu_seconds(pid: int) -> float:
    """Processor time of a process and of those that it has collected."""
    try:
        ticks = sum(int(part) for part in _stat(pid)[11:15])
    except OSError:
        return 0.0
    return ticks / os.sysconf("SC_CLK_TCK")


def processes_of(state: Path) -> set[int]:
    """Every process that was started with this state folder, and their descendants
    (PostgreSQL's own children write their title over their environment)."""
    marked: set[int] = set()
    parents: dict[int, int] = {}
    mark = f"VISAVIS_STATE={state}".encode()
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        with contextlib.suppress(OSError):
            parents[int(entry.name)] = int(_stat(int(entry.name))[1])
            if mark in (entry / "environ").read_bytes().split(b"\0"):
                marked.add(int(entry.name))
    grown = True
    while grown:
        children = {pid for pid, parent in parents.items() if parent in marked}
        grown = not children <= marked
        marked |= children
    return {pid for pid in marked - {os.getpid()} if alive(pid)}
