"""The share of a matrix that every run takes; `VISAVIS_WHOLE=1` takes all of it."""

from __future__ import annotations

import os
from collections.abc import Iterable
from itertools import cycle, product
from typing import TypeVar

Row = TypeVar("Row")
Column = TypeVar("Column")
WHOLE = os.environ.get("VISAVIS_WHOLE") == "1"


def by_turns(
    rows: Iterable[Row], columns: Iterable[Column]
) -> list[tuple[Row, Column]]:
    """Each row with one of the columns, each time with the next one; or with all."""
    every = list(columns)
    if WHOLE:
        return list(product(rows, every))
    return list(zip(rows, cycle(every), strict=False))


def some(few: int, every: int) -> int:
    """As many as a run takes that has to be short, or all."""
    return every if WHOLE else few
