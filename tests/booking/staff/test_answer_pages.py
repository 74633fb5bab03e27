"""Requests on the board and on the visit's page, and what the customer reads."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from booking.models import Actor, Appointment, IdempotencyKey
from booking.models.promise import last_moment
from booking.promises.clock import run_clock
from booking.services.answers import answer_owed, decline_request
from booking.services.rescheduling import move_appointment
from stores.models import Channel, Offer
from tests.booking.asking import DAY, HOUR, MINUTE, ask
from tests.booking.at_the_desk import signed_in
from tests.booking.customers import opened, text_of
from tests.cast import World, make_visit, next_step, now_utc
from tests.house.page import Page

pytestmark = pytest.mark.django_db
BOARD = "/staff/"


def page_of(visit: Appointment) -> str:
    return f"/staff/appointments/{visit.pk}/"


def confirm(client: Client, visit: Appointment, **facts: object) -> int:
    fields = {"version": visit.version, "next": page_of(visit), **facts}
    return client.post(f"{page_of(visit)}confirm/", fields).status_code


def decline(client: Client, visit: Appointment, **facts: object) -> int:
    fields = {"version": visit.version, "answer": "", **facts}
    return client.post(f"{page_of(visit)}decline/", fields).status_code


def now_is(visit: Appointment) -> str:
    return Appointment.objects.get(pk=visit.pk).status


def test_requests_of_any_day_stand_on_top_of_the_board_with_their_age(
    world: World, bob: Client
) -> None:
    now = now_utc()
    visit = ask(world, now - 3 * HOUR, minutes=6 * 24 * 60)
    page = bob.get(BOARD).content.decode()
    assert page.index("To confirm") < page.index(">Waiting")
    assert "3<small> h</small>" in page
    assert "The customer was promised an answer by" in page
    assert f'id="confirm-{visit.pk}"' in page
    assert f"{page_of(visit)}decline/" in page
    assert not Page(page).faults()
    assert "To confirm" in bob.get("/staff/board/lanes/").content.decode()


def test_what_is_overdue_comes_first_and_says_so(world: World, bob: Client) -> None:
    now = now_utc()
    first = ask(world, now - 2 * HOUR, minutes=180)
    second = ask(world, now - 4 * HOUR, minutes=360)
    due = answer_owed(second)
    assert due is not None
    run_clock(now=due.due_at)
    page = bob.get(BOARD).content.decode()
    assert page.count("Answer overdue") >= 1
    run_clock(now=now)
    assert page.index(f"confirm-{second.pk}") < page.index(f"confirm-{first.pk}")


def test_a_request_of_today_stands_there_alone(world: World, bob: Client) -> None:
    now = now_utc()
    for channel in Channel.values:
        ask(world, now, minutes=30 + 60 * list(Channel.values).index(channel),
            channel=channel)  # fmt: skip
    page = bob.get(BOARD).content.decode()
    assert page.count("id=&quot;confirm-") + page.count('id="confirm-') == 3
    assert "Nothing right now." in page
    assert "No more visits today." in page
    assert "Nobody to call back." in page
    assert "Nobody to call back." in bob.get("/staff/callbacks/").content.decode()


def test_a_board_without_requests_says_nothing_of_them(
    world: World, bob: Client
) -> None:
    make_visit(world, starts_at=next_step(now_utc()), now=now_utc())
    assert "To confirm" not in bob.get(BOARD).content.decode()


def test_one_tap_confirms(world: World, bob: Client) -> None:
    visit = ask(world, now_utc())
    assert confirm(bob, visit) == 302
    assert now_is(visit) == "confirmed"
    page = bob.get(page_of(visit)).content.decode()
    assert "Confirmed. The customer is told." in page
    # A second tap reads the same; later, and by a colleague, it is judged anew.
    assert confirm(bob, visit) == 302
    assert "Confirmed. The customer is told." in bob.get(page_of(visit)).text
    IdempotencyKey.objects.update(created_at=now_utc() - dt.timedelta(minutes=3))
    assert confirm(bob, visit) == 409
    assert confirm(signed_in(world.dora), visit) == 409


@pytest.mark.parametrize("answer", [confirm, decline])
def test_the_answer_is_to_what_the_page_showed(
    world: World, bob: Client, answer: object
) -> None:
    visit = ask(world, now_utc())
    shown = visit.version
    to = next_step(now_utc(), minutes=900)
    move_appointment(
        appointment=visit, by=Actor.customer(), now=now_utc(), starts_at=to
    )
    assert callable(answer)
    assert answer(bob, visit, version=shown) == 409
    assert now_is(visit) == "requested"
    assert confirm(bob, visit, version="") == 422


def test_a_no_asks_for_words_and_shows_what_is_offered_instead(
    world: World, bob: Client
) -> None:
    visit = ask(world, now_utc())
    page = bob.get(f"{page_of(visit)}decline/").content.decode()
    assert "They are offered these times" in page
    assert page.count("<li>") >= 3
    assert not Page(page).faults()
    assert decline(bob, visit, answer="x" * 281) == 422
    assert now_is(visit) == "requested"
    assert decline(bob, visit, answer="Bob is away.\r\nSorry.") == 302
    assert now_is(visit) == "declined"
    page = bob.get(page_of(visit)).content.decode()
    assert "Bob is away." in page
    assert decline(bob, visit) == 409


def test_only_the_stores_own_people_answer(world: World) -> None:
    visit = ask(world, now_utc())
    for user in (world.charlie.user, world.eve.user):
        client = signed_in(user)
        assert confirm(client, visit) == 404
        assert decline(client, visit) == 404
        assert str(visit.pk) not in client.get(BOARD).content.decode()
    assert Client().post(f"{page_of(visit)}confirm/").status_code == 302
    assert now_is(visit) == "requested"


def test_nothing_of_the_visits_page_needs_what_is_not_confirmed(
    world: World, bob: Client
) -> None:
    for channel in Channel.values:
        visit = ask(world, now_utc(), channel=channel, minutes=60)
        page = bob.get(page_of(visit)).content.decode()
        for words in ("Join", "Begin", "Reached", "is here", "We are late by"):
            assert f"{words}" not in page, (channel, words)
        assert f'id="confirm-{visit.pk}"' in page
        assert not Page(page).faults()
        assert decline(bob, visit) == 302


def test_who_asks_reads_until_when_they_have_an_answer(
    world: World, client: Client
) -> None:
    visit = ask(world, now_utc())
    page = opened(client, visit)
    for address in (page, f"{page}booked/"):
        text = text_of(client, address)
        assert "Vous aurez notre réponse au plus tard le" in text
        assert "La salle ouvre" not in text


def test_who_has_waited_too_long_reads_what_happens_and_whom_to_call(
    world: World, client: Client
) -> None:
    world.store.phone = "+33320000000"
    world.store.save()
    visit = ask(world, now_utc() - 5 * HOUR)
    run_clock(now=now_utc())
    text = text_of(client, opened(client, visit))
    assert "Notre réponse tarde" in text
    assert "Nous appeler : 03 20 00 00 00" in text


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("Bob <b>forme</b> ses collègues.", "Bob &lt;b&gt;forme&lt;/b&gt; ses"),
        ("", "Nous ne pouvons pas vous recevoir à cette heure"),
    ],
)
def test_who_was_declined_reads_why_and_goes_on_with_one_of_the_nearest_times(
    world: World, client: Client, words: str, read: str
) -> None:
    visit = ask(world, now_utc())
    by = Actor.staff(world.bob.user)
    decline_request(appointment=visit, by=by, now=now_utc(), answer=words)
    page = opened(client, visit)
    text = text_of(client, page)
    assert "Nous ne pouvons pas confirmer cette heure" in text
    assert read in text
    links = [
        a.attributes["href"] for a in Page(text).all("a")
        if "?at=" in a.attributes.get("href", "")
    ]  # fmt: skip
    assert len(links) == 3
    chosen_page = text_of(client, links[0])
    assert "Premier disponible" not in chosen_page
    chosen = Page(chosen_page).all("button")
    start = next(b.attributes["value"] for b in chosen if b.attributes.get("value"))
    assert abs(dt.datetime.fromisoformat(start) - visit.starts_at) <= 5 * MINUTE
    assert client.post(f"{page}move/", {"start": start}).status_code == 303
    visit.refresh_from_db()
    assert visit.status == "requested"
    assert visit.starts_at == dt.datetime.fromisoformat(start)


def test_who_was_never_answered_reads_so(world: World, client: Client) -> None:
    visit = ask(world, now_utc() - 7 * HOUR)
    run_clock(now=last_moment(visit.created_at, visit.starts_at))
    text = text_of(client, opened(client, visit))
    assert "Personne n’a pu confirmer cette heure" in text
    assert "Cette heure n’est pas réservée." in text
    assert "Choisir une autre heure" in text
    assert not Page(text).faults()


@pytest.mark.parametrize("at", ["", "x", "9999-12-31T00:00:00+00:00", "0001-01-01"])
def test_a_link_to_any_hour_shows_the_hours_that_there_are(
    world: World, client: Client, at: str
) -> None:
    visit = ask(world, now_utc())
    page = opened(client, visit)
    response = client.get(f"{page}move/", {"at": at})
    assert response.status_code == 200


def test_another_channel_that_needs_no_answer_is_booked_at_once(
    world: World, client: Client
) -> None:
    visit = ask(world, now_utc())
    by = Actor.staff(world.bob.user)
    decline_request(appointment=visit, by=by, now=now_utc())
    Offer.objects.filter(channel=Channel.CALLBACK).update(needs_approval=False)
    start = next_step(now_utc(), minutes=2 * 24 * 60).isoformat()
    page = opened(client, visit)
    moved = client.post(f"{page}move/?channel=callback", {"start": start})
    assert moved.status_code == 303
    assert now_is(visit) == "confirmed"
    assert answer_owed(visit) is not None
    run_clock(now=visit.starts_at + DAY)
    assert now_is(visit) == "confirmed"
