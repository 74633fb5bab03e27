"""Which worker of pytest-xdist runs which file, and when.

A file stays in one worker, so its browser and its copy of the product are started once.
The first worker begins with what is live, the others with the rest: browsers and whole
copies wait much and calculate little, the others the other way round. Who has finished
takes from the other's files. Long files come first, so that nobody waits at the end.
"""

from __future__ import annotations

from pathlib import Path

from xdist.scheduler import LoadFileScheduling
from xdist.workermanage import WorkerController

LIVE = "tests/live/"
LONG = [
    line.partition(" ")[2].strip()
    for line in Path(__file__).with_name("long_files.txt").read_text().splitlines()
    if not line.startswith("#")
]
"""The longest first."""


def place_of(file: str) -> int:
    return LONG.index(file) if file in LONG else len(LONG)


class FilesInOrder(LoadFileScheduling):  # type: ignore[misc]  # xdist has no types
    """Chooses from the queue of files; all else is pytest-xdist's."""

    def _assign_work_unit(self, node: WorkerController) -> None:
        files = list(self.workqueue)
        begins_live = node is self.nodes[0]
        mine = [file for file in files if file.startswith(LIVE) == begins_live]
        wanted = min(mine or files, key=place_of)
        self.workqueue.move_to_end(wanted, last=False)
        super()._assign_work_unit(node)
