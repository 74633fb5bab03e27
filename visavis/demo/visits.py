"""Visits of the demo: a team in the middle of its day, a shop in the middle of its
week. All are booked, lived through and missed by the use cases of `booking`.

The customers are invented and have telephone numbers kept for fiction. What was told
to them counts as told, so the mailbox stays the visitor's own.
"""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Sequence
from dataclasses import dataclass, replace

from booking.errors import SlotNotOffered, SlotTaken
from booking.models import Actor, Appointment, AppointmentEvent, CallAttempt
from booking.rota.absences import add_absence
from booking.rota.asked_absences import ask_absence
from booking.services.attendance import (
    complete_visit,
    mark_missed,
    record_arrival,
    start_visit,
)
from booking.services.booking import book_appointment
from booking.services.callbacks import record_call_attempt
from booking.services.holding import hold_slot
from booking.states import Outcome
from stores.calendar.recurrence import instant
from stores.models import Absence, Brand, Channel, StaffMember, Store, Topic, User
from video.services import mark_here, open_room, say_here

MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)


class Story(enum.Enum):
    """The progress of a visit; a visit of the past is over in any case."""

    BOOKED = "booked"
    WAITING = "waiting"
    TALKING = "talking"
    NOT_REACHED = "not reached"
    MISSED = "missed"


@dataclass(frozen=True)
class Visit:
    """`day` and `at` are a weekday of this week and a local hour; without a day, `at`
    counts minutes from now."""

    who: str
    topic: str
    channel: str
    adviser: str
    at: int | str
    day: int | None = None
    story: Story = Story.BOOKED
    question: str = ""


VIDEO, CALL, SHOP = Channel.VIDEO, Channel.CALLBACK, Channel.IN_STORE
BIKE, PRAM, LIST = "premier-velo", "poussette-siege-auto", "liste-de-naissance"
ROOM, GIFT, REPAIR = "chambre-et-sommeil", "un-cadeau", "reparer-echanger"

REMOTE_TODAY = (
    Visit("Nora Blanc", BIKE, VIDEO, "ines", -70),
    Visit("Lucie Mercier", GIFT, VIDEO, "karim", -55, story=Story.MISSED),
    Visit("Zoé Tournier", LIST, VIDEO, "maud", -15, story=Story.TALKING),
    Visit(
        "Léa Martin",
        BIKE,
        VIDEO,
        "ines",
        5,
        story=Story.WAITING,
        question="Un premier vélo pour ma fille de 4 ans, elle a peur de tomber.",
    ),
    Visit("Françoise Roy", REPAIR, CALL, "ines", -30, story=Story.NOT_REACHED),
    Visit(
        "Karim Bensaïd",
        PRAM,
        VIDEO,
        "paul",
        -5,
        story=Story.WAITING,
        question="Elle ne se replie plus.",
    ),
    Visit("Ali Kaya", PRAM, CALL, "karim", 35),
    Visit("Hugo Vidal", GIFT, VIDEO, "ines", 60),
    Visit("Jade Nicolas", ROOM, VIDEO, "ines", 120),
    Visit("Théo Garnier", GIFT, CALL, "aya", 150),
)

LILLE_WEEK = (
    Visit("Omar Slimani", PRAM, SHOP, "nadia", "10:00", day=0),
    Visit("Samia Haddad", PRAM, SHOP, "nadia", "10:30", day=1),
    Visit("Sacha Lemoine", BIKE, VIDEO, "tom", "14:30", day=1),
    Visit("Famille Petit", LIST, SHOP, "sarah", "16:30", day=1),
    Visit("Paul Dumas", PRAM, SHOP, "nadia", "11:00", day=2),
    Visit("Anouk Vial", BIKE, VIDEO, "tom", "15:20", day=2),
    Visit("Julie Faure", PRAM, SHOP, "nadia", "14:00", day=3),
    Visit("Lila Costa", GIFT, VIDEO, "jean", "17:30", day=4),
    Visit("Karim Bouaziz", PRAM, VIDEO, "nadia", "16:10", day=4),
    Visit("Nina Weber", LIST, SHOP, "sarah", "10:30", day=5),
    Visit("Élie Mahieu", BIKE, SHOP, "tom", "11:00", day=5),
    Visit("Adam Leroux", BIKE, VIDEO, "tom", "16:40", day=5),
)

NEXT_WEEK = tuple(replace(visit, day=(visit.day or 0) + 7) for visit in LILLE_WEEK)
"""Shows something ahead on a Saturday evening, too."""


def plant_visits(brand: Brand, *, now: dt.datetime) -> None:
    """Books them all; a visit whose time is not to be had is left out."""
    planter = _Planter(brand, now)
    planter.send_away("lille", "jean", "10:00", "16:30", days=(1, 8))
    planter.ask_away("lille", "nadia", day=10)
    lille = (*LILLE_WEEK, *NEXT_WEEK)
    for store, appointments in (("a-distance", REMOTE_TODAY), ("lille", lille)):
        for appointment in appointments:
            planter.plant(planter.stores[store], appointment)
    events = AppointmentEvent.objects.for_brand(brand).unrelayed()
    events.update(relayed_at=now)


class _Planter:
    """A brand's rows by slug and log-in, read once."""

    def __init__(self, brand: Brand, now: dt.datetime) -> None:
        self.now = now
        self.stores = {row.slug: row for row in Store.objects.for_brand(brand)}
        self.topics = {row.slug: row for row in Topic.objects.for_brand(brand)}
        staff = StaffMember.objects.for_brand(brand).select_related("user")
        self.staff = {
            row.user.email.split("@")[0]: row for row in staff if row.user is not None
        }
        self._planted = 0

    def plant(self, store: Store, visit: Visit) -> None:
        starts_at = self._starts_at(store, visit)
        booked_at = min(self.now, starts_at) - DAY
        try:
            appointment = self._book(store, visit, starts_at, booked_at)
        except (SlotTaken, SlotNotOffered):
            return
        user = self.staff[visit.adviser].user
        assert user is not None  # noqa: S101 - only those with an account were read
        live_through(appointment, visit.story, user=user, now=self.now)

    def send_away(
        self, slug: str, login: str, since: str, until: str, *, days: Sequence[int]
    ) -> None:
        """An adviser's training, on some days counted from this week's Monday."""
        store, adviser = self.stores[slug], self.staff[login]
        assert adviser.user is not None  # noqa: S101 - as below
        for day in days:
            add_absence(
                agenda=adviser.agenda,
                starts_at=self._instant(store, day, since),
                ends_at=self._instant(store, day, until),
                reason=Absence.Reason.TRAINING,
                user=adviser.user,
                now=self.now,
            )

    def ask_away(self, slug: str, login: str, *, day: int) -> None:
        """A day off that an adviser asks for, counted from this week's Monday."""
        store, adviser = self.stores[slug], self.staff[login]
        ask_absence(
            agenda=adviser.agenda,
            zone=store.zone,
            starts_at=self._instant(store, day, "00:00"),
            ends_at=self._instant(store, day + 1, "00:00"),
            reason=Absence.Reason.HOLIDAY,
            note="Mariage de ma sœur",
            now=self.now,
        )

    def _starts_at(self, store: Store, appointment: Visit) -> dt.datetime:
        if appointment.day is None:
            mark = self.now.replace(second=0, microsecond=0)
            return mark + (int(appointment.at) - mark.minute % 5) * MINUTE
        return self._instant(store, appointment.day, str(appointment.at))

    def _instant(self, store: Store, day: int, at: str) -> dt.datetime:
        today = self.now.astimezone(store.zone).date()
        monday = today - today.weekday() * DAY
        return instant(monday + day * DAY, dt.time.fromisoformat(at), store.zone)

    def _book(
        self,
        store: Store,
        appointment: Visit,
        starts_at: dt.datetime,
        booked_at: dt.datetime,
    ) -> Appointment:
        self._planted += 1
        hold = hold_slot(
            store=store,
            topic=self.topics[appointment.topic],
            channel=appointment.channel,
            starts_at=starts_at,
            staff_member=self.staff[appointment.adviser],
            visitor=f"demo {self._planted}",
            network="demo",
            now=booked_at,
        )
        return book_appointment(
            hold=hold,
            name=appointment.who,
            phone=f"+336399801{self._planted:02}",
            question=appointment.question,
            language="fr",
            now=booked_at,
        )


def live_through(
    appointment: Appointment, story: Story, *, user: User, now: dt.datetime
) -> None:
    """Lets happen what happened to the visit until now; nothing for one that lies
    ahead."""
    staff, customer = Actor.staff(user), Actor.customer()
    start, end = appointment.starts_at, appointment.ends_at
    if story is Story.NOT_REACHED:
        record_call_attempt(
            appointment=appointment,
            result=CallAttempt.Result.NO_ANSWER,
            user=user,
            now=min(now, start + MINUTE),
        )
    elif story is Story.MISSED:
        mark_missed(
            appointment=appointment, by_staff=False, by=staff, now=min(now, end)
        )
    elif story is not Story.BOOKED or end <= now:
        arrived = min(now, start) - 2 * MINUTE
        if appointment.channel == Channel.VIDEO and end > now:
            _wait_at_the_door(appointment, arrived)
        else:
            record_arrival(appointment=appointment, by=customer, now=arrived)
        if story is not Story.WAITING:
            start_visit(appointment=appointment, by=staff, now=min(now, start))
        if end <= now:
            complete_visit(
                appointment=appointment, outcome=Outcome.ADVISED, by=staff, now=end
            )


def _wait_at_the_door(appointment: Appointment, arrived: dt.datetime) -> None:
    """Does as a customer's waiting page does. No page of a demo visit sends signs of
    life afterwards, so it counts as open until the visit ends."""
    room = open_room(appointment=appointment)
    say_here(room=room, now=arrived)
    mark_here(room=room, now=appointment.ends_at)
