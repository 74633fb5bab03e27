"""What the tests of wishes do before they look: a line of people, a freed hour."""

from __future__ import annotations

import datetime as dt

from booking.links import issue_link
from booking.models import Actor, Appointment, FreedHour, Hold, Wish, WishOffer
from booking.services.cancelling import cancel_appointment
from booking.wishes.making import PARTS, WEEK, make_wish
from stores.calendar.recurrence import instant
from tests.booking.at_the_desk import coming_day
from tests.cast import World, make_visit

MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)


def at(world: World, hour: int, minute: int = 0, *, days: int = 0) -> dt.datetime:
    """An instant of a coming day, on the store's clock."""
    day = coming_day(world.store) + dt.timedelta(days=days)
    return instant(day, dt.time(hour, minute), world.store.zone)


def visit_on(world: World, starts_at: dt.datetime, now: dt.datetime) -> Appointment:
    made = make_visit(world, starts_at=starts_at, now=now)
    issue_link(made, now=now)
    return made


def wishes_of(
    world: World,
    *hours: dt.datetime,
    now: dt.datetime,
    who: str = "any",
    days: tuple[int, ...] = tuple(WEEK),
    parts: tuple[str, ...] = tuple(PARTS),
) -> list[Wish]:
    """One visit at each hour, whose customers wish one after the other."""
    return [
        make_wish(
            appointment=visit_on(world, hour, now),
            days=days,
            parts=parts,
            who=who,
            now=now + place * dt.timedelta(seconds=1),
        )
        for place, hour in enumerate(hours)
    ]


def give_back(visit: Appointment, now: dt.datetime) -> FreedHour:
    """Its customer cancels; the note that this leaves."""
    cancel_appointment(appointment=visit, by=Actor.customer(), now=now)
    return FreedHour.objects.all_brands().get(left_by=visit)


def told(now: dt.datetime) -> list[WishOffer]:
    """Offers that can be answered now."""
    rows = WishOffer.objects.all_brands().select_related("wish__appointment", "freed")
    return [one for one in rows.order_by("pk") if one.is_open(now)]


def held(now: dt.datetime) -> list[Hold]:
    rows = Hold.objects.all_brands().filter(purpose=Hold.Purpose.WAITLIST)
    return list(rows.live(now))
