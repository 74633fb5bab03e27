"""All starts that a query finds, of all days or of some."""

from __future__ import annotations

import datetime as dt

from booking.availability.query import StartQuery
from booking.availability.starts import masks_for
from booking.starts import Start


def bookable_starts(
    query: StartQuery, *, since: dt.date | None = None, until: dt.date | None = None
) -> list[Start]:
    """In order of time."""
    found = masks_for(query)
    return found.starts(found.during(since, until))
