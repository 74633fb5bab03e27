"""Figures of what a page saw: pure, rows in, numbers out.

A `Row` is one look at the statistics of one person at one viewer, five times a second;
its counters only grow. `at` is the clock of the machine, so that a change of the line
has its place between the rows.
"""

import math
from dataclasses import dataclass
from typing import Any

RATE_WINDOW = 1.0
LEAST_WINDOW = 2.0
STAYS = 2.0
WATCHABLE, FULL_HEIGHT = 15.0, 360
# Rows are 0.2 s apart: a window that is this much shorter still counts.
SLACK = 0.35


@dataclass(frozen=True, slots=True)
class Row:
    """`frames`, `concealed`, `samples` and `octets` are sums since the page began,
    `height` is that of the newest picture."""

    at: float
    frames: float = 0
    height: int = 0
    concealed: float = 0
    samples: float = 0
    octets: float = 0


def rows_of(told: list[dict[str, Any]], person: str) -> list[Row]:
    """The rows of one person in what a page wrote down."""
    return [
        Row(at=one["at"], **one["people"][person])
        for one in told
        if person in one["people"]
    ]


def between(rows: list[Row], begin: float, end: float) -> list[Row]:
    return [row for row in rows if begin <= row.at <= end]


def fps(rows: list[Row]) -> float | None:
    """Pictures a second over all of them; none where there is nothing to compare."""
    if len(rows) < 2 or rows[-1].at <= rows[0].at:
        return None
    return (rows[-1].frames - rows[0].frames) / (rows[-1].at - rows[0].at)


def concealed(rows: list[Row]) -> float | None:
    """The share of the sound that was made up; 1 where none was played at all."""
    if len(rows) < 2:
        return None
    samples = rows[-1].samples - rows[0].samples
    return (rows[-1].concealed - rows[0].concealed) / samples if samples else 1.0


def kbits(rows: list[Row]) -> float | None:
    if len(rows) < 2 or rows[-1].at <= rows[0].at:
        return None
    octets = rows[-1].octets - rows[0].octets
    return octets * 8 / 1000 / (rows[-1].at - rows[0].at)


def height(rows: list[Row]) -> int | None:
    """The one that at least half of the looks had reached; 0 counts as no picture."""
    ordered = sorted(row.height for row in rows)
    return ordered[(len(ordered) - 1) // 2] if ordered else None


def windows(rows: list[Row], length: float) -> list[tuple[float, float]]:
    """(end, pictures a second) of each stretch of that length, as it slides."""
    found, first = [], 0
    for last, row in enumerate(rows):
        while first < last and row.at - rows[first + 1].at >= length - SLACK / 2:
            first += 1
        seconds = row.at - rows[first].at
        if seconds >= length - SLACK:
            found.append((row.at, (row.frames - rows[first].frames) / seconds))
    return found


def least_fps(rows: list[Row], length: float = LEAST_WINDOW) -> float | None:
    return min((rate for _, rate in windows(rows, length)), default=None)


def back_after(
    rows: list[Row], since: float, *, rate: float = WATCHABLE, tall: int = 0
) -> float | None:
    """Seconds after `since` until a second of pictures at `rate`, of that height, has
    come and the next two seconds are as good; none where that never was.

    The second may begin before `since`: a line that was never bad is back at once.
    """
    heights = {row.at: row.height for row in rows}
    seen = [
        (end, found >= rate and heights[end] >= tall)
        for end, found in windows(rows, RATE_WINDOW)
        if end >= since
    ]
    for place, (end, good) in enumerate(seen):
        after = [fine for at, fine in seen[place:] if at <= end + STAYS]
        if good and all(after) and seen[-1][0] >= end + STAYS - SLACK:
            return max(0.0, end - since)
    return None


def moving_again(rows: list[Row], since: float) -> float | None:
    """Seconds after `since` until new pictures came; none where they never did."""
    before = [row.frames for row in rows if row.at <= since]
    if not before:
        return None
    return next(
        (row.at - since for row in rows if row.at > since and row.frames > before[-1]),
        None,
    )


def first_came(rows: list[Row], since: float) -> float | None:
    """Seconds after `since` until anything of the person came, sound or picture."""
    return next((row.at - since for row in rows if row.octets), None)


def reached(rows: list[Row], since: float, tall: int) -> float | None:
    """Seconds after `since` until a picture had that height."""
    return next((row.at - since for row in rows if row.height >= tall), None)


def quantile(values: list[float], share: float) -> float | None:
    """Nearest rank: a value that was measured."""
    ordered = sorted(values)
    if not ordered:
        return None
    return ordered[min(len(ordered) - 1, math.floor(len(ordered) * share))]


def least(*values: float | None) -> float | None:
    """None where one of them is missing: a half of a figure is none."""
    known = [value for value in values if value is not None]
    return min(known) if len(known) == len(values) else None


def most(*values: float | None) -> float | None:
    known = [value for value in values if value is not None]
    return max(known) if len(known) == len(values) else None


def rounded(value: float | None, digits: int = 1) -> float | None:
    return None if value is None else round(value, digits)
