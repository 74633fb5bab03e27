"""The sheets that are exchanged have one form: rows with a key and cells of text.

A sheet writes what stands there as cells, and reads cells into facts. Two rows say the
same if their cells are equal, so an export that comes back changes nothing.
"""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol

from django.db import transaction
from django.db.models import Q

from booking.rota.conflicts import AppointmentsAffected
from stores.models import Brand, User

Cells = Mapping[str, str]
A_PORTION = 200
"""Rows that one transaction writes: at most so many agendas are locked."""
BELONGS = {"role_at": "role"}
"""Columns that say nothing by themselves: where the other one changes, what stood in
them does not stay."""
OURS = "~"
"""Begins the key of a row that has no number of the brand's: ~ and its id."""


@dataclass(frozen=True)
class Column:
    """`name` is ours, and the header of exports; `words` are others that people use."""

    name: str
    words: tuple[str, ...] = ()
    is_needed: bool = False


class RowRefused(Exception):
    """One row cannot be written: `column`, a `code` of WORDS, and perhaps a detail."""

    def __init__(self, column: str, code: str, detail: str = "") -> None:
        super().__init__(f"{column}: {code}")
        self.column, self.code, self.detail = column, code, detail

    @property
    def reason(self) -> list[str]:
        return [self.column, self.code, self.detail]


@dataclass
class Planned:
    """A row of the file as it would be written; `known` is what stands there."""

    number: int
    key: str
    state: str = "refused"
    reason: list[str] = field(default_factory=list)
    changes: dict[str, list[str]] = field(default_factory=dict)
    known: Any = None
    facts: Any = None

    def refuse(self, refusal: RowRefused) -> None:
        self.state, self.reason = "refused", refusal.reason


class Sheet(Protocol):
    """A kind of file. `columns` begins with those that make the key."""

    name: str
    keys: tuple[str, ...]
    columns: tuple[Column, ...]

    def load(self, brand: Brand, rows: Sequence[Cells]) -> Any:
        """Reads all that these rows name, in a fixed number of queries."""

    def known(self, world: Any, cells: Cells) -> Any:
        """The row that the key names, None for a new one. Raises RowRefused."""

    def current(self, world: Any, known: Any) -> dict[str, str]:
        """The cells of what stands there."""

    def read(self, world: Any, cells: Cells, known: Any) -> tuple[Any, dict[str, str]]:
        """The facts, and the cells as an export would say them. Raises RowRefused."""

    def write(
        self, world: Any, rows: Sequence[Planned], user: User, now: dt.datetime
    ) -> None:
        """Writes rows that are created or changed, in the caller's transaction; those
        that cannot be are refused one by one."""

    def export(self, brand: Brand) -> Iterator[dict[str, str]]:
        """All that stands there, a few thousand rows at a time."""


def plan(sheet: Sheet, world: Any, number: int, cells: Cells) -> Planned:
    """Compares a row with what stands there; columns that the file has not stay."""
    row = Planned(number, "|".join(cells.get(name, "") for name in sheet.keys))
    try:
        missing = next((name for name in sheet.keys if not cells.get(name)), None)
        if missing is not None:
            raise RowRefused(missing, "no_key")
        row.known = sheet.known(world, cells)
        before = {} if row.known is None else sheet.current(world, row.known)
        if row.known is not None and len(sheet.keys) == 1:
            # With the zeros that a spreadsheet took.
            row.key = before[sheet.keys[0]]
        row.facts, after = sheet.read(world, _completed(before, cells), row.known)
        row.changes = _changes(before, after)
    except RowRefused as refusal:
        row.refuse(refusal)
        return row
    if row.known is None:
        row.state = "created"
    else:
        row.state = "changed" if row.changes else "same"
    return row


def _completed(before: Cells, cells: Cells) -> dict[str, str]:
    found = {**before, **cells}
    for name, other in BELONGS.items():
        changed = other in cells and cells[other] != before.get(other, "")
        if changed and name not in cells:
            found[name] = ""
    return found


def _changes(before: Cells, after: Cells) -> dict[str, list[str]]:
    """A fact of two columns is noted whole: it is taken back so, too."""
    pairs = {name: [before.get(name, ""), text] for name, text in after.items()}
    differs = {name for name, (old, new) in pairs.items() if old != new}
    for name, other in BELONGS.items():
        if {name, other} & differs:
            differs |= {name, other}
    return {name: pair for name, pair in pairs.items() if name in differs}


def in_portions(rows: Iterator[Any], most: int) -> Iterator[list[Any]]:
    while some := list(islice(rows, most)):
        yield some


def write_unvisited(
    rows: Sequence[Planned], write: Callable[[list[Any]], object]
) -> None:
    """Has the facts of all rows written, each of an agenda, but for those whose people
    have visits that stand against it: these rows are refused, with their number."""
    left = list(rows)
    while left:
        try:
            with transaction.atomic():
                write([row.facts for row in left])
            return
        except AppointmentsAffected as refusal:
            visits = Counter(
                one.appointment.staff_member_id for one in refusal.conflicts
            )
        for row in left:
            staff = row.facts.agenda.staff_member_id
            if staff in visits:
                row.refuse(RowRefused("number", "visits", str(visits[staff])))
        left = [row for row in left if row.state != "refused"]


def folded(text: str) -> str:
    """Letters and digits alone, small, without accents: headers are compared so."""
    apart = unicodedata.normalize("NFKD", text.lower().replace("œ", "oe"))
    return "".join(letter for letter in apart if letter.isalnum())


def matched(sheet: Sheet, header: Sequence[str]) -> list[str]:
    """The column for each of the header; empty for one that none is called."""
    known: dict[str, str] = {}
    for column in sheet.columns:
        for word in (column.name, *column.words):
            known.setdefault(folded(word), column.name)
    found: list[str] = []
    for name in header:
        ours = known.get(folded(name), "")
        found.append("" if ours in found else ours)
    return found


def lacking(sheet: Sheet, columns: Collection[str]) -> list[str]:
    """The keys and needed columns that the file has not."""
    needed = [one.name for one in sheet.columns if one.is_needed]
    return [
        name for name in dict.fromkeys((*sheet.keys, *needed)) if name not in columns
    ]


def items_of(text: str) -> list[str]:
    """A cell that names several, with commas: in their order, each once."""
    return list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


class Keyed:
    """Rows by the brand's number or, for `~7`, by their id. A spreadsheet may
    have taken the zeros before a number: it is found without, if it is the only one."""

    def __init__(self, rows: Sequence[Any]) -> None:
        self._rows = {key_of(row): row for row in rows}
        self._bare: dict[str, list[Any]] = {}
        for row in rows:
            self._bare.setdefault(row.external_id.lstrip("0"), []).append(row)

    def rows(self) -> Collection[Any]:
        return self._rows.values()

    def get(self, key: str) -> Any:
        found = self._rows.get(key)
        if found is not None or key.startswith(OURS) or not key.isdecimal():
            return found
        like = self._bare.get(key.lstrip("0"), [])
        return like[0] if key and len(like) == 1 else None


def numbered(rows: Any, keys: Collection[str]) -> Keyed:
    """The rows of a queryset that keys may mean, also those with zeros before."""
    plain = {key for key in keys if key and not key.startswith(OURS)}
    bare = {key.lstrip("0") for key in plain if key.isdecimal()}
    zeros = {"0" * n + key for key in bare for n in range(9)}
    found = rows.filter(Q(external_id__in=plain | zeros) | Q(pk__in=ids_in(keys)))
    return Keyed(list(found))


def key_of(row: Any) -> str:
    return row.external_id or f"{OURS}{row.pk}"


def ids_in(keys: Collection[str]) -> list[int]:
    """The ids among keys."""
    texts = (key[1:] for key in keys if key.startswith(OURS))
    return [int(text) for text in texts if text.isdecimal() and len(text) <= 18]


def new_key(key: str) -> str:
    """The number of a row that is to be made. Raises RowRefused for one with an id."""
    if key.startswith(OURS):
        raise RowRefused("number", "unknown_key")
    if len(key) > 40:
        raise RowRefused("number", "too_long")
    return key
