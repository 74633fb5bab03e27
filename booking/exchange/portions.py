"""The portions of an import: a part of its file checked, written, or invited.

Each is called in the transaction that holds the import's row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Lower

from booking.exchange.absence_sheet import AbsenceSheet
from booking.exchange.hours_sheet import HoursSheet
from booking.exchange.people_sheet import PeopleSheet
from booking.exchange.sheets import (
    A_PORTION,
    BELONGS,
    Planned,
    RowRefused,
    Sheet,
    numbered,
    plan,
)
from booking.exchange.store_sheet import StoreSheet
from booking.exchange.topic_sheet import TopicSheet
from booking.models import Import, ImportRow
from stores.editing.many_people import gives_any_role, invite_waiting
from stores.exchange.tables import Table, read_table
from stores.files.door import read_file
from stores.models import StaffMember, StoredFile, User

SHEETS: dict[str, Sheet] = {
    sheet.name: sheet
    for sheet in (
        *(StoreSheet(), TopicSheet(), PeopleSheet()),
        *(HoursSheet(), AbsenceSheet()),
    )
}
CHECKED_AT_ONCE = 1000


Line = tuple[int, list[str]]
"""Its number, and its cells in the order of the header."""


def is_read(run: Import | None) -> bool:
    """False where what is to be checked is gone, by whomever."""
    if run is not None and run.undoes is not None:
        return True
    if run is None or run.file is None:
        return False
    try:
        _table_of(run.file)
    except FileNotFoundError:
        return False
    return True


@lru_cache(maxsize=1)
def _table_of(file: StoredFile) -> Table:
    """The file read; its content never changes."""
    return read_table(read_file(file))


def _cells_of(run: Import, line: Sequence[str]) -> dict[str, str]:
    pairs = zip(run.columns, line, strict=False)
    return {column: text for column, text in pairs if column}


def _next_lines(run: Import) -> tuple[Sequence[Line], int]:
    """The next lines, and the number of those of the source behind them."""
    if run.undoes is not None:
        changed = written_changes(run.undoes).order_by("number")
        rows = list(changed[run.done : run.done + CHECKED_AT_ONCE])
        return list(_lines_back(run, rows)), len(rows)
    assert run.file is not None  # noqa: S101  # asked by the caller
    lines = _table_of(run.file).rows[run.done : run.done + CHECKED_AT_ONCE]
    return lines, len(lines)


def written_changes(run: Import) -> QuerySet[ImportRow]:
    """The rows by which an import has changed what stood there."""
    rows = ImportRow.objects.for_brand(run.brand)
    return rows.filter(of=run, state=ImportRow.State.CHANGED, written=True)


def _lines_back(run: Import, rows: Sequence[ImportRow]) -> Iterator[Line]:
    """Cells as they stand, with the old text where that of the import still does: what
    somebody has changed again since then stays."""
    sheet = SHEETS[run.kind]
    parts = [row.key.split("|", len(sheet.keys) - 1) for row in rows]
    keys = [dict(zip(sheet.keys, one, strict=True)) for one in parts]
    world = sheet.load(run.brand, keys)
    for row, key in zip(rows, keys, strict=True):
        try:
            known = sheet.known(world, key)
        except RowRefused:
            continue
        if known is None:
            continue
        cells = key | sheet.current(world, known)
        back = {
            name: old
            for name, (old, new) in row.changes.items()
            if cells.get(name, "") == new
        }
        for name, other in BELONGS.items():
            if {name, other} & row.changes.keys() and not {name, other} <= back.keys():
                back = {
                    key: old for key, old in back.items() if key not in (name, other)
                }
        if back:
            yield row.number, [(cells | back).get(name, "") for name in run.header]


def check_portion(run: Import) -> None:
    sheet = SHEETS[run.kind]
    lines, taken = _next_lines(run)
    cells = [_cells_of(run, line) for _number, line in lines]
    world = sheet.load(run.brand, cells)
    planned = [
        plan(sheet, world, number, one)
        for (number, _line), one in zip(lines, cells, strict=True)
    ]
    _refuse_twice(run, planned)
    if "email" in run.columns:
        _refuse_one_address(run, planned, cells)
    _refuse_roles(run, planned)
    ImportRow.objects.bulk_create(
        ImportRow(
            brand=run.brand,
            of=run,
            number=row.number,
            key=row.key[:200],
            state=row.state,
            cells=line,
            reason=row.reason,
            changes=row.changes,
        )
        for row, (_number, line) in zip(planned, lines, strict=True)
    )
    run.done += taken
    if run.done >= run.total or not taken:
        run.state = Import.State.CHECKED


def _refuse_twice(run: Import, rows: Sequence[Planned]) -> None:
    """A key stands in one line."""
    keys = [row.key for row in rows]
    before = ImportRow.objects.for_brand(run.brand).filter(of=run, key__in=keys)
    first = dict(before.values_list("key", "number"))
    for row in rows:
        if row.reason and row.reason[1] == "no_key":
            continue
        known = first.setdefault(row.key, row.number)
        if known != row.number:
            column = row.reason[0] if row.reason else SHEETS[run.kind].keys[0]
            row.refuse(RowRefused(column, "twice", str(known)))


def _refuse_one_address(
    run: Import, rows: Sequence[Planned], cells: Sequence[dict[str, str]]
) -> None:
    """An address is one person's, in the file as well: the first new one has it."""
    given = {
        row.number: one.get("email", "").strip().lower()
        for row, one in zip(rows, cells, strict=True)
        if row.state == ImportRow.State.CREATED
    }
    place = run.columns.index("email")
    before = ImportRow.objects.for_brand(run.brand).filter(
        of=run, state=ImportRow.State.CREATED
    )
    written = before.annotate(address=Lower(KeyTextTransform(place, "cells")))
    wanted = set(given.values()) - {""}
    rows_of = written.filter(address__in=wanted).values_list("address", "number")
    first: dict[str, int] = dict(rows_of)
    for row in rows:
        address = given.get(row.number)
        known = first.setdefault(address, row.number) if address else row.number
        if known != row.number:
            row.refuse(RowRefused("email", "twice", str(known)))


def _refuse_roles(run: Import, rows: Sequence[Planned]) -> None:
    """Roles are an admin's to give: who sent the file may be none any more."""
    asked = [
        row
        for row in rows
        if row.state in ImportRow.DUE and getattr(row.facts, "asks_roles", False)
    ]
    if asked and not gives_any_role(run.brand, run.made_by):
        for row in asked:
            row.refuse(RowRefused("role", "role_above"))


def write_portion(run: Import, now: dt.datetime) -> None:
    sheet = SHEETS[run.kind]
    rows = ImportRow.objects.for_brand(run.brand).filter(
        of=run, state__in=ImportRow.DUE, written=False
    )
    portion = list(rows.order_by("number")[:A_PORTION])
    if not portion:
        run.state, run.written_at = Import.State.WRITTEN, now
        return
    cells = [_cells_of(run, row.cells) for row in portion]
    world: Any = sheet.load(run.brand, cells)
    planned = [
        plan(sheet, world, row.number, one)
        for row, one in zip(portion, cells, strict=True)
    ]
    _refuse_roles(run, planned)
    due = [row for row in planned if row.state in ImportRow.DUE]
    if due:
        user = run.made_by or User(pk=0)
        sheet.write(world, due, user, now)
    _note(run, portion, planned)
    run.done += len(portion)


def _note(
    run: Import, portion: Sequence[ImportRow], planned: Sequence[Planned]
) -> None:
    """Marks the rows that are written, and says why the others are not."""
    rows = ImportRow.objects.for_brand(run.brand)
    refused = {row.number: row.reason for row in planned if row.state == "refused"}
    done = [row.pk for row in portion if row.number not in refused]
    rows.filter(pk__in=done).update(written=True)
    for row in portion:
        if row.number in refused:
            rows.filter(pk=row.pk).update(
                state=ImportRow.State.REFUSED, reason=refused[row.number]
            )


def invite_portion(run: Import, now: dt.datetime) -> None:
    """Opens the links of some of the file's people, and has them sent."""
    rows = ImportRow.objects.for_brand(run.brand).filter(of=run, number__gt=run.done)
    rows = rows.exclude(state=ImportRow.State.REFUSED)
    portion = list(rows.order_by("number").values_list("number", "key")[:A_PORTION])
    if not portion:
        run.state, run.done = Import.State.WRITTEN, run.total
        return
    keys = {key for _number, key in portion}
    found = numbered(StaffMember.objects.for_brand(run.brand), keys)
    people = {one.pk for key in keys if (one := found.get(key)) is not None}
    invite_waiting(brand=run.brand, people=people, by=run.made_by, now=now)
    run.done = portion[-1][0]
