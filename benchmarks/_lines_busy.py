"""How busy the machine was with others while something was measured.

The load of a minute counts our own browsers, too, which are to be busy. Here the
processor's time is parted: idle, ours, and that of all other programs.
"""

import asyncio
import os
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

LOOK_EVERY = 1.0
# A fifth of the machine is taken by others: encoders have felt it.
OTHERS_AT_MOST = 0.2
PARENT, USER, SYSTEM = 1, 11, 12


def machine() -> tuple[int, int]:
    """Idle and all of this machine's processor time, in ticks."""
    with open("/proc/stat") as stat:
        spent = [int(one) for one in stat.readline().split()[1:9]]
    return spent[3] + spent[4], sum(spent)


def processes() -> dict[int, tuple[int, int]]:
    """The parent of each process, and the ticks that it has spent."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            # A program's name may have spaces and brackets of its own.
            fields = path.read_text().rpartition(")")[2].split()
            ticks = int(fields[USER]) + int(fields[SYSTEM])
            found[int(path.parent.name)] = (int(fields[PARENT]), ticks)
    return found


def descended(pid: int, parents: dict[int, tuple[int, int]]) -> set[int]:
    """The process itself and all that come from it."""
    ours, before = {pid}, 0
    while len(ours) > before:
        before = len(ours)
        ours |= {one for one, (parent, _) in parents.items() if parent in ours}
    return ours


@dataclass
class Busy:
    """Watches while its block runs; those that end meanwhile are counted as they were
    when last seen."""

    _first: dict[int, int] = field(default_factory=dict)
    _last: dict[int, int] = field(default_factory=dict)

    async def __aenter__(self) -> "Busy":
        self._began = machine()
        # Who runs already has a past that is not this block's.
        self._look(known=True)
        self._task = asyncio.create_task(self._watch())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
        self._look()
        idle, total = (
            now - then for now, then in zip(machine(), self._began, strict=True)
        )
        spent = sum(
            ticks - self._first.get(pid, 0) for pid, ticks in self._last.items()
        )
        self.idle = idle / max(1, total)
        self.ours = min(1.0, spent / max(1, total))
        self.others = max(0.0, 1 - self.idle - self.ours)

    def _look(self, *, known: bool = False) -> None:
        running = processes()
        for pid in descended(os.getpid(), running):
            self._last[pid] = running.get(pid, (0, self._last.get(pid, 0)))[1]
            if known:
                self._first[pid] = self._last[pid]

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY)
            self._look()

    @property
    def by_others(self) -> bool:
        return self.others > OTHERS_AT_MOST

    def told(self) -> dict[str, float]:
        shares = {"idle": self.idle, "ours": self.ours, "others": self.others}
        return {name: round(share, 2) for name, share in shares.items()}
