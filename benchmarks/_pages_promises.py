"""A seeded day of one store on which some advisers do not come.

The use cases, the clock of promises, the planner and the sender are the product's, on
a real database; the hours are simulated, and what leaves is taken at once. A promise is
broken when its time is over: nobody came to a visit, no call was made, no answer given.
For each the page of the customer is looked at as often as their browser looks, and a
minute after it showed the ways out the outbox and the board of the store are asked.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections.abc import Callable

from django.conf import settings
from django.db import connection

from benchmarks import _pages_absent as absent
from benchmarks._figures import percentile
from benchmarks._pages import new_user
from benchmarks._pages_day import Broken, Day
from booking.errors import BookingError
from booking.models import Appointment
from booking.services.booking import book_appointment
from booking.services.holding import hold_slot
from stores.calendar.recurrence import instant
from stores.models import Brand, Channel, Offer, StaffMember, Store
from visavis.demo.bench_database import NAME, use_bench_database
from visavis.demo.nation import plant_nation

SEED = 11
MINUTE = dt.timedelta(minutes=1)
HOUR = 60 * MINUTE
OPENS = dt.time(9)


def promises_kept_up(*, hours: int, advisers: int) -> dict[str, object]:
    """The figures of so many hours, with half of the advisers absent."""
    settings.DEBUG = False
    use_bench_database(f"{NAME}_promises")
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE stores_brand, stores_user CASCADE")
    dice, day = random.Random(SEED), _next_monday()
    before = dt.datetime.combine(day, dt.time(), dt.UTC) - dt.timedelta(days=3)
    brand = plant_nation(stores=1, staff=advisers, now=before, progress=lambda *_: None)
    found = _day(brand, day, dice)
    for adviser in StaffMember.objects.for_brand(brand).order_by("pk"):
        _diary(found, adviser, hours)
    found.run(found.now + (hours + 2) * HOUR)
    return _figures(found.broken)


def _figures(broken: list[Broken]) -> dict[str, object]:
    after = [one.after for one in broken if one.after is not None]
    kinds = sorted({one.kind for one in broken})
    return {
        "promises_acted": round(
            sum(one.is_acted for one in broken) / max(1, len(broken)), 3
        ),
        "promise_exit_p95_s": round(percentile(after, 0.95), 1) if after else None,
        "promises_broken": {
            kind: sum(one.kind == kind for one in broken) for kind in kinds
        },
        "promises_left": [
            f"{one.kind} at {one.due:%H:%M}" for one in broken if not one.is_acted
        ],
    }


def _next_monday() -> dt.date:
    """Far enough ahead for all to be booked before it."""
    today = dt.datetime.now(tz=dt.UTC).date()
    return today + dt.timedelta(days=7 + (7 - today.weekday()) % 7)


def _day(brand: Brand, day: dt.date, dice: random.Random) -> Day:
    store = Store.objects.for_brand(brand).get()
    people = list(StaffMember.objects.for_brand(brand).order_by("pk"))
    absent = frozenset(one.pk for one in dice.sample(people, len(people) // 2))
    for one in people:
        one.user = new_user()
        one.save(update_fields=["user"])
    rows = Offer.objects.for_brand(brand)
    rows.update(minimum_notice=0, step=5)
    rows.filter(channel=Channel.IN_STORE).update(needs_approval=True)
    opens = instant(day, OPENS, store.zone)
    return Day(store, new_user(), dice, opens - 30 * MINUTE, absent)


def _diary(day: Day, adviser: StaffMember, hours: int) -> None:
    """An hour of an adviser: a visit by video, a call; after noon one that is only
    asked for."""
    opens = day.now + 30 * MINUTE
    for hour in range(hours):
        at = opens + hour * HOUR
        _booked(day, adviser, Channel.VIDEO, at, absent.video)
        _booked(day, adviser, Channel.CALLBACK, at + 40 * MINUTE, absent.callback)
    asked_for = opens + (hours + 2) * HOUR
    day.at(
        opens + day.dice.randrange(10) * MINUTE,
        lambda: _booked(day, adviser, Channel.IN_STORE, asked_for, absent.asked),
    )


def _booked(
    day: Day,
    adviser: StaffMember,
    channel: str,
    at: dt.datetime,
    goes_on: Callable[[Day, Appointment, bool], None],
) -> None:
    one = uuid.uuid4().hex
    try:
        hold = hold_slot(
            store=day.store,
            topic=adviser.competences.get().topic,
            channel=channel,
            starts_at=at,
            staff_member=adviser,
            visitor=one,
            network=one,
            now=day.now,
        )
    except BookingError:  # a visit that was planted before
        return
    visit = book_appointment(
        hold=hold,
        name="Alice Moreau",
        email=f"{one}@customer.example",
        phone=f"+3363998{day.dice.randrange(10_000):04}",
        language="fr",
        also=True,
        now=day.now,
    )
    goes_on(day, visit, adviser.pk in day.absent)
