"""Holding a time, keeping it, and making it an appointment."""

import datetime as dt
from functools import partial

import pytest

from booking.availability.query import StartQuery
from booking.errors import (
    HoldExpired,
    PhoneNeeded,
    SlotNotOffered,
    SlotTaken,
)
from booking.models import AccessLink, Appointment, AppointmentEvent, Hold, Occupancy
from booking.services import booking as services
from booking.services import holding
from stores.models import Offer
from tests.at_once import outcomes_at_once
from tests.booking.found_and_held import hold
from tests.booking.starts import bookable_starts
from tests.cast import World, make_adviser, make_world, next_step, now_utc

pytestmark = pytest.mark.django_db


def test_a_held_time_becomes_an_appointment(world: World) -> None:
    now = now_utc()
    version = world.bob.agenda.version
    starts_at = next_step(now)
    held = hold(world, starts_at)
    visit = services.book_appointment(
        hold=held, name="Alice", email="a@b.example", question="Casque ?", now=now
    )
    assert visit.status == "confirmed"
    assert (visit.starts_at, visit.staff_member) == (starts_at, world.bob.staff_member)
    assert visit.time_zone == "Europe/Paris"
    assert (visit.version, visit.sequence) == (1, 0)
    assert not Hold.objects.exists()
    taken = Occupancy.objects.get()
    assert (taken.appointment, taken.active) == (visit, True)
    assert AppointmentEvent.objects.get().kind == "booked"
    assert AccessLink.objects.get().appointment == visit
    world.bob.agenda.refresh_from_db()
    assert world.bob.agenda.version > version


def test_a_taken_time_names_the_three_nearest_that_can_be_held(world: World) -> None:
    starts_at = next_step(now_utc())
    hold(world, starts_at, visitor="first")
    with pytest.raises(SlotTaken) as refusal:
        hold(world, starts_at + dt.timedelta(minutes=5), visitor="second")
    assert len(refusal.value.nearest) == 3
    for number, start in enumerate(refusal.value.nearest):
        hold(world, start.starts_at, visitor=f"next {number % 1}")


@pytest.mark.parametrize(
    "shift", [dt.timedelta(days=-1), dt.timedelta(days=61), dt.timedelta(minutes=1)]
)
def test_a_time_past_too_far_or_off_the_grid_is_not_offered(
    world: World, shift: dt.timedelta
) -> None:
    with pytest.raises(SlotNotOffered):
        hold(world, next_step(now_utc()) + shift)
    assert not Hold.objects.exists()


def test_a_channel_without_offer_is_not_offered(world: World) -> None:
    Offer.objects.filter(channel="callback").update(active=False)
    with pytest.raises(SlotNotOffered):
        hold(world, next_step(now_utc()), channel="callback")


def test_choosing_again_gives_the_first_time_back(world: World) -> None:
    at = next_step(now_utc())
    hold(world, at)
    second = hold(world, at + dt.timedelta(hours=1))
    assert Hold.objects.get() == second
    hold(world, at, visitor="somebody else")


def test_holding_the_same_time_again_renews_ones_own_hold(world: World) -> None:
    at = next_step(now_utc())
    hold(world, at)
    again = hold(world, at)
    assert Hold.objects.get() == again
    # Also where the new visit overlaps one's own held time.
    assert hold(world, at + dt.timedelta(minutes=10)).starts_at > at


def test_two_free_advisers_hold_the_same_time_twice(world: World) -> None:
    make_adviser(world.store, "Ann", topics=[world.topic])
    at = next_step(now_utc())
    first = hold(world, at, visitor="first")
    second = hold(world, at, visitor="second")
    assert first.staff_member != second.staff_member
    with pytest.raises(SlotTaken):
        hold(world, at, visitor="third")


def test_a_named_adviser_is_the_only_candidate(world: World) -> None:
    ann = make_adviser(world.store, "Ann", topics=[world.topic]).staff_member
    at = next_step(now_utc())
    assert hold(world, at, staff_member=ann).staff_member == ann
    with pytest.raises(SlotTaken):
        hold(world, at, staff_member=ann, visitor="other")


def test_an_expired_hold_gives_way_and_cannot_be_booked(world: World) -> None:
    now = now_utc()
    at = next_step(now)
    first = hold(world, at, visitor="first", now=now)
    late = now + holding.HOLD_TIME
    second = hold(world, at, visitor="second", now=late)
    assert Hold.objects.get() == second
    for gone in (first, second):
        with pytest.raises(HoldExpired):
            services.book_appointment(
                hold=gone, name="A", email="a@b.c", now=late + holding.HOLD_TIME
            )
    assert not Appointment.objects.exists()


def test_a_hold_is_extended_from_now_at_most_twelve_times(world: World) -> None:
    now = now_utc()
    held = hold(world, next_step(now, minutes=600), now=now)
    for n in range(1, holding.MOST_RENEWALS + 1):
        later = now + n * dt.timedelta(minutes=9)
        held = holding.extend_hold(hold=held, now=later)
        assert held.expires_at == later + holding.HOLD_TIME
    with pytest.raises(HoldExpired):
        holding.extend_hold(hold=held, now=later)


def test_a_hold_is_booked_once(world: World) -> None:
    now = now_utc()
    held = hold(world, next_step(now))
    services.book_appointment(hold=held, name="A", email="a@b.c", now=now)
    with pytest.raises(HoldExpired):
        services.book_appointment(hold=held, name="A", email="a@b.c", now=now)
    assert Appointment.objects.count() == 1


def test_a_callback_needs_a_number(world: World) -> None:
    now = now_utc()
    held = hold(world, next_step(now), channel="callback")
    with pytest.raises(PhoneNeeded):
        services.book_appointment(hold=held, name="A", email="a@b.c", now=now)
    assert Hold.objects.exists()


def test_an_offer_that_needs_approval_is_requested_and_takes_time(world: World) -> None:
    Offer.objects.update(needs_approval=True)
    now = now_utc()
    at = next_step(now)
    visit = services.book_appointment(
        hold=hold(world, at), name="A", email="a@b.c", now=now
    )
    assert visit.status == "requested"
    with pytest.raises(SlotTaken):
        hold(world, at, visitor="other")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("overlapping", [False, True])
def test_twenty_at_once_make_one_hold(overlapping: bool) -> None:
    world = make_world()
    now = now_utc()
    starts_at = next_step(now, minutes=240)

    def attempt(number: int) -> None:
        shift = dt.timedelta(minutes=5 * (number % 4) if overlapping else 0)
        held = hold(world, starts_at + shift, visitor=f"v{number}", now=now)
        services.book_appointment(hold=held, name="A", email="a@b.c", now=now)

    answers = outcomes_at_once(*(partial(attempt, number) for number in range(20)))
    assert sorted(answers) == ["done"] + ["slot_taken"] * 19
    assert Occupancy.objects.filter(active=True).count() == 1
    assert Appointment.objects.count() == 1


def test_search_and_hold_agree_on_every_five_minutes_of_a_day(world: World) -> None:
    """What search offers is held; what it does not offer is refused."""
    now = now_utc()
    Offer.objects.update(step=40, minimum_notice=120)
    offer = Offer.objects.get(topic=world.topic, channel="video")
    found = bookable_starts(StartQuery(offer=offer, store=world.store, now=now))
    offered = {start.starts_at for start in found}
    day = next_step(now, minutes=0)
    for n in range(0, 288, 7):
        at = day + n * dt.timedelta(minutes=5)
        if at in offered:
            hold(world, at, now=now)
        else:
            with pytest.raises(SlotNotOffered):
                hold(world, at, now=now)
