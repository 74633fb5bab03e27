"""The statements of one real booking, compared with those that `booking.sql` holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import connection

from benchmarks import _clients

BOOKING = Path(__file__).with_name("booking.sql")


def captured_booking(target: _clients.Target) -> list[str]:
    """Every statement of hold → confirmed on warm masks, without its values and
    without BEGIN and COMMIT."""
    _clients.book(target, 0)
    warm = _clients.free_targets([target.posting])[0]
    sent: list[str] = []

    def note(execute: Any, sql: str, *rest: Any) -> Any:
        # A test stands in a transaction of its own.
        if "SAVEPOINT" not in sql:
            sent.append(" ".join(sql.split()))
        return execute(sql, *rest)

    with connection.execute_wrapper(note):
        _clients.book(warm, 1)
    return sent


def kept_statements() -> list[str]:
    """Those of booking.sql; a test compares them with a real booking."""
    return BOOKING.read_text().split("\n\n")[1:]
