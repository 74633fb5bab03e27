"""How often a freed hour finds somebody: `freed_filled` of `./run bench pages`.

By day, three hours before its start, an hour of one adviser is given back; twenty
people with later visits wished for one like it. Each who is told takes it with a chance
of a quarter, seven minutes later, and else says nothing, which is the slowest answer.
The product's own clock looks at the hour whenever it asks to. All is real but the time
and the people: the database is the one of the measurements, and nothing stays in it.

Fifteen minutes each for nine people, and three at once in the last hour, reach twelve:
1 - 0.75 ** 12 = 0.968 is to be expected.
"""

from __future__ import annotations

import datetime as dt
import random
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import connection, transaction

from benchmarks._figures import bench_brand
from booking.availability import occupied, opening
from booking.availability.buffers import with_buffers
from booking.availability.query import StartQuery
from booking.availability.starts import masks_for
from booking.errors import HourGone
from booking.models import (
    Actor,
    Appointment,
    Customer,
    FreedHour,
    Occupancy,
    WishOffer,
)
from booking.services.cancelling import cancel_appointment
from booking.services.locking import insert_occupancies
from booking.states import Status
from booking.wishes.answering import take_offer
from booking.wishes.clock import offer_freed_hours
from booking.wishes.making import PARTS, WEEK, make_wish
from stores.access import offer_for
from stores.calendar.recurrence import instant
from stores.models import Brand, Posting, Topic
from visavis.demo.bench_database import NAME
from visavis.demo.nation import SLUG, TOPIC

ROUNDS, LINE, ACCEPTS, SEED = 100, 20, 0.25, 11
AHEAD, ANSWERS_AFTER = dt.timedelta(hours=3), dt.timedelta(minutes=7)
TUESDAY, TEN = 1, dt.time(10)


def measure(*, rounds: int = ROUNDS) -> dict[str, float]:
    """The share of hours that were filled; how many were told twice of one; how many
    stood at an hour that was another's. On the measurements' database: the present
    one, if it is one of them."""
    if not str(connection.settings_dict["NAME"]).startswith(NAME):
        bench_brand(quick=True)
    brand = Brand.objects.get(slug=SLUG)
    chance, found = random.Random(SEED), Counter[str]()
    with transaction.atomic():
        day = _Day(brand)
        for _round in range(rounds):
            with transaction.atomic():
                found += day.play(chance)
                transaction.set_rollback(True)
            day.forget()
        transaction.set_rollback(True)
    return {
        "freed_filled": round(found["filled"] / rounds, 3),
        "freed_told_twice": float(found["twice"]),
        "freed_doubles": float(found["doubles"]),
        "freed_told_each": round(found["told"] / rounds, 1),
        "freed_came_second": float(found["second"]),
    }


class _Day:
    """A Tuesday of one adviser: the visit at one o'clock, and a line for its hour."""

    def __init__(self, brand: Brand) -> None:
        posts = Posting.objects.for_brand(brand).order_by("pk")
        self.post = posts.select_related("store__brand", "staff_member__agenda")[3]
        self.agenda = self.post.staff_member.agenda
        topic = Topic.objects.for_brand(brand).get(slug=TOPIC)
        offer = offer_for(store=self.post.store, topic=topic, channel="video")
        if offer is None:
            raise LookupError(TOPIC)
        self.offer = offer
        zone = self.post.store.zone
        today = dt.datetime.now(tz=zone).date()
        day = today + dt.timedelta(days=(TUESDAY - today.weekday()) % 7 + 7)
        self.now = instant(day, TEN, zone)
        # Whatever was planted there gives way, for as long as this transaction lasts.
        rows = Occupancy.objects.for_brand(brand).filter(agenda=self.agenda)
        rows.update(active=False)
        self.forget()
        self.visit = self._book(self.now + AHEAD)
        query = StartQuery(
            offer=offer,
            store=self.post.store,
            now=self.now,
            staff_member=self.post.staff_member,
        )
        masks = masks_for(query)
        later = (
            s.starts_at for s in masks.starts(masks.union()) if s.local.date() > day
        )
        for place, starts_at in enumerate(islice(self._apart(later), LINE)):
            make_wish(
                appointment=self._book(starts_at),
                days=WEEK,
                parts=PARTS,
                who="same",
                now=self.now - dt.timedelta(minutes=LINE - place),
            )

    def _apart(self, starts: Iterable[dt.datetime]) -> Iterator[dt.datetime]:
        """Those at which one visit after the other fits, with its buffers."""
        until = self.now
        for starts_at in starts:
            period = with_buffers(self.offer, starts_at)
            if period.start >= until:
                until = period.end
                yield starts_at

    def _book(self, starts_at: dt.datetime) -> Appointment:
        brand, length = self.post.brand, dt.timedelta(minutes=self.offer.duration)
        mark, last = uuid.uuid4().hex, self.now + dt.timedelta(days=90)
        visit = Appointment.objects.create(
            brand=brand,
            store=self.post.store,
            customer=Customer.objects.create(
                brand=brand, name=mark, email=f"{mark}@x.example", erase_after=last
            ),
            topic=self.offer.topic,
            offer=self.offer,
            staff_member=self.post.staff_member,
            channel=self.offer.channel,
            status=Status.CONFIRMED,
            starts_at=starts_at,
            ends_at=starts_at + length,
            time_zone=self.post.store.time_zone,
            created_at=self.now,
            erase_after=last,
        )
        period = with_buffers(self.offer, starts_at)
        agendas = [self.agenda.pk]
        if not insert_occupancies(
            brand_id=brand.pk, agendas=agendas, period=period, appointment_id=visit.pk
        ):
            raise LookupError(starts_at)
        return visit

    def forget(self) -> None:
        """Versions that were rolled back come again, with other content."""
        occupied.forget([self.agenda.pk])
        opening.forget([self.agenda.pk])

    def play(self, chance: random.Random) -> Counter[str]:
        now, found = self.now, Counter[str]()
        visit = Appointment.objects.for_brand(self.post.brand).get(pk=self.visit.pk)
        cancel_appointment(appointment=visit, by=Actor.customer(), now=now)
        freed = FreedHour.objects.for_brand(self.post.brand).get(left_by=visit)
        while freed.closed_at is None and not found["filled"]:
            found["told"] += offer_freed_hours(now=now)
            rows = WishOffer.objects.for_brand(self.post.brand).filter(
                freed=freed, told_at=now
            )
            for offer in rows.select_related("wish__appointment"):
                if chance.random() < ACCEPTS:
                    found["second" if not self._take(offer, now) else "filled"] += 1
            freed.refresh_from_db()
            now = freed.next_at
        return found + self._faults(freed)

    def _take(self, offer: WishOffer, now: dt.datetime) -> bool:
        visit = Appointment.objects.for_brand(self.post.brand).with_people()
        try:
            take_offer(
                appointment=visit.get(pk=offer.wish.appointment_id),
                offer_id=offer.pk,
                now=now + ANSWERS_AFTER,
            )
        except HourGone:
            return False
        return True

    def _faults(self, freed: FreedHour) -> Counter[str]:
        brand = self.post.brand
        told = Counter(
            WishOffer.objects.for_brand(brand).values_list("wish", "freed__starts_at")
        )
        there = (
            Occupancy.objects.for_brand(brand)
            .busy(self.now)
            .filter(agenda=self.agenda, starts_at__lte=freed.starts_at)
        )
        standing = there.filter(ends_at__gt=freed.starts_at).count()
        return Counter(
            twice=sum(count > 1 for count in told.values()),
            doubles=max(0, standing - 1),
        )
