"""The page on which a customer says where they are reached."""

from __future__ import annotations

import pytest
from django.test import Client

from booking.models import Actor, Appointment
from booking.services.contact import change_contact
from tests.booking.customers import opened, visit_in
from tests.cast import World, now_utc
from tests.sent_forms import forms_on

pytestmark = pytest.mark.django_db

THEIRS, MINE = "new@customer.example", "mine@customer.example"


@pytest.fixture
def visit(world: World) -> Appointment:
    return visit_in(world, minutes=24 * 60)


def test_an_address_that_was_changed_meanwhile_is_asked_about(
    visit: Appointment, client: Client
) -> None:
    address = f"{opened(client, visit)}contact/"
    html = client.get(address).content.decode()
    (form,) = [f for f in forms_on(html, address) if "as_shown" in f.fields]
    change_contact(
        appointment=visit,
        email=THEIRS,
        phone="",
        by=Actor.customer(),
        now=now_utc(),
    )
    sent = {**form.fields, "email": MINE}
    stale = client.post(form.path, sent, headers={"accept-language": "en"})
    assert stale.status_code == 409
    visit.customer.refresh_from_db()
    assert visit.customer.email == THEIRS
    page = stale.content.decode()
    assert f"We write now to: {THEIRS}" in page
    (again,) = [f for f in forms_on(page, address) if "as_shown" in f.fields]
    assert again.fields["email"] == MINE
    done = client.post(
        again.path, again.fields, headers={"accept-language": "en"}, follow=True
    )
    visit.customer.refresh_from_db()
    assert visit.customer.email == MINE
    assert "Done: we write there from now on." in done.content.decode()
