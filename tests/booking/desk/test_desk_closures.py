"""Closed days at the desk, public holidays among them; absences taken back."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from booking.models import Appointment
from booking.rota.absences import add_absence
from stores.models import Absence, Channel, Closure, Region, Store
from tests.booking.at_the_desk import coming_day, signed_in
from tests.cast import World, now_utc
from tests.house.page import Page

pytestmark = pytest.mark.django_db
ALL = list(Channel.values)


def close(world: World, **other: str) -> dict[str, str]:
    day = coming_day(world.store).isoformat()
    return {
        "do": "close",
        "place": f"store-{world.store.pk}",
        "first_day": day,
        "last_day": day,
        "reason": "Inventaire",
        **other,
    }


def closures_url(world: World) -> str:
    return f"/desk/closures/?store={world.store.pk}"


def test_a_closure_is_written_with_its_decisions_and_taken_back(
    world: World, manager: Client, visit: Appointment
) -> None:
    refused = manager.post(closures_url(world), close(world))
    assert refused.status_code == 409
    (question,) = refused.context["questions"]
    sent = close(world, **{question.field: "cancel"})
    assert manager.post(closures_url(world), sent).status_code == 302
    closure = Closure.objects.get()
    assert closure.reason == {"fr": "Inventaire", "en": "Inventaire"}
    assert (
        f'id="closure-{closure.pk}"'
        in manager.get(closures_url(world)).content.decode()
    )
    gone = manager.post(f"/desk/closures/{closure.pk}/remove/")
    assert gone.status_code == 302
    assert not Closure.objects.exists()


def test_a_manager_closes_their_store_only(
    world: World, manager: Client, dora: Client
) -> None:
    region = Region.objects.create(brand=world.brand, slug="nord", name="Nord")
    Store.objects.filter(brand=world.brand).update(region=region)
    for place in ("brand", f"region-{region.pk}", f"store-{world.other_store.pk}"):
        sent = close(world, place=place)
        assert manager.post(closures_url(world), sent).status_code == 422
        assert dora.post(closures_url(world), sent).status_code == 302
    whole = Closure.objects.get(store__isnull=True, region__isnull=True)
    assert manager.post(f"/desk/closures/{whole.pk}/remove/").status_code == 403
    assert dora.post(f"/desk/closures/{whole.pk}/remove/").status_code == 302


def test_public_holidays_close_the_store_by_one_post(
    world: World, manager: Client
) -> None:
    year = now_utc().year + 1
    sent = {"do": "holidays", "territory": "FR-57", "year": str(year)}
    response = manager.post(closures_url(world), sent, follow=True)
    assert "12 days are closed. Not closed: Good Friday (" in response.content.decode()
    again = manager.post(closures_url(world), sent, follow=True)
    assert "0 days are closed." in again.content.decode()
    assert Closure.objects.filter(store=world.store).count() == 12
    wrong = manager.post(closures_url(world), {**sent, "territory": "ZZ"})
    assert wrong.status_code == 422


def test_customary_days_are_told_apart_and_close_only_when_ticked(
    world: World, manager: Client
) -> None:
    Store.objects.filter(pk=world.store.pk).update(territory="FR-971")
    page = Page(manager.get(closures_url(world)).content.decode())
    boxes = [
        b.attributes for b in page.all("input") if b.attributes.get("name") == "customs"
    ]
    assert {box["value"] for box in boxes} == {
        "Mi-Carême",
        "Vendredi saint",
        "Fête de Victor Schoelcher",
    }
    assert not any("checked" in box for box in boxes)
    year = now_utc().year + 1
    sent = {"do": "holidays", "territory": "FR-971", "year": str(year)}
    manager.post(closures_url(world), sent)
    closed = Closure.objects.filter(store=world.store)
    assert closed.count() == 12
    assert closed.filter(first_day=dt.date(year, 5, 27)).exists()
    manager.post(closures_url(world), {**sent, "customs": ["Vendredi saint"]})
    assert closed.count() == 13
    assert closed.get(reason__fr="Vendredi saint")
    wrong = manager.post(closures_url(world), {**sent, "customs": ["Carnaval"]})
    assert wrong.status_code == 422


@pytest.mark.parametrize("territory", ["FR-57", "FR-67", "FR-68"])
def test_good_friday_of_alsace_and_moselle_closes_where_it_is_ticked(
    world: World, manager: Client, territory: str
) -> None:
    Store.objects.filter(pk=world.store.pk).update(territory=territory)
    words = manager.get(closures_url(world)).content.decode()
    assert "By law in communes with a Protestant church only" in words
    (box,) = [
        b.attributes
        for b in Page(words).all("input")
        if b.attributes.get("name") == "customs"
    ]
    assert box["value"] == "Vendredi saint"
    assert "checked" not in box
    year = now_utc().year + 1
    sent = {"do": "holidays", "territory": territory, "year": str(year)}
    first = manager.post(closures_url(world), sent, follow=True)
    assert "Not closed: Good Friday" in first.content.decode()
    closed = Closure.objects.filter(store=world.store)
    assert not closed.filter(reason__fr="Vendredi saint").exists()
    assert closed.filter(first_day=dt.date(year, 12, 26)).exists()
    ticked = {**sent, "customs": ["Vendredi saint"]}
    said = manager.post(closures_url(world), ticked, follow=True).content.decode()
    assert closed.filter(reason__fr="Vendredi saint").count() == 1
    assert "Not closed" not in said


def test_the_mainland_is_asked_about_no_custom(world: World, manager: Client) -> None:
    page = Page(manager.get(closures_url(world)).content.decode())
    assert not [b for b in page.all("input") if b.attributes.get("name") == "customs"]


def test_an_absence_is_taken_back(world: World, manager: Client) -> None:
    start = now_utc() + dt.timedelta(days=3)
    absence = add_absence(
        agenda=world.bob.agenda,
        starts_at=start,
        ends_at=start + dt.timedelta(days=1),
        reason="holiday",
        user=world.dora,
        now=now_utc(),
    )
    page = manager.get(f"/desk/absences/?store={world.store.pk}").content.decode()
    assert f'id="absence-{absence.pk}"' in page
    url = f"/desk/absences/{absence.pk}/remove/"
    assert signed_in(world.bob.user).post(url).status_code == 403
    assert signed_in(world.eve.user).post(url).status_code == 404
    assert manager.post(url).status_code == 302
    assert not Absence.objects.exists()
    assert manager.post(url).status_code == 404
