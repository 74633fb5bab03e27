"""The permanent link, and what a customer does behind it."""

from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone
from icalendar import Calendar

from booking.links import permanent_url
from booking.models import AccessLink, Actor, Appointment
from booking.services.cancelling import cancel_appointment
from booking.states import Status
from tests.booking.customers import opened, text_of, visit_in
from tests.cast import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(world: World) -> Appointment:
    """Alice's video visit with Bob in two hours, with its link."""
    return visit_in(world, minutes=120)


def test_the_link_opens_the_appointment_at_a_clean_address(
    client: Client, visit: Appointment
) -> None:
    address = opened(client, visit)
    assert address == f"/tilleul/appointments/{visit.pk}/"
    cookie = client.cookies["links"]
    assert cookie["httponly"]
    assert f"{visit.local_start:%H:%M}" in text_of(client, address)


@pytest.mark.parametrize(
    "page",
    ["", "booked/", "cancel/", "move/", "calendar.ics", "callback/", "arrive/"],
)
def test_another_browser_learns_nothing(visit: Appointment, page: str) -> None:
    address = f"/tilleul/appointments/{visit.pk}/{page}"
    assert Client().get(address).status_code in (404, 405)
    assert Client().post(address).status_code in (404, 405)
    visit.refresh_from_db()
    assert visit.status == Status.CONFIRMED


def test_the_address_of_another_brand_shows_nothing(
    client: Client, visit: Appointment
) -> None:
    opened(client, visit)
    address = f"/banque-du-port/appointments/{visit.pk}/"
    assert client.get(address).status_code == 404


def test_a_revoked_link_opens_nothing(client: Client, visit: Appointment) -> None:
    address = opened(client, visit)
    AccessLink.objects.update(generation=2)
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("token", ["wrong", "x" * 22, "%00", "é" * 22])
def test_a_wrong_link_has_a_page_that_helps(
    client: Client, world: World, token: str
) -> None:
    response = client.get(f"/r/{token}")
    page = response.content.decode()
    assert response.status_code == 404
    assert "Ce lien ne fonctionne plus" in page
    assert "links" not in client.cookies


def test_reading_changes_nothing(client: Client, visit: Appointment) -> None:
    address = opened(client, visit)
    before = Appointment.objects.values().get(pk=visit.pk)
    for page in ("", "booked/", "cancel/", "move/", "calendar.ics"):
        assert client.get(address + page).status_code == 200
    for page in ("callback/", "arrive/"):
        assert client.get(address + page).status_code == 405
    assert Appointment.objects.values().get(pk=visit.pk) == before


def test_cancelling_asks_once_and_then_is_done(
    client: Client, visit: Appointment
) -> None:
    address = opened(client, visit)
    assert "Oui, annuler" in text_of(client, f"{address}cancel/")

    first = client.post(f"{address}cancel/")
    second = client.post(f"{address}cancel/")

    visit.refresh_from_db()
    assert (first.status_code, second.status_code) == (303, 303)
    assert visit.status == Status.CANCELLED_BY_CUSTOMER
    assert not visit.occupancies.filter(active=True).exists()
    assert "Ce rendez-vous est annulé" in text_of(client, address)


def test_cancelling_too_late_says_to_call(client: Client, world: World) -> None:
    world.offers["video"].cancel_limit = 24 * 60
    world.offers["video"].save(update_fields=["cancel_limit"])
    address = opened(client, visit_in(world, minutes=120))
    assert "Il est trop tard" in text_of(client, f"{address}cancel/")
    assert client.post(f"{address}cancel/").status_code == 409
    assert Appointment.objects.get().status == Status.CONFIRMED


def test_the_calendar_file_is_the_appointment(
    client: Client, visit: Appointment
) -> None:
    response = client.get(f"{opened(client, visit)}calendar.ics")
    assert response["Content-Type"].startswith("text/calendar")
    body = response.content.decode().replace("\r\n ", "")
    [event] = Calendar.from_ical(response.content).walk("VEVENT")
    assert event.decoded("dtstart") == visit.starts_at
    assert permanent_url(visit) in body


@pytest.mark.parametrize("status", ["missed_by_customer", "missed_by_staff"])
def test_a_missed_visit_becomes_a_callback_on_the_same_link(
    client: Client, world: World, status: str
) -> None:
    visit = visit_in(world, minutes=-60, status=status)
    address = opened(client, visit)
    is_ours = status == "missed_by_staff"
    assert ("Être appelé" if is_ours else "Appelez-moi plutôt") in text_of(
        client, address
    )

    response = client.post(f"{address}callback/")

    visit.refresh_from_db()
    assert response.status_code == 303
    assert response["Location"] == address
    assert (visit.channel, visit.status) == ("callback", Status.CONFIRMED)
    assert "Nous vous appelons au" in text_of(client, address)


def test_a_callback_asks_for_the_number_that_nobody_knows(
    client: Client, world: World
) -> None:
    visit = visit_in(world, minutes=-60, status="missed_by_staff")
    visit.customer.phone = ""
    visit.customer.save(update_fields=["phone"])
    address = opened(client, visit)

    for typed in ("", "12"):
        refused = client.post(f"{address}callback/", {"phone": typed})
        assert refused.status_code == 422
        assert 'id="id_phone_error"' in refused.content.decode()
    assert (
        client.post(f"{address}callback/", {"phone": "0612345678"}).status_code == 303
    )

    visit.customer.refresh_from_db()
    assert visit.customer.phone == "+33612345678"


def test_only_a_missed_visit_becomes_a_callback(
    client: Client, visit: Appointment
) -> None:
    assert client.post(f"{opened(client, visit)}callback/").status_code == 409


def test_the_customer_says_that_they_are_here(client: Client, world: World) -> None:
    visit = visit_in(world, minutes=5, channel="in_store")
    address = opened(client, visit)
    assert "Je suis arrivé" in text_of(client, address)
    assert client.post(f"{address}arrive/").status_code == 303
    assert client.post(f"{address}arrive/").status_code == 303
    visit.refresh_from_db()
    assert visit.status == Status.ARRIVED
    assert "sait que vous êtes là" in text_of(client, address)


@pytest.mark.parametrize(
    ("status", "minutes", "words"),
    [
        ("requested", 120, "Nous vous confirmons bientôt"),
        ("confirmed", 3000, "La salle ouvre"),
        ("confirmed", 5, "La salle est ouverte"),
        ("arrived", 5, "La salle est ouverte"),
        ("in_progress", 0, "vous attend"),
        ("done", -60, "comment c’était ?"),
        ("missed_by_staff", -60, "Personne ne vous a rejoint"),
        ("missed_by_customer", -60, "On se retrouve quand"),
        ("cancelled_by_store", 120, "Nous avons dû annuler"),
    ],
)
def test_the_page_says_where_the_appointment_stands(
    client: Client, world: World, status: str, minutes: int, words: str
) -> None:
    visit = visit_in(world, minutes=minutes, status=status)
    assert words in text_of(client, opened(client, visit))


def test_a_link_lives_on_after_cancelling(client: Client, visit: Appointment) -> None:
    cancel_appointment(appointment=visit, by=Actor.system(), now=timezone.now())
    assert "annulé" in text_of(client, opened(client, visit))
