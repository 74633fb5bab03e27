"""The room's pages: who may open them, what they say, and that opening changes
nothing."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from booking.links import issue_link
from booking.models import Actor, Appointment, VisitRating
from booking.services.attendance import complete_visit
from booking.spoken.pairs import words_of
from booking.states import Status
from tests.cast import World, make_visit, now_utc
from tests.video.visitors import signed_in, visitor, with_link
from video import services
from video.access import room_of
from video.models import Participant, Room


def page(name: str, visit: Appointment) -> str:
    return reverse(f"video:{name}", args=[visit.brand.slug, visit.pk])


def staff_page(name: str, visit: Appointment) -> str:
    return reverse(f"video:{name}", args=[visit.pk])


@pytest.mark.parametrize("name", ["device", "waiting", "room", "waiting_state"])
def test_only_the_links_browser_opens_a_customers_page(
    world: World, visit: Appointment, name: str
) -> None:
    address = page(name, visit)
    foreign = address.replace(world.brand.slug, world.other_brand.slug, 1)
    there = with_link(visit).client
    assert there.get(address).status_code in (200, 302)
    assert there.get(foreign).status_code == 404
    assert visitor().client.get(address).status_code == 404
    assert signed_in(world.bob.user).client.get(address).status_code == 404


@pytest.mark.parametrize("name", ["staff_room", "door", "enter_staff"])
def test_only_staff_of_the_store_open_the_advisers_page(
    world: World, visit: Appointment, name: str
) -> None:
    address = staff_page(name, visit)
    bob = signed_in(world.bob.user).client
    assert bob.get(address, follow=True).status_code == 200
    assert signed_in(world.charlie.user).client.get(address).status_code == 404
    assert signed_in(world.eve.user).client.get(address).status_code == 404
    assert "/accounts/login/" in visitor().client.get(address)["Location"]
    assert "/accounts/login/" in with_link(visit).client.get(address)["Location"]


def test_opening_pages_changes_nothing(world: World, visit: Appointment) -> None:
    alice, bob = with_link(visit).client, signed_in(world.bob.user).client
    for name in ("device", "waiting", "waiting_state", "room"):
        alice.get(page(name, visit))
    for name in ("enter_staff", "staff_room", "door"):
        bob.get(staff_page(name, visit))
    visit.refresh_from_db()
    assert (visit.status, visit.seen_at) == (Status.CONFIRMED, None)
    assert not Room.objects.all_brands().exists()


def test_the_adviser_has_the_words_of_a_call_in_the_room_a_manager_has_not(
    world: World, visit: Appointment
) -> None:
    """Who lets the line go and telephones says them first."""
    issue_link(visit, now=now_utc())
    pages = {
        who: signed_in(user).client.get(staff_page("staff_room", visit))
        for who, user in (("bob", world.bob.user), ("dora", world.dora))
    }
    assert words_of(visit) in pages["bob"].content.decode()
    assert pages["dora"].status_code == 200
    assert "words-w" not in pages["dora"].content.decode()
    assert not visit.events.exists()


def test_alice_says_that_she_is_here_and_bob_lets_her_in(
    world: World, visit: Appointment
) -> None:
    alice, bob = with_link(visit), signed_in(world.bob.user)
    assert b"I'm here" in english(alice.client, page("waiting", visit))
    assert alice.post(page("join", visit)) == 302
    assert b'data-door="waiting"' in bob.client.get(staff_page("door", visit)).content
    room = alice.client.get(page("room", visit))
    assert room["Location"] == page("waiting", visit)
    assert bob.post(staff_page("admit", visit)) == 302
    waiting = alice.client.get(page("waiting", visit))
    assert waiting["Location"] == page("room", visit)
    content = alice.client.get(page("room", visit)).content
    assert b'data-room-state="connecting"' in content
    assert str(visit.pk).encode() in content


def test_the_rooms_page_is_packed_for_weak_lines(visit: Appointment) -> None:
    alice, now = with_link(visit), timezone.now()
    services.say_here(room=room_of(visit), now=now)
    services.admit(room=room_of(visit), now=now)
    packed = {"Accept-Encoding": "gzip"}
    answer = alice.client.get(page("room", visit), headers=packed)
    assert answer["Content-Encoding"] == "gzip"
    assert len(answer.content) < 10_000


def english(client: Client, address: str) -> bytes:
    return bytes(client.get(address, headers={"Accept-Language": "en"}).content)


def test_a_beat_keeps_the_place_and_needs_a_token(
    world: World, visit: Appointment
) -> None:
    alice = with_link(visit)
    alice.post(page("join", visit))
    seats = Participant.objects.for_brand(world.brand)
    before = timezone.now() - dt.timedelta(minutes=1)
    seats.update(present_at=before)
    assert alice.post(page("here", visit)) == 204
    assert seats.get().present_at > before  # type: ignore[operator]
    assert visitor().post(page("here", visit)) == 404
    alice.token = ""
    assert alice.post(page("here", visit)) == 403


def test_an_unchanged_state_is_not_sent_again(visit: Appointment) -> None:
    alice = with_link(visit)
    first = alice.client.get(page("waiting_state", visit))
    again = alice.client.get(
        page("waiting_state", visit), headers={"If-None-Match": first["ETag"]}
    )
    assert (again.status_code, again.content) == (304, b"")
    alice.post(page("join", visit))
    changed = alice.client.get(
        page("waiting_state", visit), headers={"If-None-Match": first["ETag"]}
    )
    assert changed.status_code == 200


def test_arriving_too_early_is_refused_and_says_when(world: World) -> None:
    now = now_utc()
    starts_at = now + dt.timedelta(hours=3)
    visit = make_visit(world, starts_at=starts_at, now=now)
    alice = with_link(visit)
    assert alice.post(page("join", visit)) == 403
    assert b'data-waiting="early"' in alice.client.get(page("waiting", visit)).content
    bob = signed_in(world.bob.user).client
    assert b"data-sessions-url" not in bob.get(staff_page("staff_room", visit)).content


def test_after_the_visit_the_room_says_that_it_is_over(
    world: World, visit: Appointment
) -> None:
    now = now_utc()
    services.say_here(room=room_of(visit), now=now)
    visit.refresh_from_db()
    by = Actor.staff(world.bob.user)
    complete_visit(appointment=visit, outcome="advised", by=by, now=now)
    alice = with_link(visit)
    for name in ("room", "waiting"):
        shown = alice.client.get(page(name, visit)).content
        assert b'data-room-state="ended"' in shown
        assert shown.count(b'name="score"') == 5, "how it was, in one tap"
    rate = page("room", visit).removesuffix("room/") + "rating/"
    sent = {"score": 5, "place": "room", "csrfmiddlewaretoken": alice.token}
    assert alice.client.post(rate, sent).status_code == 303
    assert VisitRating.objects.get().place == "room"


def test_a_cancelled_visits_room_leads_back_to_the_appointment(world: World) -> None:
    now = now_utc()
    status = Status.CANCELLED_BY_CUSTOMER
    visit = make_visit(world, starts_at=now, now=now, status=status)
    response = with_link(visit).client.get(page("room", visit))
    assert response["Location"] == page("room", visit).removesuffix("room/")


def test_who_waits_may_ask_for_a_call_instead(world: World, visit: Appointment) -> None:
    alice = with_link(visit).client
    alice.post(page("join", visit))
    words = "Call me instead"
    address = reverse("booking:move", args=[visit.brand.slug, visit.pk])
    assert (
        f"{address}?channel=callback" in english(alice, page("waiting", visit)).decode()
    )
    assert words.encode() in english(alice, page("waiting", visit))
    assert alice.get(f"{address}?channel=callback").status_code == 200
    visit.customer.phone = ""
    visit.customer.save(update_fields=["phone"])
    assert words.encode() in english(alice, page("waiting", visit))
    asked = alice.get(f"{address}?channel=callback").content.decode()
    assert 'name="phone"' in asked
