"""Rules of what a table forgets, and when. Each model declares one as `retention`.

A declaration names every column of text: those that are cleared, and those that stay
as facts without a person. A column that is in neither fails a test. Nothing is read
or written here: `stores.erasing` carries it out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Erasure:
    """One act on the rows whose date has passed.

    `after` is the column with the date, also through a relation; `age` is added to
    it. Rows are cleared (`clears`: column → what stands there afterwards) or go as a
    whole (`goes`). `marks` is the column that notes when. A row waits as long as
    `waits_for`, a date of its relations, lies ahead. `only` are the values of the rows
    that it concerns: none is all of the table. `by_date_only`: not when somebody asks
    to be erased before the date.
    """

    after: str
    age: dt.timedelta = dt.timedelta(0)
    clears: Mapping[str, Any] = field(default_factory=dict)
    goes: bool = False
    marks: str = ""
    waits_for: str = ""
    only: Mapping[str, Any] = field(default_factory=dict)
    by_date_only: bool = False


@dataclass(frozen=True)
class Retention:
    """All of a table. `keeps` are columns of text that name nobody, or a member of
    the staff whose account is ended apart. `of` leads to the row whose person it is,
    where dates of its own do not. `tells` are the columns that a person gets who asks
    for their data, of all rows or of those with the values in `tells_only`."""

    erasures: tuple[Erasure, ...] = ()
    keeps: tuple[str, ...] = ()
    of: str = ""
    tells: tuple[str, ...] = ()
    tells_only: Mapping[str, Any] = field(default_factory=dict)

    def owner_of(self, erasure: Erasure) -> str:
        """The path to the row that the date of the erasure stands in; empty: itself."""
        return erasure.after.rpartition("__")[0] or self.of
