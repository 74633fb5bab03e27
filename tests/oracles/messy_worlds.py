"""Random worlds, what the search offers in them, and whether it is so."""

from __future__ import annotations

import contextlib
import datetime as dt
import random
from collections import Counter
from collections.abc import Iterator

from django.db import transaction

from booking.availability.query import StartQuery
from booking.errors import BookingError
from booking.explain.why_not import why_not
from booking.models import Occupancy
from stores.models import (
    Absence,
    Agenda,
    Closure,
    Competence,
    DayOverride,
    Offer,
    Posting,
    Resource,
    StaffMember,
    WorkingHours,
)
from tests.booking.starts import bookable_starts
from tests.cast import (
    STEP,
    Adviser,
    World,
    make_adviser,
    make_world,
    next_step,
    now_utc,
)
from tests.notifications.bookings import book
from tests.oracles.holding import raise_all_versions, refusal_of_holding
from tests.oracles.minutes import starts_of

VISITS = 12
DAY = dt.timedelta(days=1)


class MessyWorld:
    """Four advisers with odd hours, things, closures, absences and some visits."""

    def __init__(self, seed: int) -> None:
        self.luck = random.Random(seed)
        self.world: World = make_world()
        self.now = now_utc()
        self.people: list[Adviser] = messy(self.world, self.luck, self.now)
        self.offers = list(Offer.objects.filter(brand=self.world.brand).order_by("pk"))
        for _ in range(VISITS):
            offer = self.luck.choice(self.offers)
            found = self.offered(offer)
            if found:
                at = self.luck.choice(found)
                with contextlib.suppress(BookingError):
                    book(self.world, starts_at=at, now=self.now, channel=offer.channel)

        rows = Occupancy.objects.filter(brand=self.world.brand, active=True)
        self.taken = list(rows.values_list("starts_at", flat=True))

    def offered(
        self, offer: Offer, member: StaffMember | None = None
    ) -> list[dt.datetime]:
        found = bookable_starts(
            StartQuery(
                offer=offer, store=self.world.store, now=self.now, staff_member=member
            )
        )
        return [start.starts_at for start in found]

    @property
    def searches(self) -> int:
        """With each adviser by name, and with anybody, by each channel."""
        return len(self.offers) * (len(self.people) + 1)

    def differences(self) -> tuple[int, list[str]]:
        """Starts that the oracle knows; which searches differ from it."""
        wrong, known, store = [], 0, self.world.store
        for offer in self.offers:
            each = {
                adviser.staff_member.pk: starts_of(
                    offer, store, adviser.staff_member, now=self.now
                )
                for adviser in self.people
            }
            together = sorted({at for starts in each.values() for at in starts})
            known += len(together)
            if self.offered(offer) != together:
                wrong.append(f"{offer.channel}: anybody")
            wrong += [
                f"{offer.channel}: {adviser.staff_member}"
                for adviser in self.people
                if self.offered(offer, adviser.staff_member)
                != each[adviser.staff_member.pk]
            ]
        return known, wrong

    def draw(self, inside: int, outside: int) -> Counter[str]:
        """Pairs of offer and start: how many could be held, how many were refused with
        the code of "why not", and what was otherwise than it should be."""
        seen: Counter[str] = Counter()
        offered = {offer.channel: self.offered(offer) for offer in self.offers}
        pairs = [(name, at) for name, starts in offered.items() for at in starts]
        for name, at in self.luck.choices(pairs, k=inside) if pairs else []:
            refused = self._refusal(at, name)
            seen["inside"] += 1
            seen["inside_refused"] += bool(refused)
        known = {name: set(starts) for name, starts in offered.items()}
        while seen["outside"] < outside:
            name = self.luck.choice(sorted(known))
            at = self._elsewhere()
            if at in known[name]:
                continue
            refused = self._refusal(at, name)
            seen["outside"] += 1
            seen["outside_held"] += not refused
            seen["other_code"] += refused != self._why_not(at, name)
            seen[f"refused: {refused}"] += 1
        return seen

    def _elsewhere(self) -> dt.datetime:
        """Half of them around what is taken already."""
        if not self.taken or self.luck.random() < 0.5:
            return random_start(self.luck, self.now)
        return self.luck.choice(self.taken) + self.luck.randrange(-3, 4) * STEP

    def _refusal(self, at: dt.datetime, channel: str) -> str:
        return refusal_of_holding(self.world, at, self.now, None, channel)

    def _why_not(self, at: dt.datetime, channel: str) -> str:
        answer = why_not(
            store=self.world.store,
            topic=self.world.topic,
            channel=channel,
            starts_at=at,
            now=self.now,
        )
        return answer.code


@contextlib.contextmanager
def messy_world(seed: int) -> Iterator[MessyWorld]:
    """Given back at the end."""
    with transaction.atomic():
        yield MessyWorld(seed)
        transaction.set_rollback(True)


def messy(world: World, luck: random.Random, now: dt.datetime) -> list[Adviser]:
    """Hours with holes, odd buffers, absences, closed days, visits, holds, things."""
    store, brand = world.store, world.brand
    zone = store.zone
    today = now.astimezone(zone).date()
    mix_offers(world, luck)
    for kind, name in (("booth", "B"), ("chair", "C"), ("chair", "D")):
        thing = Resource.objects.create(brand=brand, store=store, kind=kind, name=name)
        Agenda.objects.create(brand=brand, resource=thing)
    people = [world.bob, world.charlie]
    people += [make_adviser(store, n, topics=[world.topic]) for n in ("Ann", "Ben")]
    for adviser in people:
        mix_hours(world, adviser, luck, now)
    Posting.objects.filter(staff_member=people[2].staff_member).update(
        valid_from=today + 2 * DAY
    )
    Competence.objects.filter(staff_member=people[3].staff_member).update(
        channels=["callback"]
    )
    closed = today + 3 * DAY
    Closure.objects.create(brand=brand, first_day=closed, last_day=closed)
    raise_all_versions()
    return people


def mix_offers(world: World, luck: random.Random) -> None:
    for offer in Offer.objects.filter(brand=world.brand):
        offer.duration = luck.choice([15, 20, 22, 45])
        offer.buffer_before = luck.choice([0, 1, 5])
        offer.buffer_after = luck.choice([0, 4, 10])
        offer.step = luck.choice([5, 15, 20])
        offer.minimum_notice = luck.choice([0, 60, 600])
        offer.horizon = luck.choice([3, 5])
        offer.daily_ceiling = luck.choice([None, 1, 2])
        offer.resource_kind = luck.choice(["", "booth"])
        offer.further_resources = luck.choice([[], [], ["chair"], ["chair", "chair"]])
        offer.save()


def mix_hours(
    world: World, adviser: Adviser, luck: random.Random, now: dt.datetime
) -> None:
    store, brand = world.store, world.brand
    today = now.astimezone(store.zone).date()
    WorkingHours.objects.filter(agenda=adviser.agenda).delete()
    for weekday in range(7):
        WorkingHours.objects.create(
            brand=brand,
            agenda=adviser.agenda,
            store=luck.choice([store, store, world.other_store]),
            weekday=weekday,
            starts_at=dt.time(luck.randrange(24), luck.choice([0, 30])),
            minutes=luck.choice([240, 602, 1440]),
            channels=luck.choice([["video"], ["video", "callback"], ["in_store"]]),
        )
    start = now + luck.random() * 5 * DAY
    Absence.objects.create(
        brand=brand,
        agenda=adviser.agenda,
        starts_at=start,
        ends_at=start + luck.random() * DAY,
    )
    opened = {"starts_at": dt.time(10), "minutes": 305, "channels": ["video"]}
    DayOverride.objects.create(
        brand=brand,
        agenda=adviser.agenda,
        store=luck.choice([store, world.other_store]),
        day=today + luck.randrange(5) * DAY,
        **luck.choice([{}, opened]),
    )


def random_start(luck: random.Random, now: dt.datetime) -> dt.datetime:
    minutes = luck.choice([5, 5, 5, 5, 60, 1]) * luck.randrange(-20, 1500)
    return next_step(now, minutes=minutes % (6 * 24 * 60) - 120) + dt.timedelta(
        minutes=minutes % 2 if minutes % 5 else 0
    )
