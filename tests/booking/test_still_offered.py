"""What was offered is asked again when it is taken for good."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from booking.errors import (
    BookingError,
    HoldExpired,
    MoveRefused,
    SlotNotOffered,
    StaleVersion,
    UndoExpired,
)
from booking.models import Actor, Appointment, CallAttempt, Customer, EventKind, Hold
from booking.services.agenda import add_absence
from booking.services.agenda_competences import set_competences
from booking.services.agenda_offers import OfferTerms, set_offer
from booking.services.booking import book_appointment, extend_hold, hold_slot
from booking.services.callbacks import record_call_attempt
from booking.services.cancelling import (
    cancel_appointment,
    reopen_appointment,
    undo_cancel,
)
from booking.services.moving import move_appointment
from stores.models import Absence, Closure, Competence, Offer, Posting, Topic
from tests.booking.customers import text_of
from tests.booking.test_customer_path import ALICE, first_start, held, take, wanted
from tests.cast import World, make_visit, next_step, now_utc

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)
MINUTE = dt.timedelta(minutes=1)
CUSTOMER = Actor.customer()


@dataclass(frozen=True)
class Wish:
    """A start that somebody asks for, in a world."""

    world: World
    at: dt.datetime

    def hold(self, now: dt.datetime, visitor: str = "v") -> Hold:
        world = self.world
        return hold_slot(
            store=world.store,
            topic=world.topic,
            channel="video",
            starts_at=self.at,
            visitor=visitor,
            network="n",
            now=now,
        )


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


def switch(row: Any, **facts: Any) -> None:
    type(row).objects.filter(pk=row.pk).update(**facts)


def day_of(wish: Wish) -> dt.date:
    return wish.at.astimezone(wish.world.store.zone).date()


def offer_off(wish: Wish) -> None:
    offer = wish.world.offers["video"]
    terms = OfferTerms(
        duration=offer.duration,
        step=5,
        minimum_notice=0,
        horizon=offer.horizon,
        active=False,
    )
    set_offer(topic=offer.topic, channel="video", store=None, terms=terms)


def not_here(wish: Wish) -> None:
    world = wish.world
    Offer.objects.create(
        brand=world.brand,
        topic=world.topic,
        channel="video",
        store=world.store,
        active=False,
    )


def absent(wish: Wish) -> None:
    Absence.objects.create(
        brand=wish.world.brand,
        agenda=wish.world.bob.agenda,
        starts_at=wish.at + 5 * MINUTE,
        ends_at=wish.at + HOUR,
    )


def absent_by_the_desk(wish: Wish) -> None:
    world, at = wish.world, wish.at
    add_absence(
        agenda=world.bob.agenda,
        starts_at=at,
        ends_at=at + HOUR,
        reason="sickness",
        user=world.dora,
        now=now_utc(),
    )


def closed(wish: Wish, **place: Any) -> None:
    day = day_of(wish)
    Closure.objects.create(
        brand=wish.world.brand, **place, first_day=day, last_day=day, reason={}
    )


def posting_over(wish: Wish) -> None:
    postings = Posting.objects.filter(staff_member=wish.world.bob.staff_member)
    postings.update(valid_until=day_of(wish) - dt.timedelta(days=1))


def of_bob(wish: Wish) -> Any:
    return Competence.objects.filter(staff_member=wish.world.bob.staff_member)


def knows_nothing(wish: Wish) -> None:
    bob = wish.world.bob.staff_member
    set_competences(staff_member=bob, competences=(), now=now_utc())


GONE: dict[str, Callable[[Wish], object]] = {
    "offer off": offer_off,
    "offer not here": not_here,
    "topic off": lambda wish: switch(wish.world.topic, active=False),
    "store off": lambda wish: switch(wish.world.store, active=False),
    "brand off": lambda wish: switch(wish.world.brand, active=False),
    "adviser off": lambda wish: switch(wish.world.bob.staff_member, active=False),
    "adviser away": absent,
    "adviser away, by the desk": absent_by_the_desk,
    "adviser posted no more": posting_over,
    "adviser works elsewhere": lambda wish: Posting.objects.filter(
        staff_member=wish.world.bob.staff_member
    ).delete(),
    "adviser forgot it": lambda wish: of_bob(wish).delete(),
    "adviser forgot it, by the desk": knows_nothing,
    "by telephone only": lambda wish: of_bob(wish).update(channels=["callback"]),
    "store closed": lambda wish: closed(wish, store=wish.world.store),
    "brand closed": closed,
}


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


def test_a_call_about_what_was_cancelled_meanwhile_is_not_noted(wish: Wish) -> None:
    now, world = now_utc(), wish.world
    visit = make_visit(world, starts_at=wish.at, now=now, channel="callback")
    on_the_page = Appointment.objects.get()
    cancel_appointment(appointment=visit, by=CUSTOMER, now=now)
    with pytest.raises(MoveRefused):
        record_call_attempt(
            appointment=on_the_page, result="no_answer", user=world.bob.user, now=now
        )
    assert not CallAttempt.objects.exists()


def test_a_call_about_an_hour_that_was_moved_meanwhile_is_not_noted(
    wish: Wish,
) -> None:
    now, world = now_utc(), wish.world
    visit = make_visit(world, starts_at=wish.at, now=now, channel="callback")
    on_the_page = Appointment.objects.get()
    move_appointment(appointment=visit, starts_at=wish.at + HOUR, by=CUSTOMER, now=now)
    with pytest.raises(StaleVersion):
        record_call_attempt(
            appointment=on_the_page, result="no_answer", user=world.bob.user, now=now
        )
    assert not CallAttempt.objects.exists()


def cancelled(wish: Wish) -> tuple[Appointment, Actor]:
    by = Actor.staff(wish.world.dora)
    visit = make_visit(wish.world, starts_at=wish.at, now=now_utc())
    cancel_appointment(appointment=visit, by=by, now=now_utc())
    return visit, by


@pytest.mark.parametrize(
    "gone", ["adviser away", "adviser off", "store closed", "adviser works elsewhere"]
)
def test_a_cancellation_is_not_taken_back_to_a_closed_door(
    wish: Wish, gone: str
) -> None:
    visit, by = cancelled(wish)
    GONE[gone](wish)
    with pytest.raises(SlotNotOffered):
        undo_cancel(appointment=visit, by=by, now=now_utc())
    with pytest.raises(SlotNotOffered):
        reopen_appointment(appointment=visit, by=by, now=now_utc() + 2 * MINUTE)
    assert Appointment.objects.get().status == "cancelled_by_store"


def test_an_absence_gives_up_what_was_kept_to_take_a_cancellation_back(
    wish: Wish,
) -> None:
    visit, by = cancelled(wish)
    absent_by_the_desk(wish)
    with pytest.raises(UndoExpired):
        undo_cancel(appointment=visit, by=by, now=now_utc())


def test_nor_to_an_hour_at_which_nobody_works_any_more(wish: Wish) -> None:
    visit, by = cancelled(wish)
    wish.world.bob.agenda.working_hours.all().delete()
    with pytest.raises(SlotNotOffered):
        undo_cancel(appointment=visit, by=by, now=now_utc())


@pytest.mark.parametrize(
    "gone", ["offer off", "topic off", "adviser forgot it, by the desk"]
)
def test_a_cancellation_is_taken_back_though_nobody_new_could_book(
    wish: Wish, gone: str
) -> None:
    visit, by = cancelled(wish)
    GONE[gone](wish)
    undo_cancel(appointment=visit, by=by, now=now_utc())
    assert Appointment.objects.get().status == "confirmed"


def test_a_visit_that_was_kept_in_an_absence_comes_back_to_it(wish: Wish) -> None:
    world, by = wish.world, Actor.staff(wish.world.dora)
    visit = make_visit(world, starts_at=wish.at, now=now_utc())
    absent(wish)
    visit.record(EventKind.KEPT, by=by, now=now_utc())
    cancel_appointment(appointment=visit, by=by, now=now_utc())
    undo_cancel(appointment=visit, by=by, now=now_utc())
    assert Appointment.objects.get().status == "confirmed"


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
