"""Makes CSV of a workbook; run as a program of its own, never imported by the product.

The workbook comes by the standard input, and the first of its sheets that holds
anything leaves by the standard output, with semicolons. Dates and times are said as
ISO 8601 does. Exits with 3 for what cannot be read.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import resource
import sys

from python_calamine import CalamineError, CalamineWorkbook

MEMORY = 1024 * 2**20
SECONDS = 20
MOST_ROWS = 60_000
"""More than a table may have: it is refused, not cut."""
NO_WORKBOOK = 3
MIDNIGHT = dt.time(0)


def main() -> int:
    """Limits come first: a sheet of one cell may say that it has a billion."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        found = _rows(sys.stdin.buffer.read())
    except (CalamineError, OSError, ValueError, MemoryError):
        return NO_WORKBOOK
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows(found)
    sys.stdout.buffer.write(text.getvalue().encode("utf-8", "replace"))
    return 0


def _rows(content: bytes) -> list[list[str]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for place in range(len(book.sheet_names)):
        sheet = book.get_sheet_by_index(place)
        rows = sheet.to_python(skip_empty_area=False, nrows=MOST_ROWS)
        if rows:
            return [[_text(cell) for cell in row] for row in rows]
    return []


def _text(cell: object) -> str:
    """As somebody would have typed it: 59000 and not 59000.0."""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() else repr(cell)
    if isinstance(cell, dt.datetime):
        whole = cell.time() == MIDNIGHT
        return cell.date().isoformat() if whole else cell.isoformat(" ", "minutes")
    if isinstance(cell, dt.time):
        return cell.isoformat("minutes")
    return str(cell)


if __name__ == "__main__":
    sys.exit(main())
