"""An import from its file to its last row, in steps that a kill may part.

Each step is one transaction that holds the import's row: two workers never do the same
one, and what a step has done is written in it. Agendas are locked after that row,
ascending, by the use cases; nothing else ever waits for it while it holds an agenda.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from django.db import IntegrityError, OperationalError, transaction
from django.db.models import Count

from booking.errors import BookingError
from booking.exchange.hours_sheet import HoursSheet
from booking.exchange.people_sheet import PeopleSheet
from booking.exchange.sheets import (
    A_PORTION,
    Planned,
    RowRefused,
    Sheet,
    lacking,
    matched,
    plan,
)
from booking.exchange.store_sheet import StoreSheet
from booking.models import Import, ImportRow
from stores.exchange.tables import Table, read_table
from stores.files.door import put_file, read_file
from stores.models import Brand, StoredFile, User

SHEETS: dict[str, Sheet] = {
    sheet.name: sheet for sheet in (StoreSheet(), PeopleSheet(), HoursSheet())
}
CHECKED_AT_ONCE = 1000
KEPT_FOR = dt.timedelta(days=30)
Clock = Callable[[], dt.datetime]


class ImportBusy(BookingError):
    """Another import of the brand is being checked or written."""

    code = "import_busy"


def start_import(
    *, brand: Brand, kind: str, name: str, content: bytes, user: User, now: dt.datetime
) -> Import:
    """Keeps the file and has it checked, unless its columns are not known: then they
    are asked for. Raises TableRefused and ImportBusy; not to be called in a
    transaction, since it writes the file."""
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
    try:
        with transaction.atomic():
            rows = Import.objects.for_brand(run.brand).filter(
                pk=run.pk, state=Import.State.CHECKED
            )
            rows.update(state=Import.State.WRITING, done=0)
    except IntegrityError:
        raise ImportBusy from None


def stop_import(*, run: Import) -> None:
    """After the portion that is being written; what is written stays."""
    rows = Import.objects.for_brand(run.brand)
    rows.filter(pk=run.pk, state__in=Import.BUSY).update(state=Import.State.STOPPED)


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
    rows = Import.objects.all_brands().select_related("brand", "made_by", "file")
    rows = rows.filter(pk=pk, state__in=Import.BUSY)
    has_file = _is_read(rows.first())
    with transaction.atomic():
        run = rows.select_for_update(skip_locked=True, of=("self",)).first()
        if run is None:
            return False
        if run.state == Import.State.WRITING:
            _write_portion(run, now)
        elif has_file:
            _check_portion(run)
        else:
            run.state = Import.State.FAILED
        run.save(update_fields=["state", "done", "written_at"])
        return run.state in Import.BUSY


def _is_read(run: Import | None) -> bool:
    """False where the content is gone from the storage, by whomever."""
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


def _check_portion(run: Import) -> None:
    assert run.file is not None  # noqa: S101  # asked by the caller
    sheet, table = SHEETS[run.kind], _table_of(run.file)
    lines = table.rows[run.done : run.done + CHECKED_AT_ONCE]
    cells = [_cells_of(run, line) for _number, line in lines]
    world = sheet.load(run.brand, cells)
    planned = [
        plan(sheet, world, number, one)
        for (number, _line), one in zip(lines, cells, strict=True)
    ]
    _refuse_twice(run, planned)
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
    run.done += len(lines)
    if run.done >= len(table.rows):
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
            row.refuse(RowRefused(row.reason[0] if row.reason else "number", "twice",
                                  str(known)))  # fmt: skip


def _write_portion(run: Import, now: dt.datetime) -> None:
    sheet = SHEETS[run.kind]
    wanted = (ImportRow.State.CREATED, ImportRow.State.CHANGED)
    rows = ImportRow.objects.for_brand(run.brand).filter(
        of=run, state__in=wanted, written=False
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
    due = [row for row in planned if row.state in wanted]
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
