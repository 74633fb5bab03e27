"""The choice of a worker for a room: the less loaded of two, drawn among the able."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

from video.errors import NodesFull, NoNodeAvailable
from video.models import MediaNode

LIVE_FOR = dt.timedelta(seconds=6)
"""A worker beats every two seconds; three in a row are missing from a dead one."""

DEAD_AFTER = dt.timedelta(seconds=60)
"""Then the people in its rooms are written down as gone."""

FORGOTTEN_AFTER = dt.timedelta(days=1)
"""Then the worker's row goes: containers come under new names each day."""

SUSPECT_FOR = dt.timedelta(seconds=10)
"""The time for which nobody is sent to a worker that beats but did not take a call."""

FULL_AT = 0.85
"""Share of a core: above it, voices of the rooms that run would begin to break."""


def load_of(node: MediaNode) -> float:
    """1 and more is full: by processor time, or by the number of its rooms."""
    if node.rooms >= node.capacity:
        return 1.0
    return max(node.cpu_load / FULL_AT, node.rooms / node.capacity)


def choose_node(
    nodes: Sequence[MediaNode], dice: random.Random | None = None
) -> MediaNode:
    """Two random candidates, because everyone who asks in the same second sees the
    same figures and would pile on to one least loaded worker.

    Raises NoNodeAvailable when none takes rooms, NodesFull when all that do are full.
    """
    open_nodes = [node for node in nodes if not node.draining]
    if not open_nodes:
        raise NoNodeAvailable
    able = [node for node in open_nodes if load_of(node) < 1]
    if not able:
        raise NodesFull
    draw = dice or random.SystemRandom()
    return min(draw.sample(able, min(2, len(able))), key=load_of)
