"""An import from its file to its last row, in steps that a kill may part.

Each step is one transaction that holds the import's row: two workers never do the same
one, and what a step has done is written in it. Agendas are locked after that row,
ascending, by the use cases; nothing else ever waits for it while it holds an agenda.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Sequence

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Count

from booking.errors import BookingError
from booking.exchange.portions import (
    SHEETS,
    check_portion,
    invite_portion,
    is_read,
    write_portion,
)
from booking.exchange.sheets import lacking, matched
from booking.models import Import, ImportRow
from stores.exchange.tables import as_csv, read_table
from stores.files.door import put_file
from stores.models import Brand, StoredFile, User

KEPT_FOR = dt.timedelta(days=30)
Clock = Callable[[], dt.datetime]


class ImportBusy(BookingError):
    """Another import of the brand is being checked or written."""

    code = "import_busy"


def start_import(
    *, brand: Brand, kind: str, name: str, content: bytes, user: User, now: dt.datetime
) -> Import:
    """Keeps the file and has it checked, unless its columns are not known: then they
    are asked for. A workbook is kept as the CSV of its first sheet. Raises TableRefused
    and ImportBusy; not to be called in a transaction, since it writes the file."""
    content = as_csv(content)
    table, sheet = read_table(content), SHEETS[kind]
    _check_free(brand)
    header = list(table.header)
    columns = _remembered(brand, kind, header) or matched(sheet, header)
    file = put_file(
        brand=brand,
        kind=StoredFile.Kind.IMPORT,
        content=content,
        content_type="text/csv",
        now=now,
    )
    known = not lacking(sheet, columns)
    try:
        with transaction.atomic():
            StoredFile.objects.for_brand(brand).filter(pk=file.pk).update(
                erase_after=now + KEPT_FOR
            )
            return Import.objects.create(
                brand=brand,
                kind=kind,
                name=name[:120],
                state=Import.State.CHECKING if known else Import.State.STOPPED,
                file=file,
                header=header,
                columns=columns,
                total=len(table.rows),
                made_by=user,
                made_at=now,
                erase_after=now + KEPT_FOR,
            )
    except IntegrityError:
        raise ImportBusy from None


def _check_free(brand: Brand) -> None:
    if Import.objects.for_brand(brand).filter(state__in=Import.BUSY).exists():
        raise ImportBusy


def _remembered(brand: Brand, kind: str, header: Sequence[str]) -> list[str]:
    """The columns that were chosen for the same header the last time."""
    rows = Import.objects.for_brand(brand).filter(kind=kind, header=list(header))
    last = rows.order_by("-made_at").first()
    return list(last.columns) if last else []


def check_again(*, run: Import, columns: Sequence[str]) -> None:
    """Begins the dry run once more, with these columns. Raises ImportBusy."""
    try:
        with transaction.atomic():
            row = Import.objects.for_brand(run.brand).select_for_update().get(pk=run.pk)
            if row.state in Import.BUSY or row.written_at is not None:
                raise ImportBusy
            ImportRow.objects.for_brand(run.brand).filter(of=row).delete()
            row.columns, row.done = list(columns), 0
            row.state = Import.State.CHECKING
            row.save(update_fields=["columns", "done", "state"])
    except IntegrityError:
        raise ImportBusy from None


def begin_writing(*, run: Import) -> None:
    """Has the rows written that the dry run would write. Raises ImportBusy."""
    _begin(run, Import.State.CHECKED, Import.State.WRITING)


def begin_inviting(*, run: Import) -> None:
    """Has those of the file's people invited who have an address and were never
    invited. Raises ImportBusy."""
    _begin(run, Import.State.WRITTEN, Import.State.INVITING)


def _begin(run: Import, before: Import.State, after: Import.State) -> None:
    try:
        with transaction.atomic():
            rows = Import.objects.for_brand(run.brand).filter(pk=run.pk, state=before)
            rows.update(state=after, done=0)
    except IntegrityError:
        raise ImportBusy from None


def stop_import(*, run: Import) -> None:
    """After the portion that is at work; what is written stays, and who is invited is
    invited. A file that was only tried is given up."""
    rows = Import.objects.for_brand(run.brand).filter(pk=run.pk)
    rows.filter(state=Import.State.INVITING).update(state=Import.State.WRITTEN)
    given_up = (*Import.BUSY, Import.State.CHECKED)
    rows.filter(state__in=given_up).update(state=Import.State.STOPPED)


def counts_of(run: Import) -> dict[str, int]:
    """Rows by state."""
    rows = ImportRow.objects.for_brand(run.brand).filter(of=run).order_by()
    return dict(rows.values_list("state").annotate(Count("pk")))


def go_on(*, clock: Clock, seconds: float) -> int:
    """Does steps of the imports that wait for some, for so long; the number of steps.
    A step that cannot lock its agendas in time is done later."""
    ends, steps = time.monotonic() + seconds, 0
    busy = Import.objects.all_brands().filter(state__in=Import.BUSY)
    for pk in busy.order_by("made_at").values_list("pk", flat=True):
        try:
            while time.monotonic() < ends and step(pk, now=clock()):
                steps += 1
        except OperationalError:
            continue
    return steps


def step(pk: int, *, now: dt.datetime) -> bool:
    """One portion; False where there is no more, or somebody else does it. The file is
    read before its row is locked."""
    rows = Import.objects.all_brands().select_related(
        "brand", "made_by", "file", "undoes"
    )
    rows = rows.filter(pk=pk, state__in=Import.BUSY)
    has_file = is_read(rows.first())
    with transaction.atomic():
        run = rows.select_for_update(skip_locked=True, of=("self",)).first()
        if run is None:
            return False
        if run.state == Import.State.WRITING:
            write_portion(run, now)
        elif run.state == Import.State.INVITING:
            invite_portion(run, now)
        elif has_file:
            check_portion(run)
        else:
            run.state = Import.State.FAILED
        run.save(update_fields=["state", "done", "written_at"])
        return run.state in Import.BUSY
