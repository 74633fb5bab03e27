"""Who leaves may come back: before the last day with all stores, and after it as
somebody new. Of two admins who send each other away one stays."""

from __future__ import annotations

import datetime as dt

import pytest
from allauth.mfa.totp.internal.auth import TOTP

from booking.errors import DepartureRefused
from booking.rota.leaving import end_departures, leave, stay
from booking.rota.postings import PostingTerm, set_postings
from stores.accounts.factors import has_factor
from stores.editing.invitations import accept, invite, token_of
from stores.editing.people import NewPerson, create_people
from stores.errors import AccountExists
from stores.models import (
    Departure,
    Membership,
    Posting,
    Role,
    StaffMember,
    User,
)
from tests.at_once import at_once
from tests.booking.rota.days import HOUR, day_after_tomorrow
from tests.cast import World, make_adviser, make_world, now_utc

PASSWORD = "linden-harbour-17"


def goes(world: World, last_day: dt.date, now: dt.datetime) -> None:
    leave(
        staff_member=world.bob.staff_member, last_day=last_day, user=world.dora, now=now
    )


def of_bob(world: World) -> list[tuple[int, dt.date | None]]:
    rows = Posting.objects.filter(staff_member=world.bob.staff_member)
    return sorted(rows.values_list("store", "valid_until"))


@pytest.mark.django_db
def test_a_store_given_meanwhile_is_there_when_they_stay(world: World) -> None:
    """Also after the last day was changed; what was cut by it alone is whole again."""
    now = day_after_tomorrow(world)
    last_day, bob = now.date() + dt.timedelta(days=5), world.bob.staff_member
    goes(world, last_day, now)
    given = [
        PostingTerm(store=world.store, is_home=True, valid_until=last_day),
        PostingTerm(store=world.other_store),
    ]
    set_postings(staff_member=bob, postings=given, user=world.dora, now=now)
    stores = sorted([world.store.pk, world.other_store.pk])
    assert of_bob(world) == [(store, last_day) for store in stores]
    later = last_day + dt.timedelta(days=7)
    goes(world, later, now)
    assert of_bob(world) == [(store, later) for store in stores]
    stay(staff_member=bob, user=world.dora, now=now)
    assert of_bob(world) == [(store, None) for store in stores]


def left(world: World, now: dt.datetime) -> str:
    """The address of Bob, whose last day is over."""
    email: str = world.bob.user.email
    goes(world, now.astimezone(world.store.zone).date(), now)
    assert end_departures(now=now + 48 * HOUR) == 1
    return email


def invited_again(world: World, email: str, now: dt.datetime) -> str:
    """The token of somebody new with this address."""
    person = NewPerson(first_name="Bob", email=email, stores=[world.store])
    (row,) = create_people(brand=world.brand, people=[person], now=now)
    invitation = invite(staff_member=row, email=email, by=world.dora, now=now)
    assert invitation is not None
    return token_of(invitation)


@pytest.mark.django_db
def test_who_left_comes_back_by_the_same_address(world: World) -> None:
    """A new person with the old account, which opens by the new password alone."""
    now = now_utc()
    TOTP.activate(world.bob.user, "A" * 32)
    email = left(world, now)
    person = accept(token=invited_again(world, email, now), now=now, password=PASSWORD)
    user = User.objects.get(email=email)
    assert (person.user, person.active, user.is_active) == (user, True, True)
    assert user.check_password(PASSWORD)
    assert not has_factor(user), "an app that may be lost keeps nobody out"
    assert person.pk != world.bob.staff_member.pk
    old = StaffMember.objects.get(pk=world.bob.staff_member.pk)
    assert (old.active, old.user) == (False, None)


@pytest.mark.django_db
@pytest.mark.parametrize("still", ["superuser", "elsewhere"])
def test_an_account_that_opens_more_is_not_opened_by_a_link(
    world: World, still: str
) -> None:
    """One that the operator closed, and one that works for another brand."""
    now = now_utc()
    email = left(world, now)
    user = User.objects.get(email=email)
    if still == "superuser":
        User.objects.filter(pk=user.pk).update(is_superuser=True)
    else:
        Membership.objects.create(
            brand=world.other_brand,
            user=user,
            store=world.foreign_store,
            role=Role.ADVISER,
        )
    token = invited_again(world, email, now)
    with pytest.raises(AccountExists):
        accept(token=token, now=now, password=PASSWORD)
    user.refresh_from_db()
    assert not user.is_active


@pytest.mark.django_db(transaction=True)
def test_of_two_admins_who_send_each_other_away_one_stays() -> None:
    world = make_world()
    now = day_after_tomorrow(world)
    Membership.objects.filter(brand=world.brand, role="admin").delete()
    ann = make_adviser(world.store, "Ann", topics=[world.topic])
    pair = [world.bob, ann]
    for one in pair:
        Membership.objects.filter(user=one.user).update(store=None, role="admin")

    def sends_away(who: StaffMember, by: User) -> str:
        try:
            leave(staff_member=who, last_day=now.date(), user=by, now=now)
        except DepartureRefused as refused:
            return str(refused.why)
        return "leaves"

    outcomes = at_once(
        lambda: sends_away(ann.staff_member, world.bob.user),
        lambda: sends_away(world.bob.staff_member, ann.user),
    )
    assert sorted(outcomes) == sorted(["leaves", DepartureRefused.Why.LAST_ADMIN])
    assert Departure.objects.count() == 1
