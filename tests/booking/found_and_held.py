"""The starts that the search finds, and a hold on one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from booking.availability.query import StartQuery
from booking.models import Hold
from booking.services import holding
from tests.booking.starts import bookable_starts
from tests.cast import World, now_utc


def all_starts(world: World, now: dt.datetime) -> list[dt.datetime]:
    found = bookable_starts(
        StartQuery(offer=world.offers["video"], store=world.store, now=now)
    )
    return [start.starts_at for start in found]


def hold(world: World, starts_at: dt.datetime, **facts: Any) -> Hold:
    return holding.hold_slot(
        **{
            "store": world.store,
            "topic": world.topic,
            "channel": "video",
            "starts_at": starts_at,
            "visitor": "visitor",
            "network": "network",
            "now": now_utc(),
            **facts,
        }
    )
