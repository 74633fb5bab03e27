"""The foot of each mail to a customer leads to the legal pages."""

from __future__ import annotations

import pytest

from notifications.content.rendering import render
from notifications.models import Delivery
from notifications.webhooks.endpoints import add_endpoint, receivers_of
from stores.legal.texts import pages_of
from stores.models import Brand, LegalKind
from tests.cast import World, now_utc
from tests.notifications.bookings import DAY, book, on_the_grid

pytestmark = pytest.mark.django_db


def test_a_mail_says_the_state_of_accessibility(world: World) -> None:
    Brand.objects.filter(pk=world.brand.pk).update(legal={"state": "partly"})
    now = now_utc()
    visit = book(
        world,
        starts_at=on_the_grid(now + 3 * DAY),
        now=now,
        channel="video",
        language="fr",
    )
    visit.brand.refresh_from_db()
    message = render(
        Delivery(appointment=visit, kind="confirmed", channel="email"), visit, now=now
    )
    for kind in LegalKind:
        assert f"/tilleul/legal/{kind}/" in message.text
        assert f'/tilleul/legal/{kind}/"' in message.html
    assert "Accessibilité\N{NO-BREAK SPACE}: partiellement conforme" in message.text
    assert "Accessibilité\N{NO-BREAK SPACE}: partiellement conforme</a>" in message.html
    assert len(pages_of(visit.brand)) == len(LegalKind)


def test_the_text_about_data_names_who_is_called(world: World) -> None:
    before = receivers_of(world.brand)
    for url, active in (("https://crm.example/a", True), ("https://b.example", False)):
        add_endpoint(
            brand=world.brand, url=url, kinds=["booked"], active=active, now=now_utc()
        )
    (added,) = set(receivers_of(world.brand)) - set(before)
    assert "crm.example" in added
    assert "b.example" not in added
