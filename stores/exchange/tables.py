"""A table from a stranger's file: CSV of any delimiter and usual encoding, or the CSV
of a workbook, which a process of its own makes.

Cells are texts as they stand there, so a leading zero stays. Nothing of it is believed:
the sheets of `booking.exchange` judge each row.
"""

from __future__ import annotations

import codecs
import csv
import io
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from stores.errors import TableRefused

MOST_ROWS, MOST_COLUMNS, LONGEST_CELL = 50_000, 60, 2_000
DELIMITERS = (";", "\t", ",")
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""A cell that begins so is a formula to a spreadsheet."""
PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"%PDF")

WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
"""The first bytes of workbooks: of today, and of before 2007."""
WAITS = 40.0
"""Seconds for one workbook, the start of the process included."""

_PROGRAM = str(Path(__file__).with_name("unpack.py"))
_AT_ONCE = threading.BoundedSemaphore(1)
"""A web process reads one at a time: each may take a gigabyte."""


@dataclass(frozen=True)
class Table:
    """The first line is `header`; rows are as wide as it, shorter ones with empty
    cells. Numbers of lines count from 1, the header's."""

    header: Sequence[str]
    rows: Sequence[tuple[int, list[str]]]
    encoding: str
    delimiter: str


def read_table(content: bytes) -> Table:
    """Raises TableRefused, whose `why` tells what it is instead."""
    text, encoding = _text_of(content)
    delimiter = _delimiter_of(text)
    lines = _lines(text, delimiter)
    header = _header(next(lines, []))
    rows: list[tuple[int, list[str]]] = []
    for number, line in enumerate(lines, start=2):
        cells = [_cell(text) for text in line]
        if not any(cells):
            continue
        if len(rows) == MOST_ROWS:
            raise TableRefused("rows")
        if len(cells) > len(header) and any(cells[len(header) :]):
            raise TableRefused("wide", number)
        rows.append((number, (cells + [""] * len(header))[: len(header)]))
    if not rows:
        raise TableRefused("empty")
    return Table(header, rows, encoding, delimiter)


def as_csv(content: bytes) -> bytes:
    """A workbook's first sheet as CSV; what is no workbook, as it is. Raises
    TableRefused for one that cannot be read, or would take too much to read."""
    if not content.startswith(WORKBOOKS):
        return content
    with _AT_ONCE:
        try:
            done = subprocess.run(  # noqa: S603 (no word of it is a stranger's)
                [sys.executable, "-I", _PROGRAM],
                input=content,
                capture_output=True,
                timeout=WAITS,
                env={},
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise TableRefused("workbook") from None
    if done.returncode != 0:
        raise TableRefused("workbook")
    return done.stdout


def _text_of(content: bytes) -> tuple[str, str]:
    if content.startswith(PICTURES):
        raise TableRefused("no_table")
    for mark, name in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
                       (codecs.BOM_UTF16_BE, "utf-16")):  # fmt: skip
        if content.startswith(mark):
            return _decoded(content, name), name
    if b"\0" in content:
        raise TableRefused("no_table")
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _decoded(content, "cp1252"), "cp1252"


def _decoded(content: bytes, name: str) -> str:
    try:
        return content.decode(name)
    except UnicodeDecodeError:
        raise TableRefused("no_table") from None


def _delimiter_of(text: str) -> str:
    """The one that the first line has most of."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    return max(DELIMITERS, key=first.count)


def _lines(text: str, delimiter: str) -> Iterator[list[str]]:
    stream = io.StringIO(text, newline="")
    reader = csv.reader(stream, delimiter=delimiter, strict=True)
    try:
        yield from reader
    except csv.Error:
        raise TableRefused("no_table", reader.line_num) from None


def _header(line: Sequence[str]) -> list[str]:
    names = [" ".join(name.split()) for name in line]
    while names and not names[-1]:
        names.pop()
    if not names or len(names) > MOST_COLUMNS:
        raise TableRefused("header")
    if any("\ufffd" in name or len(name) > LONGEST_CELL for name in names):
        raise TableRefused("no_table")
    given = [name.lower() for name in names if name]
    if len(set(given)) < len(given):
        raise TableRefused("twice")
    return names


def _cell(text: str) -> str:
    """Without the spaces around, and the sign that we put before a formula."""
    text = text.strip()[:LONGEST_CELL].replace("\0", "")
    if text.startswith("'") and text[1:].startswith(FORMULA):
        return text[1:]
    return text


def written_csv(header: Sequence[str], rows: Iterator[Sequence[str]]) -> Iterator[str]:
    """Lines with semicolons, a mark of UTF-8 before the first, and formulas as text: so
    a French or English spreadsheet opens it by a double click."""
    line = io.StringIO()
    writer = csv.writer(line, delimiter=";", lineterminator="\r\n")
    yield "\ufeff"
    writer.writerow(header)
    for row in rows:
        writer.writerow([_harmless(cell) for cell in row])
        if line.tell() > 60_000:
            yield _taken(line)
    yield _taken(line)


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def _taken(line: io.StringIO) -> str:
    text = line.getvalue()
    line.seek(0)
    line.truncate()
    return text
