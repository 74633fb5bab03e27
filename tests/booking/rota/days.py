"""A day on which somebody is missing, and what is proposed then."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from booking.rota.conflicts import Conflict, Decision
from stores.calendar.recurrence import instant
from tests.cast import World, now_utc

HOUR = dt.timedelta(hours=1)


def day_after_tomorrow(world: World) -> dt.datetime:
    """Eight o'clock on the store's clock."""
    day = now_utc().astimezone(world.store.zone).date() + dt.timedelta(days=2)
    return instant(day, dt.time(8), world.store.zone)


def proposals(conflicts: Sequence[Conflict]) -> list[Decision]:
    assert all(conflict.proposal for conflict in conflicts)
    return [conflict.proposal for conflict in conflicts if conflict.proposal]
