"""The board of the day: who stands where, what a tap does, what polling costs."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from booking.models import Actor, Appointment
from booking.services.attendance import record_arrival, start_visit
from booking.states import Outcome, Status
from stores.models import Channel, Membership, Role
from tests.booking.at_the_desk import signed_in
from tests.cast import PASSWORD, World, make_adviser, make_visit, next_step, now_utc

pytestmark = pytest.mark.django_db

BOARD = "/staff/"
LANES = "/staff/board/lanes/"


def visit_now(world: World, *, minutes: int = 0, **what: Any) -> Appointment:
    now = now_utc()
    return make_visit(world, starts_at=next_step(now, minutes=minutes), now=now, **what)


def test_the_sign_in_page_comes_first() -> None:
    response = Client().get(BOARD)
    assert response.status_code == 302
    assert response["Location"] == f"{reverse('account_login')}?next=/staff/"


def test_a_polled_partial_sends_the_page_to_sign_in_and_never_a_form() -> None:
    response = Client().get(LANES, headers={"hx-request": "true"})
    assert response["HX-Redirect"] == f"{reverse('account_login')}?next=/staff/"


def test_an_empty_day_says_so_in_words(bob: Client) -> None:
    page = bob.get(BOARD).content.decode()
    for words in ("Nobody is waiting.", "Nothing right now.", "Nobody to call back."):
        assert words in page


def test_who_has_arrived_waits_on_top_oldest_first(world: World, bob: Client) -> None:
    now = now_utc()
    second = visit_now(world, minutes=30)
    first = visit_now(world, minutes=60, channel=Channel.IN_STORE)
    for visit, minutes in ((first, 7), (second, 2)):
        arrived = now - dt.timedelta(minutes=minutes)
        record_arrival(appointment=visit, by=Actor.customer(), now=arrived)
    board = bob.get(BOARD).context["board"]
    assert [(c.visit, c.minutes) for c in board.waiting] == [(first, 7), (second, 2)]
    assert board.waiting[0].waits_long
    assert not board.waiting[1].waits_long


def test_each_visit_stands_in_one_lane(world: World, bob: Client) -> None:
    now = now_utc()
    due = visit_now(world)
    later = visit_now(world, minutes=90)
    call = visit_now(world, minutes=150, channel=Channel.CALLBACK)
    missed = visit_now(world, minutes=200, status=Status.MISSED_BY_CUSTOMER)
    served = visit_now(world, minutes=240)
    start_visit(appointment=served, by=Actor.staff(world.bob.user), now=now)
    board = bob.get(BOARD).context["board"]
    lanes = {
        name: [card.visit for card in getattr(board, name)]
        for name in ("waiting", "current", "upcoming", "to_call", "missed")
    }
    assert lanes == {
        "waiting": [],
        "current": [served, due],
        "upcoming": [later],
        "to_call": [call],
        "missed": [missed],
    }


def test_an_adviser_begins_with_their_own_visits_and_all_who_wait(
    world: World, bob: Client
) -> None:
    colleague = make_adviser(world.store, "Sarah", topics=[world.topic])
    hers = visit_now(world, minutes=90, adviser=colleague)
    waiting = visit_now(world, minutes=10, adviser=colleague)
    record_arrival(appointment=waiting, by=Actor.customer(), now=now_utc())
    board = bob.get(BOARD).context["board"]
    assert board.upcoming == ()
    assert [card.visit for card in board.waiting] == [waiting]
    board = bob.get(f"{BOARD}?who=store").context["board"]
    assert [card.visit for card in board.upcoming] == [hers]


def test_an_unchanged_board_answers_304_and_a_changed_one_does_not(
    world: World, bob: Client
) -> None:
    visit = visit_now(world, minutes=90)
    first = bob.get(LANES)
    again = bob.get(LANES, headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    record_arrival(appointment=visit, by=Actor.customer(), now=now_utc())
    changed = bob.get(LANES, headers={"if-none-match": first["ETag"]})
    assert changed.status_code == 200


def test_the_partial_is_what_the_page_holds(world: World, bob: Client) -> None:
    visit_now(world, minutes=90)
    # Both say the minute, which is not to pass between them.
    with time_machine.travel(now_utc(), tick=False):
        page, partial = bob.get(BOARD).content, bob.get(LANES).content
    start = page.index(b'<div id="lanes"')
    shown = page[start:].split(b"<header")[1].split(b"</header>")[0]
    assert shown in partial


def test_the_date_is_the_stores(world: World, bob: Client) -> None:
    world.store.time_zone = "Pacific/Auckland"
    world.store.save(update_fields=["time_zone"])
    page = bob.get(BOARD)
    there = page.context["board"].now.astimezone(world.store.zone)
    assert f"{there:%A, %B} {there.day}" in page.content.decode()


@pytest.mark.parametrize("url", [BOARD, LANES])
def test_queries_do_not_grow_with_visits_or_staff(
    world: World,
    bob: Client,
    url: str,
    django_assert_max_num_queries: Any,
) -> None:
    def count() -> int:
        with django_assert_max_num_queries(30) as captured:
            bob.get(url)
        return len(captured)

    visit_now(world, minutes=60)
    few = count()
    for n in range(4):
        adviser = make_adviser(world.store, f"Sarah{n}", topics=[world.topic])
        visit_now(world, minutes=60, adviser=adviser)
        visit_now(world, minutes=90, adviser=adviser, channel=Channel.CALLBACK)
    assert count() == few


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("record_arrival", {}, Status.ARRIVED),
        ("start_visit", {}, Status.IN_PROGRESS),
        ("mark_missed", {}, Status.MISSED_BY_CUSTOMER),
        ("outcome", {"outcome": "sold"}, Status.DONE),
    ],
)
def test_one_tap_moves_the_visit_and_comes_back(
    world: World, bob: Client, name: str, data: dict[str, str], expected: str
) -> None:
    visit = visit_now(world)
    url = reverse(f"booking:{name}", args=[visit.pk])
    assert bob.get(url).status_code == 405
    response = bob.post(url, {**data, "next": "/staff/?who=me"})
    assert response.status_code == 302
    assert response["Location"] == "/staff/?who=me"
    visit.refresh_from_db()
    assert visit.status == expected


def test_a_tap_leads_back_to_our_own_pages_only(world: World, bob: Client) -> None:
    visit = visit_now(world)
    url = reverse("booking:record_arrival", args=[visit.pk])
    response = bob.post(url, {"next": "https://elsewhere.example/"})
    assert response["Location"] == BOARD


def test_every_outcome_is_one_chip(world: World, bob: Client) -> None:
    visit = visit_now(world, status=Status.IN_PROGRESS)
    page = bob.get(BOARD).content.decode()
    for outcome in Outcome.values:
        assert f'id="{outcome}-{visit.pk}"' in page


def test_a_tap_on_what_has_changed_shows_how_it_is_now(
    world: World, bob: Client
) -> None:
    visit = visit_now(world, status=Status.CANCELLED_BY_CUSTOMER)
    response = bob.post(reverse("booking:start_visit", args=[visit.pk]))
    assert response.status_code == 409
    page = response.content.decode()
    assert "This visit has changed meanwhile" in page
    assert "Cancelled by the customer" in page


def test_an_unknown_outcome_is_refused_and_nothing_is_written(
    world: World, bob: Client
) -> None:
    visit = visit_now(world, status=Status.IN_PROGRESS)
    url = reverse("booking:outcome", args=[visit.pk])
    assert bob.post(url, {"outcome": "bored"}).status_code == 422
    visit.refresh_from_db()
    assert visit.status == Status.IN_PROGRESS


def test_taps_need_their_csrf_token(world: World) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.login(email=world.bob.user.email, password=PASSWORD)
    visit = visit_now(world)
    url = reverse("booking:record_arrival", args=[visit.pk])
    assert client.post(url).status_code == 403


def test_ones_own_customer_who_is_here_in_time_stands_under_now(
    world: World, bob: Client
) -> None:
    due, early = visit_now(world), visit_now(world, minutes=90)
    for visit in (due, early):
        record_arrival(appointment=visit, by=Actor.customer(), now=now_utc())
    board = bob.get(BOARD).context["board"]
    assert [card.visit for card in board.current] == [due]
    assert [card.visit for card in board.waiting] == [early]
    start_visit(appointment=early, by=Actor.staff(world.bob.user), now=now_utc())
    board = bob.get(BOARD).context["board"]
    assert [card.visit for card in board.current] == [early]
    assert [card.visit for card in board.waiting] == [due]


def test_an_admin_looks_into_any_store_of_the_brand(world: World) -> None:
    dora = signed_in(world.dora)
    visit = visit_now(world, minutes=90)
    for store, expected in ((world.store, [visit]), (world.other_store, [])):
        page = dora.get(f"{BOARD}?store={store.pk}")
        assert [card.visit for card in page.context["board"].upcoming] == expected
        assert f'<option value="{world.other_store.pk}"' in page.content.decode()
    assert dora.get(f"{BOARD}?store={world.foreign_store.pk}").status_code == 404


def test_somebody_of_two_stores_says_where_they_are(world: World, bob: Client) -> None:
    assert "Where you work now" not in bob.get(BOARD).content.decode()
    second = Membership.objects.create(
        brand=world.brand,
        user=world.bob.user,
        store=world.other_store,
        role=Role.MANAGER,
    )
    assert "Where you work now" in bob.get(BOARD).content.decode()
    url = reverse("booking:choose_workplace")
    stranger = Membership.objects.for_brand(world.other_brand).get()
    assert bob.post(url, {"membership": stranger.pk}).status_code == 404
    assert bob.get(BOARD).context["store"] == world.store
    assert bob.post(url, {"membership": second.pk})["Location"] == BOARD
    assert bob.get(BOARD).context["store"] == world.other_store
