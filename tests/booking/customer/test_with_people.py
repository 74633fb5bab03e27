"""A store or topic that nobody is there for yet is not full: it is not offered."""

from __future__ import annotations

import pytest
from django.test import Client

from stores.models import Competence, DayOverride, StaffMember, WorkingHours
from tests.cast import (
    World,
    make_adviser,
    make_offers,
    make_store,
    make_topic,
    next_step,
    now_utc,
)

pytestmark = pytest.mark.django_db


def test_a_store_is_listed_once_somebody_has_hours_there(world: World) -> None:
    bare = make_store(world.brand, "bare")
    make_store(world.brand, "empty")
    client, path = Client(), f"/{world.brand.slug}/stores/"
    assert "Bare" not in client.get(path, follow=True).text
    api = f"/api/v1/brands/{world.brand.slug}/stores/"
    assert "bare" not in client.get(api).text
    ada = make_adviser(bare, "Ada", topics=[world.topic])
    page = client.get(path).text
    assert "Bare" in page
    assert "Empty" not in page
    assert "bare" in client.get(api).text
    StaffMember.objects.filter(pk=ada.staff_member.pk).update(active=False)
    assert "Bare" not in client.get(path, follow=True).text


def test_one_day_is_enough(world: World) -> None:
    bare = make_store(world.brand, "bare")
    ada = make_adviser(bare, "Ada", topics=[world.topic])
    WorkingHours.objects.filter(agenda=ada.agenda).delete()
    assert "Bare" not in Client().get(f"/{world.brand.slug}/stores/", follow=True).text
    DayOverride.objects.create(
        brand=world.brand,
        agenda=ada.agenda,
        store=bare,
        day=next_step(now_utc()).date(),
        starts_at="09:00",
        minutes=60,
        channels=["video"],
    )
    assert "Bare" in Client().get(f"/{world.brand.slug}/stores/").text


def test_a_topic_is_listed_once_somebody_knows_it(world: World) -> None:
    client, path = Client(), f"/{world.brand.slug}/{world.store.slug}/"
    fresh = make_topic(world.brand, "lost", "Carte perdue", "Carte perdue")
    make_offers(fresh)
    offers = f"/api/v1/brands/{world.brand.slug}/stores/{world.store.slug}/offers/"
    assert "Carte perdue" not in client.get(path).text
    assert "lost" not in client.get(offers).text
    Competence.objects.create(
        brand=world.brand, staff_member=world.bob.staff_member, topic=fresh
    )
    assert "Carte perdue" in client.get(path).text
    assert "lost" in client.get(offers).text


def test_a_store_without_anybody_says_so(world: World) -> None:
    bare = make_store(world.brand, "bare")
    page = Client(headers={"accept-language": "en"}).get(
        f"/{world.brand.slug}/{bare.slug}/"
    )
    assert "Nothing can be booked here online for now." in page.text
