"""Statements that the database prepares once per connection, for the hottest paths.

The ORM writes its SQL anew for each question and PostgreSQL plans it anew; between a
tap and a held time that was most of the work (docs/decisions). What is written here by
hand are the few questions that each search and each booking ask; all else is the ORM's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import Enum
from functools import lru_cache
from typing import Any, Self, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.backends.utils import CursorWrapper
from django.db.models import Field, JSONField, Model
from psycopg import Cursor
from psycopg.types.numeric import Int8Dumper

Row = TypeVar("Row", bound=Model)


class _Prepared(Cursor[Any]):
    """Binds at the server, and says so at once: the default waits for a fifth time."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        # Otherwise small and large numbers make statements of their own.
        self.adapters.register_dumper(int, Int8Dumper)

    def execute(self, query: Any, params: Any = None, **options: Any) -> Self:
        return super().execute(query, params, **{**options, "prepare": True})


def ask(
    sql: str, params: Sequence[Any] | Mapping[str, Any] = ()
) -> list[tuple[Any, ...]]:
    """The rows of a statement, in the caller's transaction. Errors, wrappers and the
    log of queries are Django's; only where queries are logged it is not prepared, so
    that the log shows the values."""
    with _cursor() as cursor:
        cursor.execute(sql, params)
        return cast("list[tuple[Any, ...]]", cursor.fetchall())


def _cursor() -> CursorWrapper:
    if connection.queries_logged:
        return connection.cursor()
    connection.ensure_connection()
    # Typed for Django's own cursors; any of psycopg's will do.
    prepared = cast("CursorWrapper", _Prepared(cast("Any", connection.connection)))
    return connection.make_cursor(prepared)


@lru_cache
def columns_of(kind: type[Model], alias: str) -> str:
    """All columns of a model under an alias, in the order that `row_of` wants."""
    names = [str(field.column) for field in kind._meta.concrete_fields]
    return ", ".join(f"{alias}.{name}" for name in names)


@lru_cache
def _names_of(kind: type[Model]) -> list[str]:
    return [field.attname for field in kind._meta.concrete_fields]


@lru_cache
def _documents_of(kind: type[Model]) -> list[int]:
    fields = enumerate(kind._meta.concrete_fields)
    return [n for n, field in fields if isinstance(field, JSONField)]


def row_of(kind: type[Row], values: Sequence[Any]) -> Row:
    """A row as the ORM would have read it."""
    documents = _documents_of(kind)
    if documents:
        values = list(values)
        for n in documents:
            # Django's connections hand documents over as the texts that came.
            if isinstance(values[n], str):
                values[n] = json.loads(values[n])
    return kind.from_db(DEFAULT_DB_ALIAS, _names_of(kind), values)


def inserts(*rows: Model) -> tuple[str, list[Any]]:
    """Named parts `made_0 AS (INSERT …), …` for a WITH, and their values. References
    between them are checked at commit. A number that the database gives is not read
    back; the rows are marked as stored."""
    parts, values = list[str](), list[Any]()
    for n, row in enumerate(rows):
        given = {}
        for field in _stored(type(row)):
            value = field.get_db_prep_save(field.pre_save(row, add=True), connection)
            # What is not said is null: a long text of marks costs more than it says.
            if value is not None:
                given[field.column] = value.value if isinstance(value, Enum) else value
        parts.append(f"made_{n} AS ({_insert_of(type(row), tuple(given))})")
        values += given.values()
        row._state.adding = False
        row._state.db = DEFAULT_DB_ALIAS
    return ", ".join(parts), values


@lru_cache
def _stored(kind: type[Model]) -> tuple[Field[Any, Any], ...]:
    return tuple(f for f in kind._meta.local_concrete_fields if not f.generated)


@lru_cache
def _insert_of(kind: type[Model], columns: tuple[str, ...]) -> str:
    marks = ", ".join(["%s"] * len(columns))
    table = kind._meta.db_table
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})"  # noqa: S608  # names of columns
