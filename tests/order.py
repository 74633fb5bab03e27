"""Which worker of pytest-xdist runs which file, and when.

A file stays in one worker, so its browser and its copy of the product are started once.
The last worker begins with what is not live, the others with what is: browsers and
whole copies wait much and calculate little, the rest the other way round. Who has
finished takes from the other's files. Long files come first, so that nobody waits at
the end.

The last of three or more calculates where the others wait. It takes nothing live: more
browsers than two at a time would only be slower ones.
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

    def _reschedule(self, node: WorkerController) -> None:
        if not node.shutting_down and self.workqueue and not self._open_to(node):
            node.shutdown()
        super()._reschedule(node)

    def _assign_work_unit(self, node: WorkerController) -> None:
        wanted = min(self._open_to(node) or self.workqueue, key=place_of)
        self.workqueue.move_to_end(wanted, last=False)
        super()._assign_work_unit(node)

    def _open_to(self, node: WorkerController) -> list[str]:
        """The files that it may take now."""
        is_last = node is self.nodes[-1] and len(self.nodes) > 1
        files = list(self.workqueue)
        mine = [file for file in files if file.startswith(LIVE) != is_last]
        return mine if is_last and len(self.nodes) > 2 else mine or files
