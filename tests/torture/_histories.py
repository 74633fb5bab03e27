"""Random histories of one visit: whatever is said is true at that moment."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import random
from collections.abc import Callable

from django.conf import settings
from django.db import connection, transaction

from booking.errors import BookingError
from booking.models import Actor, Appointment
from booking.services.attendance import announce_delay, mark_missed, record_arrival
from booking.services.callbacks import turn_into_callback
from booking.services.cancelling import cancel_appointment, reopen_appointment
from booking.services.rescheduling import move_appointment
from notifications.channels.base import Handed, Message
from notifications.content.letters import LATE
from notifications.kinds import CALLED_OFF, kind_of
from notifications.models import Delivery
from notifications.outbox.dispatch import deliver_next
from stores.models import Channel
from tests.cast import World, now_utc
from tests.notifications.bookings import DAY, HOUR, book, on_the_grid, plan_all
from tests.notifications.diary import Diary
from tests.torture._place import own_database, world_by_day

STEPS = ("move", "switch", "cancel", "reopen", "arrive", "miss", "callback", "delay")


class Listener:
    """A channel that compares each message with the visit as it is then."""

    def __init__(self, visit: Appointment) -> None:
        self.visit = visit
        self.diary = Diary(visit.uid)
        self.stale: list[str] = []
        self.heard = 0

    def send(self, message: Message) -> Handed:
        self.heard += 1
        row = Delivery.objects.all_brands().get(provider_key=message.key)
        now = Appointment.objects.all_brands().get(pk=self.visit.pk)
        kind = kind_of(row.kind)
        if row.sequence != now.sequence:
            self.stale.append(f"{kind}: sequence {row.sequence}, now {now.sequence}")
        if (kind in CALLED_OFF) != now.status.startswith(("cancelled", "declined")):
            self.stale.append(f"{kind} of a visit that is {now.status}")
        late = dt.timedelta(minutes=now.delay_minutes if kind in LATE else 0)
        if message.html and f"{now.local_start + late:%H:%M}" not in message.text:
            self.stale.append(f"{kind} with another hour")
        if message.calendar:
            self._hear_calendar(message.calendar, now)
        return Handed("heard")

    def _hear_calendar(self, file: bytes, now: Appointment) -> None:
        """Takes the file as a calendar program would, then looks into the diary."""
        self.diary.take(file)
        self.stale += self.diary.faults
        self.diary.faults.clear()
        entry = self.diary.entries.get(now.uid)
        is_off = now.status.startswith(("cancelled", "declined"))
        if is_off != (entry is None):
            self.stale.append(f"in the diary: {entry}, in truth {now.status}")
        elif entry and entry != (now.starts_at, now.ends_at):
            self.stale.append("the diary has another hour")


def live(world: World, *, seed: int) -> Listener:
    """One history, from booking on; its rows are rolled back."""
    chance = random.Random(seed)
    with contextlib.suppress(_Over), transaction.atomic():
        now = now_utc()
        visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
        listener = Listener(visit)
        for _ in range(chance.randint(2, 7)):
            now += dt.timedelta(minutes=chance.choice((1, 2, 30, 600)))
            _step(world, visit, chance, now)
            if chance.random() < 0.6:
                _sweep(listener, now)
        _sweep(listener, now + HOUR)
        raise _Over
    return listener


class _Over(Exception):
    """Rolls the history back."""


def _sweep(listener: Listener, now: dt.datetime) -> None:
    plan_all(now)
    by_any = {"email": listener, "sms": listener}
    while deliver_next(now=now, channels=by_any) is not None:
        pass


def _step(
    world: World, visit: Appointment, chance: random.Random, now: dt.datetime
) -> None:
    """One change; what the state refuses changes nothing."""
    customer, staff = Actor.customer(), Actor.staff(world.bob.user)
    by = chance.choice((customer, staff))
    visit.refresh_from_db()
    further = dt.timedelta(minutes=chance.choice((-60, -20, 20, 25, 90)))
    changes: dict[str, Callable[[], object]] = {
        "move": lambda: move_appointment(
            appointment=visit, by=by, now=now, starts_at=visit.starts_at + further
        ),
        "switch": lambda: move_appointment(
            appointment=visit, by=by, now=now, channel=chance.choice(Channel.values)
        ),
        "cancel": lambda: cancel_appointment(appointment=visit, by=by, now=now),
        "reopen": lambda: reopen_appointment(appointment=visit, by=staff, now=now),
        "arrive": lambda: record_arrival(appointment=visit, by=customer, now=now),
        "miss": lambda: mark_missed(
            appointment=visit, by_staff=False, by=staff, now=now
        ),
        "callback": lambda: turn_into_callback(appointment=visit, by=by, now=now),
        "delay": lambda: announce_delay(
            appointment=visit, minutes=chance.choice((0, 10)), by=staff, now=now
        ),
    }
    with contextlib.suppress(BookingError), transaction.atomic():
        changes[chance.choice(STEPS)]()


def main(argv: list[str]) -> int:
    """`SEED COUNT`: so many histories in a database of their own; one JSON line."""
    seed, count = (int(word) for word in argv)
    heard, stale = 0, []
    settings.DEBUG = False  # which keeps every statement
    with own_database():
        world = world_by_day()
        for number in range(seed, seed + count):
            listener = live(world, seed=number)
            heard += listener.heard
            stale += [f"seed {number}: {what}" for what in listener.stale]
        connection.close()
    print(json.dumps({"heard": heard, "stale": stale}), flush=True)
    return 0
