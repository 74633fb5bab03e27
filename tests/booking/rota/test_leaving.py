"""Somebody leaves: the last day, what is taken back, and how rights end."""

from __future__ import annotations

import datetime as dt

import pytest

from booking.availability.query import StartQuery
from booking.errors import DepartureRefused
from booking.models import CalendarFeed
from booking.rota.conflicts import AppointmentsAffected, Decision, DecisionKind
from booking.rota.leaving import end_departures, leave, stay
from booking.rota.postings import PostingTerm, set_postings
from booking.starts import Start
from stores.calendar.recurrence import instant
from stores.editing.invitations import invite
from stores.editing.roles import RoleTerm, set_roles
from stores.errors import PersonRefused
from stores.models import Departure, Membership, Posting, Role, StaffMember
from tests.booking.rota.days import HOUR, day_after_tomorrow, proposals
from tests.booking.starts import bookable_starts
from tests.cast import World, make_adviser, make_visit, now_utc

pytestmark = pytest.mark.django_db


@pytest.fixture
def morning(world: World) -> dt.datetime:
    return day_after_tomorrow(world)


def goes(
    world: World, day: dt.date, now: dt.datetime, *decisions: Decision
) -> Departure:
    return leave(
        staff_member=world.bob.staff_member,
        last_day=day,
        user=world.dora,
        now=now,
        decisions=decisions,
    )


def postings(world: World) -> list[tuple[int, bool, dt.date | None, dt.date | None]]:
    rows = Posting.objects.filter(staff_member=world.bob.staff_member)
    facts = rows.values_list("store", "is_home", "valid_from", "valid_until")
    return sorted(facts)


def starts_of_bob(world: World, now: dt.datetime) -> list[Start]:
    query = StartQuery(
        offer=world.offers["video"],
        store=world.store,
        now=now,
        staff_member=world.bob.staff_member,
    )
    return bookable_starts(query)


def test_after_the_last_day_nothing_is_offered_and_each_visit_has_somebody(
    world: World, morning: dt.datetime
) -> None:
    ann = make_adviser(world.store, "Ann", topics=[world.topic])
    last_day = morning.astimezone(world.store.zone).date() + dt.timedelta(days=1)
    stays = make_visit(world, starts_at=morning + 30 * HOUR, now=morning)
    later = make_visit(world, starts_at=morning + 60 * HOUR, now=morning)
    with pytest.raises(AppointmentsAffected) as refused:
        goes(world, last_day, morning)
    assert [c.appointment for c in refused.value.conflicts] == [later]
    assert not Departure.objects.exists()
    goes(world, last_day, morning, *proposals(refused.value.conflicts))
    later.refresh_from_db()
    stays.refresh_from_db()
    assert later.staff_member == ann.staff_member
    assert stays.staff_member == world.bob.staff_member
    days = {start.local.date() for start in starts_of_bob(world, morning)}
    assert max(days) == last_day


def test_nobody_is_kept_for_who_is_gone(world: World, morning: dt.datetime) -> None:
    make_adviser(world.store, "Ann", topics=[world.topic])
    visit = make_visit(world, starts_at=morning + 60 * HOUR, now=morning)
    keep = Decision(visit.pk, DecisionKind.KEEP)
    with pytest.raises(AppointmentsAffected) as refused:
        goes(world, morning.date(), morning, keep)
    (conflict,) = refused.value.conflicts
    assert DecisionKind.KEEP not in {one.kind for one in conflict.decisions}
    assert not Departure.objects.exists()


def test_taken_back_all_postings_stand_as_before(
    world: World, morning: dt.datetime
) -> None:
    today = morning.date()
    Posting.objects.create(
        brand=world.brand,
        staff_member=world.bob.staff_member,
        store=world.other_store,
        valid_from=today + dt.timedelta(days=20),
    )
    before = postings(world)
    for days in (3, 9, 1):
        goes(world, today + dt.timedelta(days=days), morning)
    assert {until for *_, until in postings(world)} == {today + dt.timedelta(days=1)}
    for _ in range(2):
        stay(staff_member=world.bob.staff_member, user=world.dora, now=morning)
        assert postings(world) == before
    assert not Departure.objects.exists()


@pytest.mark.parametrize("hours", [-1, 0])
def test_rights_end_with_the_last_day_and_not_an_hour_before(
    world: World, morning: dt.datetime, hours: int
) -> None:
    user, zone = world.bob.user, world.store.zone
    last_day = morning.astimezone(zone).date()
    goes(world, last_day, morning)
    make_feed(world)
    midnight = instant(last_day + dt.timedelta(days=1), dt.time(), zone)
    over = hours == 0
    assert end_departures(now=midnight + hours * HOUR) == over
    assert end_departures(now=midnight + hours * HOUR) == 0
    user.refresh_from_db()
    member = StaffMember.objects.get(pk=world.bob.staff_member.pk)
    assert (user.is_active, member.active) == (not over, not over)
    assert user.memberships.exists() is not over
    assert CalendarFeed.objects.filter(staff_member=member).exists() is not over
    assert member.first_name == "Bob"


def make_feed(world: World) -> None:
    CalendarFeed.objects.create(
        brand=world.brand,
        staff_member=world.bob.staff_member,
        key_id="1",
        token_hash="0" * 64,
        created_at=now_utc(),
    )


def test_who_works_for_another_brand_keeps_the_account(
    world: World, morning: dt.datetime
) -> None:
    user = world.bob.user
    Membership.objects.create(
        brand=world.other_brand, user=user, store=world.foreign_store, role="adviser"
    )
    goes(world, morning.date(), morning)
    end_departures(now=morning + 48 * HOUR)
    user.refresh_from_db()
    assert user.is_active
    assert [row.brand for row in user.memberships.all()] == [world.other_brand]


def test_who_cannot_leave_is_told_why(world: World, morning: dt.datetime) -> None:
    why = DepartureRefused.Why
    Membership.objects.filter(brand=world.brand, role="admin").delete()
    Membership.objects.filter(user=world.bob.user).update(store=None, role="admin")
    yesterday = morning.date() - dt.timedelta(days=1)
    for user, day, reason in (
        (world.bob.user, morning.date(), why.ONESELF),
        (world.dora, yesterday, why.DAY_OVER),
        (world.dora, morning.date(), why.LAST_ADMIN),
    ):
        with pytest.raises(DepartureRefused) as refused:
            leave(
                staff_member=world.bob.staff_member,
                last_day=day,
                user=user,
                now=morning,
            )
        assert refused.value.why == reason
    assert not Departure.objects.exists()


def test_who_has_left_does_not_leave_again_nor_stay(
    world: World, morning: dt.datetime
) -> None:
    goes(world, morning.date(), morning)
    end_departures(now=morning + 48 * HOUR)
    for act in (
        lambda: goes(world, morning.date() + dt.timedelta(days=9), morning),
        lambda: stay(staff_member=world.bob.staff_member, user=world.dora, now=morning),
    ):
        with pytest.raises(DepartureRefused) as refused:
            act()
        assert refused.value.why == DepartureRefused.Why.LEFT


def test_two_admins_do_not_send_each_other_away(
    world: World, morning: dt.datetime
) -> None:
    """The second last day would leave the brand with nobody who may change it."""
    Membership.objects.filter(brand=world.brand, role="admin").delete()
    rows = Membership.objects.filter(user=world.bob.user)
    rows.update(store=None, role="admin")
    ann = make_adviser(world.store, "Ann", topics=[world.topic])
    Membership.objects.filter(user=ann.user).update(store=None, role="admin")
    goes(world, morning.date(), morning)
    with pytest.raises(DepartureRefused) as refused:
        leave(
            staff_member=ann.staff_member,
            last_day=morning.date(),
            user=world.bob.user,
            now=morning,
        )
    assert refused.value.why == DepartureRefused.Why.LAST_ADMIN


def test_who_works_in_no_store_has_no_last_day_that_is_over(
    world: World, morning: dt.datetime
) -> None:
    Posting.objects.filter(staff_member=world.bob.staff_member).delete()
    with pytest.raises(DepartureRefused) as refused:
        goes(world, dt.date(1, 1, 1), morning)
    assert refused.value.why == DepartureRefused.Why.DAY_OVER


def test_stores_given_later_do_not_last_beyond_the_last_day(
    world: World, morning: dt.datetime
) -> None:
    last_day = morning.date()
    goes(world, last_day, morning)
    set_postings(
        staff_member=world.bob.staff_member,
        postings=[
            PostingTerm(store=world.store, is_home=True),
            PostingTerm(
                store=world.other_store, valid_from=last_day + dt.timedelta(days=1)
            ),
        ],
        user=world.dora,
        now=morning,
    )
    assert postings(world) == [(world.store.pk, True, None, last_day)]


@pytest.mark.parametrize("has_account", [True, False])
def test_who_has_left_is_not_let_in_again(
    world: World, morning: dt.datetime, has_account: bool
) -> None:
    """Also one whose account another brand keeps open, and one who had none."""
    member = world.bob.staff_member
    Membership.objects.create(
        brand=world.other_brand,
        user=world.bob.user,
        store=world.foreign_store,
        role=Role.ADVISER,
    )
    if not has_account:
        StaffMember.objects.filter(pk=member.pk).update(user=None)
        member = StaffMember.objects.get(pk=member.pk)
    goes(world, morning.date(), morning)
    end_departures(now=morning + 48 * HOUR)
    role = RoleTerm(Role.ADVISER, store=world.store)
    with pytest.raises(PersonRefused) as refused:
        set_roles(staff_member=member, roles=[role], within=lambda _term: True)
    assert refused.value.cause == "left"
    with pytest.raises(PersonRefused) as refused:
        invite(staff_member=member, email="bob@new.example", by=world.dora, now=morning)
    assert refused.value.cause == "left"
    member.refresh_from_db()
    assert not member.active
