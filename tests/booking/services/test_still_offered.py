"""What was offered is asked again when it is taken for good."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from django.test import Client

from booking.errors import BookingError, HoldExpired, SlotNotOffered
from booking.models import Actor, Appointment, Customer, Hold
from booking.services.booking import book_appointment
from booking.services.holding import extend_hold
from booking.services.rescheduling import move_appointment
from stores.models import Absence, Closure, Offer, Posting, Topic
from tests.booking.customer.walking import ALICE, first_start, held, take, wanted
from tests.booking.customers import text_of
from tests.booking.gone import GONE, HOUR, MINUTE, Wish, closed, day_of, of_bob, switch
from tests.cast import World, make_visit, next_step, now_utc

pytestmark = pytest.mark.django_db
CUSTOMER = Actor.customer()


@pytest.fixture
def wish(world: World) -> Wish:
    return Wish(world, next_step(now_utc(), minutes=120))


def book(hold: Hold, now: dt.datetime) -> Appointment:
    return book_appointment(hold=hold, name="A", email="a@b.example", now=now)


def assert_nothing_is_written(hold: Hold) -> None:
    assert not Appointment.objects.exists()
    assert not Customer.objects.exists()
    kept = Hold.objects.get(pk=hold.pk)
    assert (kept.expires_at, kept.renewals) == (hold.expires_at, hold.renewals)


@pytest.mark.parametrize("after", [dt.timedelta(), MINUTE / 60, 8 * MINUTE])
def test_from_its_start_on_a_hold_is_worth_nothing(
    wish: Wish, after: dt.timedelta
) -> None:
    hold = wish.hold(wish.at - MINUTE)
    now = wish.at + after
    with pytest.raises(SlotNotOffered) as refusal:
        book(hold, now)
    nearest = [start.starts_at for start in refusal.value.nearest]
    assert len(nearest) == 3
    assert min(nearest) >= now
    with pytest.raises(HoldExpired):
        extend_hold(hold=hold, now=now)
    assert_nothing_is_written(hold)


def test_just_before_its_start_it_is_worth_an_appointment(wish: Wish) -> None:
    hold = wish.hold(wish.at - MINUTE)
    assert book(hold, wish.at - MINUTE / 60).starts_at == wish.at


def test_asking_again_renews_no_hold_beyond_its_start(wish: Wish) -> None:
    """A visit was booked an hour and a half after its end that way."""
    now = wish.at - 9 * MINUTE
    hold = wish.hold(now)
    now += 9.5 * MINUTE
    with pytest.raises(SlotNotOffered) as refusal:
        wish.hold(now)
    assert len(refusal.value.nearest) == 3
    with pytest.raises(BookingError):
        book(hold, now + MINUTE)
    assert_nothing_is_written(hold)


def test_a_hold_says_that_it_ends_with_its_start(wish: Wish) -> None:
    assert wish.hold(wish.at - MINUTE).kept_until == wish.at


@pytest.mark.parametrize("gone", GONE)
def test_what_is_gone_since_the_hold_is_not_booked(wish: Wish, gone: str) -> None:
    now = now_utc()
    hold = wish.hold(now)
    GONE[gone](wish)
    # What the desk's own forms change gives the hold up.
    with pytest.raises((SlotNotOffered, HoldExpired)):
        book(hold, now + MINUTE)
    assert not Appointment.objects.exists()
    assert not Customer.objects.exists()


def own_rule(wish: Wish) -> None:
    world = wish.world
    Offer.objects.create(
        brand=world.brand, topic=world.topic, channel="video", store=world.store
    )


def elsewhere_closed(wish: Wish) -> None:
    closed(wish, store=wish.world.other_store)


def rule_given_up(wish: Wish) -> None:
    switch(wish.world.offers["video"], retired=True)
    own_rule(wish)


STILL: dict[str, Callable[[Wish], object]] = {
    "a rule of the store's own": own_rule,
    "the rule behind it given up": rule_given_up,
    "another store closed": elsewhere_closed,
    "by video only": lambda wish: of_bob(wish).update(channels=["video"]),
    "away before": lambda wish: Absence.objects.create(
        brand=wish.world.brand,
        agenda=wish.world.bob.agenda,
        starts_at=wish.at - HOUR,
        ends_at=wish.at,
    ),
    "posted until that day": lambda wish: Posting.objects.update(
        valid_until=day_of(wish)
    ),
    "closed on the day before, not in the night": lambda wish: Closure.objects.create(
        brand=wish.world.brand,
        first_day=day_of(wish) - dt.timedelta(days=1),
        last_day=day_of(wish) - dt.timedelta(days=1),
        reason={},
    ),
}


@pytest.mark.parametrize("change", STILL)
def test_what_still_stands_is_booked(wish: Wish, change: str) -> None:
    now = now_utc()
    hold = wish.hold(now)
    STILL[change](wish)
    assert book(hold, now + MINUTE).starts_at == wish.at


@pytest.mark.parametrize("gone", ["offer off", "topic off", "store off", "brand off"])
@pytest.mark.parametrize("by", ["customer", "staff"])
def test_nothing_moves_to_what_is_offered_no_more(
    wish: Wish, gone: str, by: str
) -> None:
    now, world = now_utc(), wish.world
    visit = make_visit(world, starts_at=wish.at, now=now)
    actor = CUSTOMER if by == "customer" else Actor.staff(world.dora)
    GONE[gone](wish)
    with pytest.raises(SlotNotOffered):
        move_appointment(appointment=visit, starts_at=wish.at + HOUR, by=actor, now=now)
    assert Appointment.objects.get().starts_at == wish.at


# On the customer's page and in the API


def begin(hold: Hold) -> None:
    """Its hour has come; the hold itself lives on."""
    Hold.objects.filter(pk=hold.pk).update(
        starts_at=now_utc() - MINUTE, ends_at=now_utc() + HOUR
    )


def test_the_page_shows_the_nearest_hours_and_keeps_what_was_typed(
    client: Client, world: World
) -> None:
    address = held(client, world)
    hidden = wanted(client, address)
    begin(Hold.objects.get())
    lost = client.post(address, ALICE | {"wanted": hidden})
    page = lost.content.decode()
    assert lost.status_code == 409
    assert "Cette heure n’est plus proposée." in page
    assert page.count("plate-ghost") == 2
    assert not Appointment.objects.exists()
    again = take(client, first_start(world))
    assert 'value="Alice Moreau"' in text_of(client, again["Location"])


def test_a_begun_hold_shows_no_form(client: Client, world: World) -> None:
    address = held(client, world)
    begin(Hold.objects.get())
    assert client.get(address).status_code == 303


@pytest.mark.parametrize("row", ["hold lives", "hold is gone"])
def test_a_page_whose_offer_is_gone_says_so(
    client: Client, world: World, row: str
) -> None:
    address = held(client, world)
    hidden = wanted(client, address)
    Topic.objects.update(active=False)
    if row == "hold is gone":
        Hold.objects.all().delete()
    lost = client.post(address, ALICE | {"wanted": hidden})
    assert lost.status_code == 422
    assert "Cette heure n’est pas proposée" in lost.content.decode()
    assert not Appointment.objects.exists()


def test_a_page_whose_adviser_is_gone_shows_others_hours(
    client: Client, world: World
) -> None:
    address = held(client, world)
    hidden = wanted(client, address)
    switch(world.bob.staff_member, active=False)
    Hold.objects.all().delete()
    lost = client.post(address, ALICE | {"wanted": hidden})
    assert lost.status_code == 409
    assert not Appointment.objects.exists()


def test_the_api_names_the_nearest_times(client: Client, world: World) -> None:
    held(client, world)
    hold = Hold.objects.get()
    begin(hold)
    answer = client.post(
        f"/api/v1/brands/tilleul/holds/{hold.pk}/appointment/",
        {"name": "Alice", "email": "alice@customer.example"},
        content_type="application/json",
    )
    assert answer.status_code == 422
    assert answer.json()["code"] == "slot_not_offered"
    assert len(answer.json()["nearest"]) == 3
    assert not Appointment.objects.exists()
