"""Answers to an offered hour, also many at once: nobody loses the hour they have."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

import pytest

from booking.errors import HourGone, TooLateToMove
from booking.models import Actor, Appointment, FreedHour, Occupancy, Wish, WishOffer
from booking.services.cancelling import cancel_appointment
from booking.shown import Shown
from booking.states import Status
from booking.wishes.answering import decline_offer, take_offer
from booking.wishes.clock import offer_freed_hours
from booking.wishes.making import end_wish
from stores.models import Offer
from tests.at_once import at_once, outcomes_at_once
from tests.booking.wishes.lines import (
    MINUTE,
    at,
    give_back,
    held,
    told,
    visit_on,
    wishes_of,
)
from tests.cast import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def offer(world: World, morning: dt.datetime) -> WishOffer:
    """Noon, held for who has three o'clock and stands before who has four."""
    freed = visit_on(world, at(world, 12), morning)
    wishes_of(world, at(world, 15), at(world, 16), now=morning)
    give_back(freed, morning)
    offer_freed_hours(now=morning)
    [offer] = told(morning)
    return offer


def starts_of(visit: Appointment) -> list[dt.datetime]:
    """What it takes time from now."""
    rows = Occupancy.objects.all_brands().filter(appointment=visit, active=True)
    return list(rows.values_list("starts_at", flat=True))


def test_what_ran_out_cannot_be_taken_and_the_old_hour_stands(
    world: World, morning: dt.datetime, offer: WishOffer
) -> None:
    visit, late = offer.wish.appointment, offer.ends_at
    with pytest.raises(HourGone):
        take_offer(appointment=visit, offer_id=offer.pk, now=late)
    assert starts_of(visit) == [at(world, 15)]
    offer_freed_hours(now=late)
    with pytest.raises(HourGone):
        take_offer(appointment=visit, offer_id=offer.pk, now=late + MINUTE)
    with pytest.raises(HourGone):
        take_offer(appointment=visit, offer_id=offer.pk + 10, now=morning)


def test_a_taken_offer_ends_the_wish_and_a_second_tap_changes_nothing(
    morning: dt.datetime, offer: WishOffer
) -> None:
    visit, shown = offer.wish.appointment, Shown(sequence=0, status=Status.CONFIRMED)
    for _tap in range(2):
        take_offer(appointment=visit, offer_id=offer.pk, now=morning, shown=shown)
    assert [event.kind for event in visit.events.order_by("pk")] == [
        "hour_offered",
        "moved",
    ]
    offer.wish.refresh_from_db()
    assert offer.wish.ended_at == morning
    decline_offer(appointment=visit, offer_id=offer.pk, now=morning)
    assert starts_of(visit) == [offer.freed.starts_at]


def test_too_late_to_move_is_too_late_for_an_offer(
    world: World, morning: dt.datetime, offer: WishOffer
) -> None:
    Offer.objects.for_brand(world.brand).update(cancel_limit=7 * 60)
    visit = Appointment.objects.all_brands().get(pk=offer.wish.appointment_id)
    with pytest.raises(TooLateToMove):
        take_offer(appointment=visit, offer_id=offer.pk, now=morning)
    assert starts_of(visit) == [at(world, 15)]
    assert len(held(morning)) == 1


def test_who_ends_the_wish_lets_the_next_have_the_hour(
    morning: dt.datetime, offer: WishOffer
) -> None:
    for _twice in range(2):
        end_wish(appointment=offer.wish.appointment, now=morning)
    assert not held(morning)
    assert offer_freed_hours(now=morning) == 1
    assert [one.wish for one in told(morning)] != [offer.wish]


def test_who_has_cancelled_is_told_of_nothing(world: World) -> None:
    morning = at(world, 9)
    freed = visit_on(world, at(world, 12), morning)
    [wish] = wishes_of(world, at(world, 15), now=morning)
    by = Actor.customer()
    cancel_appointment(appointment=wish.appointment, by=by, now=morning)
    give_back(freed, morning)
    assert offer_freed_hours(now=morning) == 0


def test_the_first_of_three_gets_it_and_the_others_keep_theirs(world: World) -> None:
    morning = at(world, 9)
    freed = visit_on(world, at(world, 12), morning)
    line = wishes_of(world, *(at(world, 14 + place) for place in range(3)), now=morning)
    now = at(world, 11, 30)
    give_back(freed, now)
    offer_freed_hours(now=now)
    offers = {one.wish_id: one for one in told(now)}
    for wish in line:
        offer, visit = offers[wish.pk], wish.appointment
        take = partial(take_offer, appointment=visit, offer_id=offer.pk, now=now)
        if wish == line[0]:
            take()
            continue
        with pytest.raises(HourGone):
            take()
    kept = [starts_of(wish.appointment) for wish in line]
    assert kept == [[freed.starts_at], [at(world, 15)], [at(world, 16)]]
    assert Wish.objects.all_brands().filter(ended_at=None).count() == 2


@pytest.mark.django_db(transaction=True)
def test_many_clocks_at_once_hold_each_hour_for_one(world: World) -> None:
    morning = at(world, 9)
    freed = visit_on(world, at(world, 12), morning)
    wishes_of(world, *(at(world, 14 + place) for place in range(4)), now=morning)
    give_back(freed, morning)
    counts = at_once(*[partial(offer_freed_hours, now=morning)] * 4)
    assert sum(counts) == 1
    assert len(held(morning)) == len(told(morning)) == 1
    hour = FreedHour.objects.all_brands().get()
    assert (hour.closed_at, hour.next_at) == (None, morning + 15 * MINUTE)


@pytest.mark.django_db(transaction=True)
def test_many_clocks_at_once_tell_three_in_the_last_hour(world: World) -> None:
    morning = at(world, 9)
    freed = visit_on(world, at(world, 12), morning)
    wishes_of(world, *(at(world, 14 + place) for place in range(6)), now=morning)
    now = at(world, 11, 30)
    give_back(freed, now)
    counts = at_once(*[partial(offer_freed_hours, now=now)] * 3)
    assert sum(counts) == len(told(now)) == 3


@pytest.mark.django_db(transaction=True)
def test_yes_no_and_the_clock_at_once_leave_one_hour_to_one(world: World) -> None:
    """Whichever is first: the visit stands at one hour, and the other is free or held
    for one other person."""
    morning = at(world, 9)
    freed = visit_on(world, at(world, 12), morning)
    line = wishes_of(world, at(world, 15), at(world, 16), now=morning)
    give_back(freed, morning)
    offer_freed_hours(now=morning)
    [offer] = told(morning)
    visit = line[0].appointment
    now = morning + 14 * MINUTE
    answer: dict[str, Any] = {"appointment": visit, "offer_id": offer.pk, "now": now}
    take = partial(take_offer, **answer)
    outcomes = outcomes_at_once(
        take,
        partial(decline_offer, **answer),
        partial(offer_freed_hours, now=offer.ends_at),
    )
    assert outcomes[1:] == ["done", "done"]
    assert outcomes[0] in ("done", "hour_gone")
    offer.refresh_from_db()
    is_moved = outcomes[0] == "done"
    assert (offer.answer == WishOffer.Answer.TAKEN) is is_moved
    assert starts_of(visit) == [at(world, 12) if is_moved else at(world, 15)]
    assert len(held(now)) <= 1


@pytest.mark.django_db(transaction=True)
def test_three_at_once_for_one_hour_are_one_winner(world: World) -> None:
    morning = at(world, 9)
    freed = visit_on(world, at(world, 12), morning)
    hours = [at(world, 14 + place) for place in range(3)]
    line = wishes_of(world, *hours, now=morning)
    now = at(world, 11, 30)
    give_back(freed, now)
    offer_freed_hours(now=now)
    takes = [
        partial(take_offer, appointment=visit, offer_id=one.pk, now=now)
        for one in told(now)
        for visit in [Appointment.objects.all_brands().get(pk=one.wish.appointment_id)]
    ]
    outcomes = outcomes_at_once(*takes)
    assert sorted(outcomes) == ["done", "hour_gone", "hour_gone"]
    stands = [starts_of(wish.appointment) for wish in line]
    assert stands.count([freed.starts_at]) == 1
    for outcome, hour, found in zip(outcomes, hours, stands, strict=True):
        assert found == [freed.starts_at if outcome == "done" else hour]
