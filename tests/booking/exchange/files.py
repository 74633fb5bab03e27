"""Files that tests import, and the whole of an import without a worker."""

from __future__ import annotations

from booking.exchange.portions import SHEETS
from booking.exchange.runs import begin_writing, start_import, step
from booking.models import Import
from stores.exchange.tables import written_csv
from stores.models import Brand
from tests.cast import World, now_utc


def exported(brand: Brand, kind: str) -> bytes:
    sheet = SHEETS[kind]
    names = [column.name for column in sheet.columns]
    rows = ([row.get(name, "") for name in names] for row in sheet.export(brand))
    return "".join(written_csv(names, rows)).encode()


def checked(world: World, kind: str, content: bytes | str) -> Import:
    sent = content.encode() if isinstance(content, str) else content
    run = start_import(
        brand=world.brand,
        kind=kind,
        name=f"{kind}.csv",
        content=sent,
        user=world.dora,
        now=now_utc(),
    )
    return finished(run)


def written(run: Import) -> Import:
    begin_writing(run=run)
    return finished(run)


def finished(run: Import) -> Import:
    while step(run.pk, now=now_utc()):
        pass
    run.refresh_from_db()
    return run


def rows_of(run: Import) -> list[tuple[int, str, list[str]]]:
    """Line, state and reason."""
    rows = run.rows.order_by("number")
    return [(row.number, row.state, row.reason) for row in rows]
