"""Where a visit of tomorrow stands on the week's grid."""

from __future__ import annotations

import datetime as dt

from booking.models import Appointment
from tests.cast import World, now_utc


def tomorrow(world: World, hour: int) -> dt.datetime:
    local = now_utc().astimezone(world.store.zone) + dt.timedelta(days=1)
    at = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return at.astimezone(dt.UTC)


def week_url(world: World, visit: Appointment) -> str:
    day = visit.local_start.date().isoformat()
    return f"/desk/?store={world.store.pk}&day={day}"
