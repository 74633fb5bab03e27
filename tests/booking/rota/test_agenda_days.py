"""Days unlike the others, the stores of a person, and closed days."""

from __future__ import annotations

import datetime as dt

import pytest

from booking.availability.query import StartQuery
from booking.errors import HoursRefused
from booking.models import Appointment
from booking.rota.changes import dry_run
from booking.rota.closures import add_closure, add_public_holidays, remove_closure
from booking.rota.conflicts import AppointmentsAffected, Decision
from booking.rota.hours import (
    Stretch,
    WeeklyStretch,
    remove_day,
    set_day,
    set_working_hours,
)
from booking.rota.postings import PostingTerm, set_postings
from stores.errors import UnknownTerritory
from stores.models import Agenda, Channel, Closure, DayOverride, Region, Store
from tests.booking.starts import bookable_starts
from tests.cast import World, make_adviser, make_store, make_visit, next_step

pytestmark = pytest.mark.django_db
ALL = tuple(Channel.values)
WHY = {"fr": "Inventaire", "en": "Stocktaking"}


@pytest.fixture
def visit(world: World, now: dt.datetime) -> Appointment:
    return make_visit(world, starts_at=next_step(now, minutes=24 * 60), now=now)


def day_of(visit: Appointment) -> dt.date:
    return visit.local_start.date()


def free_days(world: World, now: dt.datetime, store: Store | None = None) -> set[str]:
    found = bookable_starts(
        StartQuery(offer=world.offers["video"], store=store or world.store, now=now)
    )
    return {start.local.date().isoformat() for start in found}


def change_day(
    world: World,
    now: dt.datetime,
    day: dt.date,
    stretches: list[Stretch],
    *decisions: Decision,
) -> None:
    set_day(
        agenda=world.bob.agenda,
        store=world.store,
        day=day,
        stretches=stretches,
        user=world.dora,
        now=now,
        decisions=decisions,
    )


def close(
    world: World, now: dt.datetime, day: dt.date, *decisions: Decision, **place: object
) -> Closure:
    return add_closure(
        brand=world.brand,
        first_day=day,
        last_day=day,
        reason=WHY,
        user=world.dora,
        now=now,
        decisions=decisions,
        **place,  # type: ignore[arg-type]  # a region or a store
    )


def test_a_day_off_needs_a_decision_for_its_visit(
    world: World, now: dt.datetime, visit: Appointment
) -> None:
    day = day_of(visit)
    with pytest.raises(AppointmentsAffected):
        change_day(world, now, day, [])
    change_day(world, now, day, [], Decision.from_code(visit.pk, "keep"))
    assert day.isoformat() not in free_days(world, now)
    row = DayOverride.objects.get()
    assert (row.day, row.starts_at, row.channels) == (day, None, [])


def test_an_unusual_day_is_replaced_and_taken_back(
    world: World, now: dt.datetime
) -> None:
    day = now.astimezone(world.store.zone).date() + dt.timedelta(days=3)
    evening = Stretch(starts_at=dt.time(20), minutes=480, channels=("video",))
    change_day(world, now, day, [evening, evening])
    change_day(world, now, day, [evening])
    assert DayOverride.objects.count() == 1
    found = bookable_starts(
        StartQuery(offer=world.offers["video"], store=world.store, now=now)
    )
    first = min(s.local for s in found if s.local.date() == day)
    assert first.time() == dt.time(20)
    late = next(s.starts_at for s in found if s.local.time() == dt.time(23, 30))
    for rest in (evening, Stretch(starts_at=dt.time(9), minutes=60, channels=ALL)):
        change_day(world, now, day, [rest])
    remove_day(agenda=world.bob.agenda, day=day, user=world.dora, now=now)
    assert not DayOverride.objects.exists()
    assert late in {
        s.starts_at
        for s in bookable_starts(
            StartQuery(offer=world.offers["video"], store=world.store, now=now)
        )
    }


def test_taking_an_unusual_day_back_lands_on_what_was_booked_into_it(
    world: World, now: dt.datetime
) -> None:
    facts = {"agenda": world.bob.agenda, "user": world.dora, "now": now}
    set_working_hours(store=world.store, rows=[], **facts)  # type: ignore[arg-type]
    at = next_step(now, minutes=24 * 60)
    day = at.astimezone(world.store.zone).date()
    whole = Stretch(starts_at=dt.time(), minutes=1440, channels=ALL)
    change_day(world, now, day, [whole])
    visit = make_visit(world, starts_at=at, now=now)
    with pytest.raises(AppointmentsAffected) as refusal:
        remove_day(day=day, **facts)  # type: ignore[arg-type]  # one dict of several
    assert refusal.value.visits == (visit,)


def test_a_person_works_for_a_store_from_a_day_to_a_day(world: World) -> None:
    now = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)
    remote = make_store(world.brand, "a-distance", kind="remote")
    terms = [
        PostingTerm(store=world.store, is_home=True),
        PostingTerm(
            store=remote,
            valid_from=dt.date(2026, 11, 25),
            valid_until=dt.date(2026, 11, 26),
        ),
    ]
    facts = {"staff_member": world.bob.staff_member, "user": world.dora, "now": now}
    set_postings(postings=terms, **facts)  # type: ignore[arg-type]  # one dict
    rows = [
        WeeklyStretch(weekday=n, starts_at=dt.time(9), minutes=60, channels=ALL)
        for n in range(7)
    ]
    set_working_hours(
        agenda=world.bob.agenda, store=remote, rows=rows, user=world.dora, now=now
    )
    assert free_days(world, now, remote) == {"2026-11-25", "2026-11-26"}
    for wrong in (
        [*terms, terms[1]],
        [terms[0], PostingTerm(store=remote, is_home=True)],
    ):
        with pytest.raises(HoursRefused):
            set_postings(postings=wrong, **facts)  # type: ignore[arg-type]  # one dict


def test_leaving_a_store_lands_on_its_visits(
    world: World, now: dt.datetime, visit: Appointment
) -> None:
    ann = make_adviser(world.store, "Ann", topics=[world.topic])
    facts = {"staff_member": world.bob.staff_member, "user": world.dora, "now": now}
    (conflict,) = dry_run(lambda: set_postings(postings=[], **facts))  # type: ignore[arg-type]
    assert conflict.colleagues == (ann.staff_member.pk,)
    code = f"reassign:{ann.staff_member.pk}"
    set_postings(
        postings=[],
        decisions=[Decision.from_code(visit.pk, code)],
        **facts,  # type: ignore[arg-type]  # one dict of several kinds
    )
    visit.refresh_from_db()
    assert visit.staff_member == ann.staff_member
    assert not world.bob.staff_member.postings.exists()


def test_a_closure_lands_on_its_store_only_and_every_agenda_learns_of_it(
    world: World, now: dt.datetime, visit: Appointment
) -> None:
    versions = dict(Agenda.objects.values_list("pk", "version"))
    day = day_of(visit)
    with pytest.raises(AppointmentsAffected) as refusal:
        close(world, now, day, store=world.store)
    assert refusal.value.visits == (visit,)
    assert not Closure.objects.exists()
    close(world, now, day, store=world.other_store)
    after = dict(Agenda.objects.values_list("pk", "version"))
    changed = {pk for pk in after if after[pk] != versions[pk]}
    assert changed == {world.charlie.agenda.pk}
    assert day.isoformat() in free_days(world, now)


def test_a_region_and_a_brand_close_all_their_stores(
    world: World, now: dt.datetime
) -> None:
    region = Region.objects.create(brand=world.brand, slug="nord", name="Nord")
    Store.objects.filter(pk=world.store.pk).update(region=region)
    world.store.refresh_from_db()
    today = now.astimezone(world.store.zone).date()
    first, second = today + dt.timedelta(days=2), today + dt.timedelta(days=3)
    of_region = close(world, now, first, region=region)
    of_brand = close(world, now, second)
    here = free_days(world, now)
    there = free_days(world, now, world.other_store)
    assert {first.isoformat(), second.isoformat()} & here == set()
    assert {first.isoformat(), second.isoformat()} & there == {first.isoformat()}
    for closure in (of_region, of_brand):
        remove_closure(closure=closure, user=world.dora, now=now)
    assert {first.isoformat(), second.isoformat()} <= free_days(world, now)
    with pytest.raises(HoursRefused):
        close(world, now, first, region=region, store=world.store)


def test_a_closed_days_visit_moves_to_another_day(
    world: World, now: dt.datetime, visit: Appointment
) -> None:
    day = day_of(visit)
    (conflict,) = dry_run(lambda: close(world, now, day))
    assert conflict.colleagues == ()
    assert conflict.channels == ()
    other = conflict.times[0]
    assert other.local.date() != day
    close(world, now, day, conflict.decisions[0])
    visit.refresh_from_db()
    assert visit.starts_at == other.starts_at


def test_public_holidays_close_the_stores_of_a_territory_once(world: World) -> None:
    now = dt.datetime(2027, 1, 10, 8, tzinfo=dt.UTC)
    facts = {"stores": [world.store], "year": 2027, "user": world.dora, "now": now}
    added = add_public_holidays(territory="FR-57", **facts)  # type: ignore[arg-type]
    # Of Good Friday the store alone knows whether it holds in its commune.
    assert dt.date(2027, 3, 26) not in [closure.first_day for closure in added]
    written = add_public_holidays(
        territory="FR-57",
        customs=["Vendredi saint"],
        **facts,  # type: ignore[arg-type]
    )
    assert len(written) == 1
    written += added
    days = [closure.first_day for closure in written]
    assert dt.date(2027, 1, 1) not in days
    assert dt.date(2027, 3, 26) in days
    assert len(days) == 12
    assert written[0].reason == {"fr": "Vendredi saint", "en": "Good Friday"}
    assert {closure.store for closure in written} == {world.store}
    again = add_public_holidays(territory="FR-57", **facts)  # type: ignore[arg-type]
    assert again == []
    with pytest.raises(UnknownTerritory):
        add_public_holidays(territory="ZZ", **facts)  # type: ignore[arg-type]
