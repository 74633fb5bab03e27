"""Which worker takes a room: the less loaded of two, drawn among the living."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence

from video.errors import NoNodeAvailable
from video.models import MediaNode

LIVE_FOR = dt.timedelta(seconds=6)
"""A worker beats every two seconds; three in a row are missing from a dead one."""

FULL_AT = 0.85
"""Share of a core: above it, voices of the rooms that run would begin to break."""


def choose_node(
    nodes: Sequence[MediaNode], dice: random.Random | None = None
) -> MediaNode:
    """Two random candidates, because everyone who asks in the same second sees the
    same figures and would pile on to one least loaded worker. Raises
    NoNodeAvailable."""
    able = [node for node in nodes if not node.draining and node.cpu_load < FULL_AT]
    if not able:
        raise NoNodeAvailable
    draw = dice or random.SystemRandom()
    drawn = draw.sample(able, min(2, len(able)))
    return min(drawn, key=lambda node: (node.cpu_load, node.rooms))
