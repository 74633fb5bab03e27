"""Half-open stretches of time, the ground that everything else counts on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Period:
    """[start, end) between two aware instants, never empty (RFC 5545 PERIOD)."""

    start: dt.datetime
    end: dt.datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("A period lies between aware instants.")
        if self.end <= self.start:
            raise ValueError("A period ends after it starts.")

    def overlaps(self, other: Period) -> bool:
        return self.start < other.end and other.start < self.end
