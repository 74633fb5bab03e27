"""Cancelling with 90 seconds to think again, reopening, being late, not coming."""

from __future__ import annotations

import pytest
from django.test import Client

from booking.models import Actor, Appointment, CallAttempt, Hold, Occupancy
from booking.services.attendance import announce_delay
from booking.services.callbacks import record_call_attempt
from booking.states import Status
from stores.models import Channel
from tests.booking.at_the_desk import signed_in
from tests.booking.customers import opened, text_of, visit_in
from tests.cast import World, make_visit, now_utc

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(world: World) -> Appointment:
    return visit_in(world, minutes=60)


def page_of(visit: Appointment, action: str = "") -> str:
    return f"/staff/appointments/{visit.pk}/{action}"


def cancelled(bob: Client, visit: Appointment) -> str:
    """The page that cancelling leads to."""
    response = bob.post(page_of(visit, "cancel/"), follow=True)
    assert response.status_code == 200
    return response.content.decode()


def test_cancelling_is_asked_once_and_can_be_taken_back(
    bob: Client, visit: Appointment
) -> None:
    asked = bob.get(page_of(visit, "cancel/")).content.decode()
    assert "You have 90 seconds to take it back." in asked
    visit.refresh_from_db()
    assert visit.status == Status.CONFIRMED

    assert "Take it back" in cancelled(bob, visit)
    visit.refresh_from_db()
    assert visit.status == Status.CANCELLED_BY_STORE
    assert "Take it back" in bob.get("/staff/").content.decode()

    page = bob.post(page_of(visit, "undo/"), {"next": "/staff/"}, follow=True)
    assert "Take it back" not in page.content.decode()
    visit.refresh_from_db()
    assert visit.status == Status.CONFIRMED
    assert Occupancy.objects.get(appointment=visit, active=True)


def test_the_bar_comes_and_goes_on_the_polled_board(
    bob: Client, visit: Appointment
) -> None:
    before = bob.get("/staff/").context["etag"]
    cancelled(bob, visit)
    board = bob.get("/staff/board/lanes/")
    assert "Take it back" in board.content.decode()
    assert board.context["etag"] != before
    Hold.objects.update(expires_at=now_utc())
    assert "Take it back" not in bob.get("/staff/board/lanes/").content.decode()


def test_after_90_seconds_there_is_no_way_back_but_reopening(
    bob: Client, visit: Appointment
) -> None:
    cancelled(bob, visit)
    Hold.objects.update(expires_at=now_utc())
    response = bob.post(page_of(visit, "undo/"))
    assert response.status_code == 409
    page = response.content.decode()
    assert "The 90 seconds are over" in page
    assert page_of(visit, "reopen/") in page
    assert bob.post(page_of(visit, "reopen/")).status_code == 302
    visit.refresh_from_db()
    assert visit.status == Status.CONFIRMED


def test_what_is_over_cannot_be_cancelled(bob: Client, world: World) -> None:
    done = visit_in(world, minutes=-60, status=Status.DONE)
    for method in (bob.get, bob.post):
        assert method(page_of(done, "cancel/")).status_code == 409


def test_a_visit_is_reopened_within_a_day_and_not_later(
    bob: Client, world: World
) -> None:
    recent = visit_in(world, minutes=-60, status=Status.MISSED_BY_CUSTOMER)
    old = visit_in(world, minutes=-25 * 60, status=Status.DONE)
    assert page_of(recent, "reopen/") in bob.get(page_of(recent)).content.decode()
    assert page_of(old, "reopen/") not in bob.get(page_of(old)).content.decode()
    assert bob.post(page_of(recent, "reopen/")).status_code == 302
    assert bob.post(page_of(old, "reopen/")).status_code == 409


def test_reopening_a_time_that_somebody_has_says_so(bob: Client, world: World) -> None:
    over = visit_in(world, minutes=30, status=Status.CANCELLED_BY_CUSTOMER)
    make_visit(world, starts_at=over.starts_at, now=now_utc())
    response = bob.post(page_of(over, "reopen/"))
    assert response.status_code == 409
    assert "Somebody else has this time now." in response.content.decode()


def test_one_tap_says_how_late_we_are_and_the_customer_reads_it(
    bob: Client, client: Client, world: World
) -> None:
    visit = visit_in(world, minutes=10)
    address = opened(client, visit)
    words = "Bob a environ 10 minutes de retard"
    assert words not in text_of(client, address)
    bob.post(page_of(visit, "late/"), {"minutes": "10"})
    assert words in text_of(client, address)
    assert "Told the customer: 10 min late" in bob.get(page_of(visit)).content.decode()
    bob.post(page_of(visit, "late/"), {"minutes": "0"})
    assert words not in text_of(client, address)


def test_what_is_told_already_is_no_event(bob: Client, visit: Appointment) -> None:
    said = []
    for minutes in ("0", "10", "10", "15", "10", "0", "0"):
        answer = bob.post(page_of(visit, "late/"), {"minutes": minutes})
        assert answer.status_code == 302
        said.append(visit.events.count())
    assert said == [0, 1, 1, 2, 3, 4, 4]
    visit.refresh_from_db()
    assert (visit.delay_minutes, visit.version) == (0, 5)


def test_a_tap_that_waited_for_the_same_one_says_nothing(
    visit: Appointment, world: World
) -> None:
    """It was loaded before the first wrote; that is no conflict."""
    by, now = Actor.staff(world.bob.user), now_utc()
    other = Appointment.objects.get(pk=visit.pk)
    for loaded in (visit, other):
        announce_delay(appointment=loaded, minutes=10, by=by, now=now)
    assert visit.events.count() == 1
    assert other.delay_minutes == 10


@pytest.mark.parametrize("minutes", ["", "7", "-5", "600"])
def test_only_the_offered_delays_are_told(
    bob: Client, visit: Appointment, minutes: str
) -> None:
    response = bob.post(page_of(visit, "late/"), {"minutes": minutes})
    assert response.status_code == 422
    assert not visit.events.exists()


def test_who_is_served_or_gone_is_told_of_no_delay(bob: Client, world: World) -> None:
    done = visit_in(world, minutes=-60, status=Status.DONE)
    response = bob.post(page_of(done, "late/"), {"minutes": "5"})
    assert response.status_code == 409


def test_that_we_did_not_come_is_said_only_once_the_hour_has_come(
    bob: Client, world: World, visit: Appointment
) -> None:
    words = "We did not come"
    assert words not in bob.get(page_of(visit)).content.decode()
    due = visit_in(world, minutes=-10)
    assert words in bob.get(page_of(due)).content.decode()
    bob.post(page_of(due, "missed/"), {"by_staff": "1"})
    due.refresh_from_db()
    assert due.status == Status.MISSED_BY_STAFF


def test_three_unanswered_calls_are_enough(
    bob: Client, client: Client, world: World
) -> None:
    call = visit_in(world, minutes=-30, channel=Channel.CALLBACK)
    address = opened(client, call)
    again = "/tilleul/lille/premier-velo/callback/"
    for _ in range(3):
        assert 'value="no_answer"' in bob.get("/staff/callbacks/").content.decode()
        assert again not in text_of(client, address)
        tried(call, world)
    assert 'value="no_answer"' not in bob.get("/staff/callbacks/").content.decode()
    assert again in text_of(client, address)


def tried(call: Appointment, world: World) -> None:
    record_call_attempt(
        appointment=call,
        result=CallAttempt.Result.NO_ANSWER,
        user=world.bob.user,
        now=now_utc(),
    )


@pytest.mark.parametrize(
    "action", ["cancel/", "undo/", "reopen/", "late/", "move/", "overlap/"]
)
def test_strangers_change_nothing(
    world: World, visit: Appointment, action: str
) -> None:
    for stranger in (world.charlie, world.eve):
        client = signed_in(stranger.user)
        assert client.post(page_of(visit, action)).status_code == 404
