"""Reads of the pages of imports."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import CharField, Q, Value
from django.db.models.functions import Cast, Concat

from booking.desk.exchange.words import KINDS, said_of
from booking.exchange.portions import SHEETS
from booking.exchange.runs import counts_of
from booking.exchange.sheets import OURS
from booking.exchange.undoing import changed_rows
from booking.models import Import, ImportRow
from stores.accounts.workplace import Workplace
from stores.editing.many_people import never_invited

SHOWN = 50
STATES = ("refused", "changed", "created")


@dataclass(frozen=True)
class RowShown:
    """A row of the report: refused with its reason, or with what changes."""

    row: ImportRow
    column: str
    value: str
    why: str

    @property
    def changes(self) -> list[tuple[str, list[str]]]:
        """By column, the text before and after."""
        pairs = self.row.changes.items()
        return [(name, pair) for name, pair in pairs if pair[0] != pair[1]]


def newest(workplace: Workplace) -> list[Import]:
    rows = Import.objects.for_brand(workplace.brand).select_related("made_by")
    return list(rows.order_by("-made_at", "-pk")[:20])


def report_of(run: Import, state: str) -> list[RowShown]:
    """The first rows of one state, in the order of the file."""
    rows = ImportRow.objects.for_brand(run.brand).filter(of=run, state=state)
    return [_shown(run, row) for row in rows.order_by("number")[:SHOWN]]


def _shown(run: Import, row: ImportRow) -> RowShown:
    column = row.reason[0] if row.reason else ""
    value = ""
    if column in run.columns:
        place = run.columns.index(column)
        column, value = run.header[place], row.cells[place]
    return RowShown(row, column, value, said_of(row.reason))


def refused_rows(run: Import) -> list[list[str]]:
    """The cells of the file, and the reason behind them."""
    rows = ImportRow.objects.for_brand(run.brand).filter(of=run, state="refused")
    return [[*row.cells, said_of(row.reason)] for row in rows.order_by("number")]


def counted(run: Import) -> dict[str, int]:
    found = counts_of(run)
    return {state: found.get(state, 0) for state in ImportRow.State.values}


def waiting_of(run: Import) -> int:
    """The number of people of a written file who were never invited."""
    if run.kind != "people" or run.state != Import.State.WRITTEN:
        return 0
    rows = ImportRow.objects.for_brand(run.brand).filter(of=run)
    keys = rows.exclude(state=ImportRow.State.REFUSED).values("key")
    found = never_invited(run.brand).annotate(
        own_key=Concat(Value(OURS), Cast("staff_member_id", CharField()))
    )
    by_key = Q(staff_member__external_id__in=keys) | Q(own_key__in=keys)
    return found.filter(by_key).count()


def undone_by(run: Import, now: dt.datetime) -> int:
    """The number of rows that could be changed back."""
    if run.state != Import.State.WRITTEN:
        return 0
    return changed_rows(run, now).count()


def columns_of(run: Import) -> list[tuple[int, str, str]]:
    """Place, header and our column of each."""
    return [(place, name, run.columns[place]) for place, name in enumerate(run.header)]


def left_out_of(run: Import) -> list[str]:
    """The headers of columns that nothing is read from."""
    return [name for _place, name, ours in columns_of(run) if name and not ours]


def names_of(kind: str) -> list[str]:
    return [column.name for column in SHEETS[kind].columns]


def kind_of(run: Import) -> str:
    return str(KINDS.get(run.kind, run.kind))
