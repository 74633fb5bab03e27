"""A freed hour: whose turn it is, for how long, and when nobody is told."""

from __future__ import annotations

import datetime as dt

import pytest

from booking.models import Actor, Appointment, FreedHour, Wish, WishOffer
from booking.services.cancelling import cancel_appointment, undo_cancel
from booking.services.holding import hold_slot
from booking.services.rescheduling import move_appointment
from booking.wishes.answering import decline_offer, take_offer
from booking.wishes.clock import offer_freed_hours
from booking.wishes.making import end_wish
from stores.models import Channel
from tests.booking.wishes.lines import (
    HOUR,
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
def noon_visit(world: World, morning: dt.datetime) -> Appointment:
    """The one whose hour, at noon, is given back."""
    return visit_on(world, at(world, 12), morning)


@pytest.fixture
def line(world: World, morning: dt.datetime) -> list[Wish]:
    """Two who would come earlier than at three and at four."""
    return wishes_of(world, at(world, 15), at(world, 16), now=morning)


def test_the_first_in_line_gets_it_for_a_quarter_of_an_hour(
    morning: dt.datetime, noon_visit: Appointment, line: list[Wish]
) -> None:
    give_back(noon_visit, morning)
    assert offer_freed_hours(now=morning) == 1
    [offer] = told(morning)
    [hold] = held(morning)
    assert offer.wish == line[0]
    assert (hold.for_wish, hold.visitor) == (line[0], "")
    assert hold.starts_at == noon_visit.starts_at
    assert hold.expires_at == offer.ends_at == morning + 15 * MINUTE
    assert offer_freed_hours(now=morning + 14 * MINUTE) == 0


def test_who_does_not_answer_makes_room_for_the_next(
    morning: dt.datetime, noon_visit: Appointment, line: list[Wish]
) -> None:
    give_back(noon_visit, morning)
    offer_freed_hours(now=morning)
    later = morning + 15 * MINUTE
    assert offer_freed_hours(now=later) == 1
    [offer] = told(later)
    assert offer.wish == line[1]
    assert len(held(later)) == 1
    first = WishOffer.objects.all_brands().get(wish=line[0])
    assert first.answer == WishOffer.Answer.LAPSED
    assert offer_freed_hours(now=later + 15 * MINUTE) == 0
    assert FreedHour.objects.all_brands().get().closed_at == later + 15 * MINUTE


def test_no_thanks_gives_it_to_the_next_at_once_and_keeps_the_place(
    morning: dt.datetime, noon_visit: Appointment, line: list[Wish]
) -> None:
    give_back(noon_visit, morning)
    offer_freed_hours(now=morning)
    [offer] = told(morning)
    visit, minute = line[0].appointment, morning + MINUTE
    for _twice in range(2):
        decline_offer(appointment=visit, offer_id=offer.pk, now=minute)
    assert not held(minute)
    assert offer_freed_hours(now=minute) == 1
    assert [one.wish for one in told(minute)] == [line[1]]
    line[0].refresh_from_db()
    assert (line[0].ended_at, line[0].made_at) == (None, morning)


def test_taking_moves_the_visit_and_offers_the_hour_that_it_left(
    world: World, morning: dt.datetime, noon_visit: Appointment, line: list[Wish]
) -> None:
    give_back(noon_visit, morning)
    offer_freed_hours(now=morning)
    [offer] = told(morning)
    visit = line[0].appointment
    take_offer(appointment=visit, offer_id=offer.pk, now=morning + MINUTE)
    visit.refresh_from_db()
    assert visit.starts_at == noon_visit.starts_at
    assert not held(morning + MINUTE)
    left = FreedHour.objects.all_brands().get(starts_at=at(world, 15))
    assert (left.depth, left.closed_at) == (2, None)
    assert offer_freed_hours(now=morning + 2 * MINUTE) == 1
    [next_offer] = told(morning + 2 * MINUTE)
    assert (next_offer.wish, next_offer.freed) == (line[1], left)


def test_the_chain_ends_after_five_links(world: World, morning: dt.datetime) -> None:
    first = visit_on(world, at(world, 10, 30), morning)
    hours = [at(world, 12 + place) for place in range(6)]
    wishes_of(world, *hours, now=morning)
    give_back(first, morning)
    taken = 0
    while offer_freed_hours(now=morning):
        [offer] = told(morning)
        visit = offer.wish.appointment
        take_offer(appointment=visit, offer_id=offer.pk, now=morning)
        taken += 1
    assert taken == 5
    last = FreedHour.objects.all_brands().order_by("-depth").first()
    assert last is not None
    assert (last.depth, last.closed_at) == (6, morning)


def test_only_earlier_hours_of_the_days_parts_and_person_that_suit(
    world: World, morning: dt.datetime, noon_visit: Appointment
) -> None:
    weekday = noon_visit.local_start.weekday()
    other_days = tuple(day for day in range(7) if day != weekday)
    wishes_of(world, at(world, 15), now=morning, days=other_days)
    wishes_of(world, at(world, 16), now=morning, parts=("morning", "evening"))
    wishes_of(world, at(world, 11), now=morning)
    [other] = wishes_of(world, at(world, 17), now=morning, who="same")
    Wish.objects.all_brands().filter(pk=other.pk).update(
        staff_member=world.charlie.staff_member
    )
    give_back(noon_visit, morning)
    assert offer_freed_hours(now=morning) == 0
    assert not held(morning)


def test_one_offer_a_day_and_three_in_all(world: World, morning: dt.datetime) -> None:
    [wish] = wishes_of(world, at(world, 15, days=9), now=morning)
    days_told = []
    for day in range(4):
        now = at(world, 9, days=day)
        for hour in (12, 14):
            visit = visit_on(world, at(world, hour, days=day), now)
            give_back(visit, now)
        days_told.append(offer_freed_hours(now=now))
        offer_freed_hours(now=now + 30 * MINUTE)
    assert days_told == [1, 1, 1, 0]
    wish.refresh_from_db()
    assert wish.offers_made == 3


def test_who_was_told_today_is_told_of_it_tomorrow(
    world: World, morning: dt.datetime
) -> None:
    [wish] = wishes_of(world, at(world, 15, days=9), now=morning)
    for hour in (12, 14):
        give_back(visit_on(world, at(world, hour, days=2), morning), morning)
    assert offer_freed_hours(now=morning) == 1
    assert offer_freed_hours(now=morning + HOUR) == 0
    next_morning = at(world, 8, days=1)
    assert offer_freed_hours(now=next_morning) == 1
    hours = {
        one.freed.starts_at for one in WishOffer.objects.all_brands().filter(wish=wish)
    }
    assert len(hours) == 2


def test_nobody_is_told_at_night(
    world: World, noon_visit: Appointment, line: list[Wish]
) -> None:
    night = at(world, 22, days=-1)
    give_back(noon_visit, night)
    assert offer_freed_hours(now=night) == 0
    assert offer_freed_hours(now=at(world, 7, 59)) == 0
    assert offer_freed_hours(now=at(world, 8)) == 1


def test_in_its_last_hour_three_are_told_at_once_and_nobody_after_the_start(
    world: World, noon_visit: Appointment, morning: dt.datetime
) -> None:
    hours = [at(world, 14 + place) for place in range(4)]
    line = wishes_of(world, *hours, now=morning)
    now = noon_visit.starts_at - 59 * MINUTE
    give_back(noon_visit, now)
    assert offer_freed_hours(now=now) == 3
    offers = told(now)
    assert [one.wish for one in offers] == line[:3]
    assert {one.is_shared for one in offers} == {True}
    assert not held(now)
    assert offer_freed_hours(now=now + MINUTE) == 0
    assert {one.ends_at for one in offers} == {noon_visit.starts_at}
    late = visit_on(world, at(world, 13), morning)
    freed = give_back(late, late.starts_at - MINUTE)
    assert offer_freed_hours(now=late.starts_at) == 0
    freed.refresh_from_db()
    assert freed.closed_at == late.starts_at


def test_a_visit_that_staff_cancel_is_offered_once_it_cannot_be_undone(
    world: World, morning: dt.datetime, noon_visit: Appointment, line: list[Wish]
) -> None:
    staff = Actor.staff(world.bob.user)
    cancel_appointment(appointment=noon_visit, by=staff, now=morning)
    soon = morning + dt.timedelta(seconds=89)
    assert offer_freed_hours(now=soon) == 0
    assert offer_freed_hours(now=soon + dt.timedelta(seconds=1)) == 1


def test_a_cancellation_that_was_undone_offers_nothing(
    world: World, morning: dt.datetime, noon_visit: Appointment, line: list[Wish]
) -> None:
    staff = Actor.staff(world.bob.user)
    cancel_appointment(appointment=noon_visit, by=staff, now=morning)
    undo_cancel(appointment=noon_visit, by=staff, now=morning + MINUTE)
    assert offer_freed_hours(now=morning + 2 * MINUTE) == 0
    assert not held(morning + 2 * MINUTE)


def test_a_move_frees_the_old_hour_but_not_for_who_left_it(
    world: World, morning: dt.datetime, line: list[Wish]
) -> None:
    [mover] = wishes_of(world, at(world, 12), now=morning)
    move_appointment(
        appointment=mover.appointment,
        by=Actor.customer(),
        now=morning,
        starts_at=at(world, 18),
    )
    Wish.objects.all_brands().filter(pk=mover.pk).update(made_at=morning - HOUR)
    assert offer_freed_hours(now=morning) == 1
    assert [one.wish for one in told(morning)] == [line[0]]


def test_a_hold_that_ran_out_is_offered_to_who_wished_while_it_stood(
    world: World, morning: dt.datetime
) -> None:
    hold = hold_slot(
        store=world.store,
        topic=world.topic,
        channel=Channel.VIDEO,
        starts_at=at(world, 12),
        visitor="somebody",
        network="",
        now=morning,
    )
    hold.created_at = morning
    hold.save(update_fields=["created_at"])
    wishes_of(world, at(world, 16), now=morning - HOUR)
    [meanwhile] = wishes_of(world, at(world, 15), now=morning + MINUTE)
    assert offer_freed_hours(now=morning + 9 * MINUTE) == 0
    over = morning + 10 * MINUTE
    assert offer_freed_hours(now=over) == 1
    assert [one.wish for one in told(over)] == [meanwhile]
    end_wish(appointment=meanwhile.appointment, now=over)
    assert offer_freed_hours(now=over + MINUTE) == 0


def test_without_a_wish_nothing_is_noted(
    world: World, morning: dt.datetime, noon_visit: Appointment
) -> None:
    cancel_appointment(appointment=noon_visit, by=Actor.customer(), now=morning)
    assert not FreedHour.objects.all_brands().exists()
