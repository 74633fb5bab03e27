"""`manage.py migrate`, after which the numbers of rows are one installation's own.

A brand that moves to another installation keeps its numbers: links, keys and exports
name them. So the numbers of each table begin at the cell times 10¹², said once by
`VISAVIS_CELL` at the first migration. Cell 0, the default, begins at 1.

The first migration of an installation takes a quarter of what Django's own takes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management.commands import migrate
from django.db import connections
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState
from psycopg import sql

SIZE = 10**12
MOST = 9000
"""A browser counts to 2⁵³: the numbers of this cell still fit."""

# Tables of four-byte numbers are Django's own, and no row of theirs ever moves.
SEQUENCES = """
SELECT schemaname, sequencename, coalesce(last_value, 0) FROM pg_sequences
WHERE schemaname = current_schema() AND data_type = 'bigint'::regtype
ORDER BY sequencename
"""
FINDER = "_find_reload_model"
"""Django's own name, of no public part of it: tests compare the tables of both ways."""
BEGIN = "ALTER SEQUENCE {} START WITH {} RESTART WITH {}"


def begin_numbers(cell: int, *, using: str = "default") -> int:
    """Lifts each sequence that has not begun in the cell; the count of those. Raises
    ImproperlyConfigured where rows have the numbers of another cell than 0: the
    variable was forgotten, or is another one's."""
    if not 0 <= cell <= MOST:
        raise ImproperlyConfigured(f"VISAVIS_CELL is a number from 0 to {MOST}.")
    lifted = 0
    with connections[using].cursor() as cursor:
        cursor.execute(SEQUENCES)
        for schema, name, last in cursor.fetchall():
            found = last // SIZE
            if found not in (0, cell):
                raise ImproperlyConfigured(
                    f"VISAVIS_CELL is {cell}, and {name} has numbers of cell {found}."
                )
            if found == cell:
                continue
            first = sql.Literal(cell * SIZE + 1)
            cursor.execute(
                sql.SQL(BEGIN).format(sql.Identifier(schema, name), first, first)
            )
            lifted += 1
    return lifted


@contextmanager
def one_model_a_step() -> Iterator[None]:
    """Renders the model that a step changes, and none that is related to it.

    Django renders all of these, which here is nearly every model at nearly every step:
    ten seconds. Only code that reads rows along a relation needs them, and on a
    database without rows it finds none.
    """
    found = getattr(ProjectState, FINDER)

    def itself(
        _state: ProjectState, app_label: str, model_name: str, delay: bool = False
    ) -> set[tuple[str, str]]:
        return {(app_label, model_name)}

    setattr(ProjectState, FINDER, itself)
    try:
        yield
    finally:
        setattr(ProjectState, FINDER, found)


class Command(migrate.Command):
    """New tables come with later versions: looked at each time."""

    def handle(self, *args: Any, **options: Any) -> None:
        recorder = MigrationRecorder(connections[options["database"]])
        if recorder.applied_migrations():
            super().handle(*args, **options)
        else:
            with one_model_a_step():
                super().handle(*args, **options)
        if not options["plan"]:
            begin_numbers(settings.CELL, using=options["database"])
