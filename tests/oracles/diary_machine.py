"""Every move of booking, in any order, done on the database and in `diary_model`.

Each rule asks the model first what should come of it, then does it, then compares: the
refusal's class, or the row that was made. After each rule all rows are compared.
"""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

from django.core.cache import cache
from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
)

from booking import errors
from booking.availability.query import StartQuery
from booking.errors import BookingError
from booking.models import Actor, Appointment, Occupancy
from booking.models import Hold as HoldRow
from booking.services import booking, holding
from stores.models import Agenda, Offer, Resource
from tests.booking.starts import bookable_starts
from tests.cast import World, make_adviser, next_step, now_utc
from tests.oracles.diary_model import FIVE, MINUTE, SHAPES, Diary, Hold, Visit

Refusal = type[BookingError] | None
VISITORS = st.sampled_from(["one", "two", "three"])
CHANNELS = st.sampled_from(sorted(SHAPES))
STEPS = st.integers(-2, 12)
STAFF = st.sampled_from([None, 0, 1])


def prepare(world: World) -> None:
    """What the model knows: two advisers, one booth, and the shapes of the offers."""
    make_adviser(world.store, "Ann", topics=[world.topic])
    booth = Resource.objects.create(
        brand=world.brand, store=world.store, kind="booth", name="Booth"
    )
    Agenda.objects.create(brand=world.brand, resource=booth)
    for channel, shape in SHAPES.items():
        Offer.objects.filter(pk=world.offers[channel].pk).update(
            duration=shape.duration,
            buffer_before=shape.before,
            buffer_after=shape.after,
            cancel_limit=shape.cancel_limit,
            resource_kind="booth" if shape.booth else "",
        )


class DiaryMachine(RuleBasedStateMachine):
    """Holding and booking; `diary_moves` adds the rest of a visit's life.

    Runs in the transaction that the caller opened, and gives back what it wrote.
    """

    world: ClassVar[World]
    done: ClassVar[Counter[str]] = Counter()
    """What was done or refused how often, over all runs."""
    visits = Bundle[uuid.UUID]("visits")
    _versions = itertools.count(1)

    def __init__(self) -> None:
        super().__init__()
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        # The limits of a visitor count over an hour, and are none of the model's.
        cache.clear()
        # A rolled back version would stand for other free time in the caches.
        version = next(self._versions) * 1_000_000
        Agenda.objects.update(version=version)
        agendas = Agenda.objects.filter(
            staff_member__postings__store=self.world.store
        ).values_list("staff_member_id", "pk")
        self.user = Actor.staff(self.world.bob.user)
        booth = Agenda.objects.get(resource__kind="booth").pk
        began = next_step(now_utc())
        self.diary = Diary(
            {staff: pk for staff, pk in agendas if staff}, booth=booth, now=began
        )
        self.rows: dict[str, HoldRow] = {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.atomic.__exit__(None, None, None)

    # How a rule works

    def expect(
        self, name: str, refusal: Refusal, act: Callable[[], Any]
    ) -> tuple[bool, Any]:
        """(done?, what was made); an assertion where it was not as the model says."""
        try:
            made = act()
        except BookingError as error:
            assert type(error) is refusal, (name, refusal, error)
            self.done[f"{name}: {error.code}"] += 1
            return False, None
        assert refusal is None, (name, refusal)
        self.done[name] += 1
        return True, made

    @property
    def now(self) -> dt.datetime:
        return self.diary.now

    def start_at(self, step: int) -> dt.datetime:
        return next_step(self.now, minutes=0) + step * FIVE

    def staff(self, number: int | None) -> Any:
        """An adviser by number, or None for anybody."""
        if number is None:
            return None
        pk = sorted(self.diary.agendas)[number]
        return Agenda.objects.get(staff_member=pk).staff_member

    def row(self, pk: uuid.UUID) -> Appointment:
        return Appointment.objects.select_related(
            "brand", "store", "topic", "offer", "customer", "staff_member"
        ).get(pk=pk)

    # Before an appointment

    @initialize(target=visits, step=st.integers(1, 7))
    def begin(self, step: int) -> Any:
        """Four visits, so that no run is spent on an empty diary."""
        made = []
        for number, channel in enumerate(["video", "in_store", "callback", "video"]):
            self.hold("one", channel, step + 2 * number, None)
            made.append(self.book("one", True, True))
        return multiple(*(pk for pk in made if isinstance(pk, uuid.UUID)))

    @rule(minutes=st.sampled_from([1, 1, 2, 2, 5, 5, 11, 40, 25 * 60]))
    def wait(self, minutes: int) -> None:
        self.diary.now += minutes * MINUTE

    @rule(visitor=VISITORS, channel=CHANNELS, step=STEPS, number=STAFF)
    def hold(self, visitor: str, channel: str, step: int, number: int | None) -> None:
        at, staff, diary = self.start_at(step), self.staff(number), self.diary
        free = diary.who_can(channel, at, visitor=visitor)
        if staff is not None:
            free = [pk for pk in free if pk == staff.pk]
        refusal: Refusal = None if free else errors.SlotTaken
        if not diary.is_ahead(at):
            refusal = errors.SlotNotOffered
        done, row = self.expect(
            "hold",
            refusal,
            lambda: holding.hold_slot(
                store=self.world.store,
                topic=self.world.topic,
                channel=channel,
                starts_at=at,
                visitor=visitor,
                network="n",
                now=self.now,
                staff_member=staff,
            ),
        )
        if done:
            assert row.staff_member_id in free
            taken = diary.occupied(channel, at, row.staff_member_id)
            expires = self.now + 10 * MINUTE
            diary.holds[visitor] = Hold(
                channel, at, row.staff_member_id, taken, expires
            )
            self.rows[visitor] = row

    @rule(visitor=VISITORS)
    def extend(self, visitor: str) -> None:
        row, held = self.rows.get(visitor), self.diary.live_hold(visitor)
        if row is None:
            return
        may = held is not None and held.renewals < 12 and self.now < held.start
        done, _ = self.expect(
            "extend",
            None if may else errors.HoldExpired,
            lambda: holding.extend_hold(hold=row, now=self.now),
        )
        if done and held is not None:
            held.renewals += 1
            held.expires = self.now + 10 * MINUTE

    @rule(
        target=visits,
        visitor=VISITORS,
        has_phone=st.sampled_from([True, True, False]),
        also=st.booleans(),
    )
    def book(self, visitor: str, has_phone: bool, also: bool) -> Any:
        row, held = self.rows.get(visitor), self.diary.live_hold(visitor)
        if row is None:
            return multiple()
        refusal: Refusal = None
        if row.channel == "callback" and not has_phone:
            refusal = errors.PhoneNeeded
        elif held is None:
            refusal = errors.HoldExpired
        elif held.start <= self.now:
            refusal = errors.SlotNotOffered
        elif not also and self.diary.is_busy(visitor, held):
            refusal = errors.CustomerBusy
        done, made = self.expect(
            "book",
            refusal,
            lambda: booking.book_appointment(
                hold=row,
                name="Alice",
                email=f"{visitor}@customer.example",
                phone=self.phone(has_phone),
                also=also,
                now=self.now,
            ),
        )
        if not done or held is None:
            return multiple()
        del self.diary.holds[visitor]
        self.diary.visits[made.pk] = Visit(
            visitor, held.channel, held.start, held.staff, held.taken, has_phone
        )
        return made.pk

    def phone(self, has_phone: bool) -> str:
        """A number of its own each time: who is busy is known by the address here."""
        return f"+336{uuid.uuid4().int % 10**8:08}" if has_phone else ""

    # What must be true after each step

    @invariant()
    def all_rows_are_as_the_model_says(self) -> None:
        found = Appointment.objects.filter(brand=self.world.brand)
        rows = {row.pk: row for row in found.prefetch_related("events")}
        assert rows.keys() == self.diary.visits.keys()
        for pk, visit in self.diary.visits.items():
            row = rows[pk]
            assert (
                row.status, row.channel, row.starts_at, row.ends_at,
                row.staff_member_id, row.version, row.sequence,
            ) == (
                visit.status, visit.channel, visit.start, visit.end,
                visit.staff, visit.version, visit.sequence,
            ), pk  # fmt: skip
            events = sorted(row.events.all(), key=lambda event: event.pk)
            assert [e.kind for e in events] == [kind for kind, _ in visit.events]
            told = [status for _, status in visit.events[1:]]
            assert [e.to_status for e in events[1:]] == told

    @invariant()
    def all_time_is_taken_as_the_model_says(self) -> None:
        live = Occupancy.objects.busy(self.now).filter(brand=self.world.brand)
        found = sorted(
            live.values_list("agenda_id", "starts_at", "ends_at", "overlap_allowed")
        )
        assert found == sorted(
            (t.agenda, t.start, t.end, t.overlap) for t in self.diary.taken()
        )

    @rule(channel=CHANNELS)
    def search(self, channel: str) -> None:
        """What is offered in the next two hours, and by whom."""
        offer = Offer.objects.get(pk=self.world.offers[channel].pk)
        last = self.start_at(24)
        offered = {
            start.starts_at: sorted(start.staff_ids)
            for start in bookable_starts(
                StartQuery(offer=offer, store=self.world.store, now=self.now)
            )
            if start.starts_at <= last
        }
        expected = {
            at: free
            for at in map(self.start_at, range(25))
            if (free := self.diary.who_can(channel, at))
        }
        assert offered == expected
        self.done["search"] += 1
