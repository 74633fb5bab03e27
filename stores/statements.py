"""Statements that the database prepares once per connection, for the hottest paths.

The ORM writes its SQL again for each question and PostgreSQL plans it again; between a
tap and a held time that was most of the work (docs/decisions). What is written here by
hand are the few questions that each search and each booking ask; all else is the ORM's.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from functools import lru_cache
from operator import attrgetter
from typing import Any, Self, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.backends.utils import CursorWrapper
from django.db.models import (
    BooleanField,
    CharField,
    DateTimeField,
    Field,
    ForeignKey,
    IntegerField,
    JSONField,
    Model,
    TextField,
    UUIDField,
)
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


def inserts(*rows: Model, where: str = "") -> tuple[str, list[Any]]:
    """Named parts `made_0 AS (INSERT …), …` for a WITH, and their values. References
    between them are checked at commit. A number that the database gives is not read
    back; the rows are marked as stored. `where` names a part: nothing is inserted
    unless it has a row."""
    parts, values = list[str](), list[Any]()
    for n, row in enumerate(rows):
        given, said = {}, list[Any]()
        for column, value_of in _columns(type(row)):
            value = value_of(row)
            # What is not said is null: a long text of marks costs more than it says.
            if value is None:
                continue
            given[column] = "''" if value == "" else "%s"
            if value != "":
                said.append(value.value if isinstance(value, Enum) else value)
        insert = _insert_of(type(row), tuple(given.items()), where)
        parts.append(f"made_{n} AS ({insert})")
        values += said
        row._state.adding = False
        row._state.db = DEFAULT_DB_ALIAS
    return ", ".join(parts), values


_PLAIN = (
    BooleanField, CharField, DateTimeField, ForeignKey, IntegerField, TextField,
    UUIDField,
)  # fmt: skip


@lru_cache
def _columns(kind: type[Model]) -> tuple[tuple[str, Callable[[Model], Any]], ...]:
    """Column and how to read what is stored there, of each field but generated ones."""
    fields = (f for f in kind._meta.local_concrete_fields if not f.generated)
    return tuple((str(field.column), _reader_of(field)) for field in fields)


def _reader_of(field: Field[Any, Any]) -> Callable[[Model], Any]:
    """The driver takes plain values as they are; all else goes Django's way."""
    made_now = getattr(field, "auto_now", False) or getattr(
        field, "auto_now_add", False
    )
    if isinstance(field, _PLAIN) and not made_now:
        return attrgetter(field.attname)

    def read(row: Model) -> Any:
        value = field.pre_save(row, add=True)
        return field.get_db_prep_save(value, connection)

    return read


@lru_cache
def _insert_of(
    kind: type[Model], given: tuple[tuple[str, str], ...], where: str
) -> str:
    """`given` are columns and their marks, or the empty text: psycopg keeps what it
    made of a statement only up to fifty values."""
    columns = ", ".join(column for column, _ in given)
    marks = ", ".join(mark for _, mark in given)
    table = kind._meta.db_table
    if where:
        return f"INSERT INTO {table} ({columns}) SELECT {marks} FROM {where}"  # noqa: S608  # names
    return f"INSERT INTO {table} ({columns}) VALUES ({marks})"  # noqa: S608  # names
