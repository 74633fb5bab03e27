"""The one reader of instants that others write: forms, API and decisions."""

from __future__ import annotations

import datetime as dt


class OffsetMissing(ValueError):
    """A clock without its place: nobody knows which instant it shows."""


def read_instant(text: str) -> dt.datetime:
    """ISO 8601 with its offset from UTC, in UTC. Raises OffsetMissing for a time or a
    day without one, ValueError for what is no time or in no year of ours: at both ends
    of the calendar an instant has no name in some zones."""
    written = dt.datetime.fromisoformat(text)
    if written.utcoffset() is None:
        raise OffsetMissing(text)
    if not 2000 <= written.year < 2200:
        raise ValueError(text)
    return written.astimezone(dt.UTC)
