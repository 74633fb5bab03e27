"""The opposite of an import: a file that changes back what it has changed.

It is tried and looked at like any other file before it is written. What somebody has
changed again since then stays, and so do rows that were created: people leave and
stores close by pages of their own, which ask what becomes of their visits.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from django.db.models import QuerySet

from booking.errors import BookingError
from booking.exchange.portions import CHECKED_AT_ONCE, SHEETS
from booking.exchange.runs import start_import
from booking.exchange.sheets import RowRefused
from booking.models import Import, ImportRow
from stores.errors import TableRefused
from stores.exchange.tables import written_csv
from stores.models import User

WITHIN = dt.timedelta(days=1)


class NothingToUndo(BookingError):
    """The import changed nothing that is still so, or is older than a day."""

    code = "nothing_to_undo"


def changed_rows(run: Import, now: dt.datetime) -> QuerySet[ImportRow]:
    """Those that can be changed back; none once a day is over."""
    rows = ImportRow.objects.for_brand(run.brand)
    if run.written_at is None or now - run.written_at > WITHIN:
        return rows.none()
    return rows.filter(of=run, state=ImportRow.State.CHANGED, written=True)


def start_undo(*, run: Import, name: str, user: User, now: dt.datetime) -> Import:
    """Has the opposite file tried, under this name. Raises NothingToUndo and
    ImportBusy; not to be called in a transaction, since it writes the file."""
    names = [column.name for column in SHEETS[run.kind].columns]
    lines = ([row.get(name, "") for name in names] for row in _before(run, now))
    content = "".join(written_csv(names, lines)).encode()
    try:
        return start_import(
            brand=run.brand,
            kind=run.kind,
            name=name,
            content=content,
            user=user,
            now=now,
        )
    except TableRefused as refusal:
        if refusal.why != "empty":
            raise
        raise NothingToUndo from None


def _before(run: Import, now: dt.datetime) -> Iterator[dict[str, str]]:
    rows = changed_rows(run, now).order_by("number")
    for first in range(0, rows.count(), CHECKED_AT_ONCE):
        yield from _portion(run, list(rows[first : first + CHECKED_AT_ONCE]))


def _portion(run: Import, rows: list[ImportRow]) -> Iterator[dict[str, str]]:
    """Cells as they stand, with the old text where that of the import still does."""
    sheet = SHEETS[run.kind]
    last = len(sheet.keys) - 1
    keys = [
        dict(zip(sheet.keys, row.key.split("|", last), strict=True)) for row in rows
    ]
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
        if back:
            yield cells | back
