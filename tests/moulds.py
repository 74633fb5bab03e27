"""Rows that many tests begin with, made once by the ORM and poured again at a stroke.

Each pour has ids of its own, drawn from the tables' sequences: the product remembers
what it calculated by id and version, and no test may find what another one left. It
costs a fifth of making.
"""

from __future__ import annotations

import dataclasses
import pickle
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Generic, TypeVar

from django.db import connection, models
from django.db.models.sql import InsertQuery
from psycopg import ClientCursor

T = TypeVar("T")
MARK = 7_770_000_000_000_000
"""What stands for the first id; the next one more for each further row."""
MARKS = re.compile(rf"\b{MARK // 1_000_000}\d{{6}}\b")

Table = type[models.Model]


class Mould(Generic[T]):
    """`made`: objects of the ORM, as they were after the rows were written. `rows`: all
    of these, each table after those that it points to."""

    def __init__(self, made: T, rows: Iterable[models.QuerySet[Any]]) -> None:
        tables = {queryset.model: list(queryset) for queryset in rows}
        marks = {
            (table, row.pk): MARK + number
            for number, (table, row) in enumerate(
                (table, row) for table, found in tables.items() for row in found
            )
        }
        self._draw = "SELECT " + ", ".join(
            _draws(table, len(found)) for table, found in tables.items()
        )
        for row in (row for found in tables.values() for row in found):
            _renumber(row, marks)
        text = "; ".join(_insert(table, found) for table, found in tables.items())
        self._between = MARKS.split(text)
        self._marked = [int(mark) - MARK for mark in MARKS.findall(text)]
        self._keys = list(marks)
        self._made = pickle.dumps(made)

    def pour(self) -> T:
        """Writes the rows; objects of their own for each who asks."""
        with connection.cursor() as cursor:
            cursor.execute(self._draw)
            ids = [id_ for drawn in cursor.fetchone() for id_ in drawn]
            numbers = [*(str(ids[n]) for n in self._marked), ""]
            pairs = zip(self._between, numbers, strict=True)
            cursor.execute("".join(piece for pair in pairs for piece in pair))
        made: T = pickle.loads(self._made)  # noqa: S301  # written above
        new = dict(zip(self._keys, ids, strict=True))
        for row in _rows_in(made, set()):
            _renumber(row, new)
        return made


def _draws(table: Table, count: int) -> str:
    sequence = f"pg_get_serial_sequence('{table._meta.db_table}', 'id')"
    return f"ARRAY(SELECT nextval({sequence}) FROM generate_series(1, {count}))"  # noqa: S608  # names of ours


def _renumber(row: models.Model, numbers: Mapping[tuple[Table, Any], int]) -> None:
    """Its own id and those that it points to, where they are among the numbers."""
    for field in row._meta.local_concrete_fields:
        target = field.related_model if field.is_relation else row._meta.model
        if field.primary_key or field.is_relation:
            old = getattr(row, field.attname)
            new = numbers.get((target, old), old)  # type: ignore[arg-type]  # never "self"
            row.__dict__[field.attname] = new


def _rows_in(thing: object, seen: set[int]) -> Iterator[models.Model]:
    """Each row once, also those that others have at hand."""
    if id(thing) in seen:
        return
    seen.add(id(thing))
    inside: Iterable[object] = ()
    if isinstance(thing, models.Model):
        yield thing
        inside = thing._state.fields_cache.values()
    elif dataclasses.is_dataclass(thing):
        inside = vars(thing).values()
    elif isinstance(thing, dict):
        inside = thing.values()
    for one in inside:
        yield from _rows_in(one, seen)


def _insert(table: Table, rows: list[models.Model]) -> str:
    """The statement, with ids and all in its text."""
    query = InsertQuery(table)
    fields = [
        field for field in table._meta.local_concrete_fields if not field.generated
    ]
    query.insert_values(fields, rows, raw=True)
    [(sql, parameters)] = query.get_compiler(connection=connection).as_sql()
    connection.ensure_connection()
    return ClientCursor(connection.connection).mogrify(sql, parameters)
