"""Another hour, or a call instead, behind the same link."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from booking.models import Appointment, Customer
from stores.models import Offer
from tests.booking.customers import opened, text_of, visit_in
from tests.cast import World

pytestmark = pytest.mark.django_db


@pytest.fixture
def visit(world: World) -> Appointment:
    """Alice's video visit with Bob in two hours, with its link."""
    return visit_in(world, minutes=120)


def shown_starts(page: str) -> list[str]:
    return re.findall(r'name="start"\s+value="([^"]+)"', page)


def test_an_appointment_moves_and_keeps_its_link(
    client: Client, visit: Appointment
) -> None:
    address = opened(client, visit)
    assert "Déplacer" in text_of(client, address)
    offered = shown_starts(text_of(client, f"{address}move/"))
    assert visit.starts_at.isoformat() not in offered

    response = client.post(f"{address}move/", {"start": offered[0]})

    visit.refresh_from_db()
    assert response.status_code == 303
    assert response["Location"] == address
    assert visit.starts_at.isoformat() == offered[0]
    assert f"{visit.local_start:%H:%M}" in text_of(client, address)


def test_moving_to_an_hour_just_taken_changes_nothing(
    client: Client, world: World
) -> None:
    visit = visit_in(world, minutes=120)
    other = visit_in(world, minutes=240)
    address = opened(client, visit)
    start = other.starts_at.isoformat()
    response = client.post(f"{address}move/", {"start": start})
    before = visit.starts_at
    visit.refresh_from_db()
    assert response.status_code == 409
    assert len(shown_starts(response.content.decode())) >= 3
    assert visit.starts_at == before


@pytest.mark.parametrize("start", ["", "2001-01-01T10:00:00+00:00", "soon"])
def test_moving_nowhere_is_refused_in_words(
    client: Client, visit: Appointment, start: str
) -> None:
    response = client.post(f"{opened(client, visit)}move/", {"start": start})
    assert response.status_code == 422
    assert 'role="alert"' in response.content.decode()


def test_a_video_becomes_a_call_at_the_same_hour(
    client: Client, visit: Appointment
) -> None:
    address = opened(client, visit)
    page = text_of(client, f"{address}move/?channel=callback")
    same = visit.starts_at.isoformat()
    assert shown_starts(page)[0] == same

    client.post(f"{address}move/?channel=callback", {"start": same})

    visit.refresh_from_db()
    assert visit.channel == "callback"
    assert visit.starts_at.isoformat() == same


def test_for_a_call_the_number_is_asked_for_on_the_way(
    client: Client, visit: Appointment
) -> None:
    visit.customer.phone = ""
    visit.customer.save(update_fields=["phone"])
    address = f"{opened(client, visit)}move/?channel=callback"
    assert 'name="start"' not in text_of(client, address)
    for typed in ("", "12", "x" * 50):
        refused = client.post(address, {"phone": typed})
        assert refused.status_code == 422
        assert 'id="id_phone_error"' in refused.content.decode()
    assert client.post(address, {"phone": "0612345678"})["Location"] == address
    assert shown_starts(text_of(client, address))[0] == visit.starts_at.isoformat()
    visit.refresh_from_db()
    assert visit.channel == "video"
    assert Customer.objects.get(pk=visit.customer_id).phone == "+33612345678"


def test_it_is_switched_between_all_ways_of_its_topic(
    client: Client, visit: Appointment
) -> None:
    address = opened(client, visit)
    start = visit.starts_at.isoformat()
    for channel in ("in_store", "callback", "video"):
        page = text_of(client, address)
        assert f"move/?channel={channel}" in page
        assert f"move/?channel={visit.channel}" not in page
        client.post(f"{address}move/?channel={channel}", {"start": start})
        visit.refresh_from_db()
        assert (visit.channel, visit.starts_at.isoformat()) == (channel, start)


def test_a_call_is_offered_when_all_else_is_too_late(
    client: Client, visit: Appointment
) -> None:
    Offer.objects.update(cancel_limit=600)
    page = text_of(client, opened(client, visit))
    assert "move/?channel=callback" in page
    assert "move/?channel=in_store" not in page


def test_what_is_over_does_not_move(client: Client, world: World) -> None:
    visit = visit_in(world, minutes=-60, status="done")
    address = opened(client, visit)
    assert client.get(f"{address}move/").status_code == 409
    assert client.post(f"{address}move/", {"start": "x"}).status_code == 409
