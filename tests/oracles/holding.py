"""Asking by doing: what does holding a start answer?"""

from __future__ import annotations

import datetime as dt

from booking.errors import SlotNotOffered, SlotTaken
from booking.services.holding import hold_slot
from stores.models import Agenda
from tests.cast import Adviser, World


def refusal_of_holding(
    world: World,
    at: dt.datetime,
    now: dt.datetime,
    adviser: Adviser | None = None,
    channel: str = "video",
) -> str:
    """The code with which holding is refused; "" where it is not. Leaves no hold."""
    try:
        hold = hold_slot(
            store=world.store,
            topic=world.topic,
            channel=channel,
            starts_at=at,
            visitor="asker",
            network="n",
            now=now,
            staff_member=adviser.staff_member if adviser else None,
        )
    except (SlotNotOffered, SlotTaken) as refusal:
        return refusal.code
    hold.delete()
    return ""


def raise_all_versions() -> None:
    """Rows were written past the services: readers must learn of it."""
    for agenda in Agenda.objects.all():
        agenda.version += 1
        agenda.save(update_fields=["version"])
