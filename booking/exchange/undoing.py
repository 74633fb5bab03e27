"""The opposite of an import: one that changes back what it has changed.

It is tried and looked at like any other before it is written. Rows that were created
stay: people leave and stores close by pages of their own, which ask what becomes of
their visits.
"""

from __future__ import annotations

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from booking.errors import BookingError
from booking.exchange.portions import SHEETS, written_changes
from booking.exchange.runs import KEPT_FOR, ImportBusy
from booking.models import Import, ImportRow
from stores.models import User

WITHIN = dt.timedelta(days=1)


class NothingToUndo(BookingError):
    """The import changed nothing, or is older than a day."""

    code = "nothing_to_undo"


def changed_rows(run: Import, now: dt.datetime) -> QuerySet[ImportRow]:
    """Those that can be changed back; none once a day is over."""
    rows = written_changes(run)
    if run.written_at is None or now - run.written_at > WITHIN:
        return rows.none()
    return rows


def start_undo(*, run: Import, name: str, user: User, now: dt.datetime) -> Import:
    """Has the opposite tried, under this name. Raises NothingToUndo and ImportBusy."""
    total = changed_rows(run, now).count()
    if not total:
        raise NothingToUndo
    names = [column.name for column in SHEETS[run.kind].columns]
    try:
        with transaction.atomic():
            return Import.objects.create(
                brand=run.brand,
                kind=run.kind,
                name=name[:120],
                undoes=run,
                header=names,
                columns=names,
                total=total,
                made_by=user,
                made_at=now,
                erase_after=now + KEPT_FOR,
            )
    except IntegrityError:
        raise ImportBusy from None
