"""The share of a matrix that every run takes; `VISAVIS_WHOLE=1` takes all of it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import TypeVar

Row = TypeVar("Row")
Column = TypeVar("Column")
WHOLE = os.environ.get("VISAVIS_WHOLE") == "1"


def by_turns(
    rows: Iterable[Row], columns: Iterable[Column], *, take: int = 1
) -> list[tuple[Row, Column]]:
    """Each row with so many of the columns, with others at each turn."""
    every = list(columns)
    taken = len(every) if WHOLE else take
    return [
        (row, every[(turn + n) % len(every)])
        for turn, row in enumerate(rows)
        for n in range(taken)
    ]


def some(few: int, every: int) -> int:
    """As many as a run takes that has to be short, or all."""
    return every if WHOLE else few
