"""Short links: made at the desk, printed, opened, and retired."""

from __future__ import annotations

import re
from unittest import mock

import pytest
from django.test import Client

from booking.front.links import make_link, retire_link
from booking.models import ShortLink
from stores.models import StaffMember, Store
from tests.cast import World, now_utc

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
GONE = "A part of this link is not offered here any more."


def link_to(world: World, **facts: object) -> ShortLink:
    nothing = {"store": None, "topic": None, "channel": "", "staff_member": None}
    return make_link(brand=world.brand, now=now_utc(), **{**nothing, **facts})  # type: ignore[arg-type]


def test_a_link_leads_past_all_that_it_knows(world: World, client: Client) -> None:
    link = link_to(world, store=world.store, topic=world.topic, channel="video")
    response = client.get(f"/r/q/{link.code}/")
    assert response.status_code == 302
    assert response["Location"] == "/tilleul/lille/premier-velo/video/"
    assert client.get(f"/r/q/{link.code.upper()}/").status_code == 302
    assert client.post(f"/r/q/{link.code}/").status_code == 405


def test_a_link_to_a_person(world: World, client: Client) -> None:
    bob = world.bob.staff_member
    link = link_to(world, staff_member=bob)
    response = client.get(f"/r/q/{link.code}/")
    assert response["Location"] == f"/tilleul/lille/premier-velo/?person={bob.pk}"
    StaffMember.objects.filter(pk=bob.pk).update(active=False)
    response = client.get(f"/r/q/{link.code}/", follow=True, headers=ENGLISH)
    assert response.redirect_chain[-1][0] == "/tilleul/?gone=1"
    assert GONE in response.text


def test_a_link_without_any_answer_is_the_front_door(
    world: World, client: Client
) -> None:
    assert client.get(f"/r/q/{link_to(world).code}/")["Location"] == "/tilleul/"


def test_a_retired_link_leads_to_the_front_door_with_a_sentence(
    world: World, client: Client
) -> None:
    link = link_to(world, store=world.store)
    retire_link(link=link, now=now_utc())
    response = client.get(f"/r/q/{link.code}/", follow=True, headers=ENGLISH)
    assert response.redirect_chain[-1][0] == "/tilleul/?gone=1"
    assert GONE in response.text


def test_a_code_that_nobody_gave_is_unknown(world: World, client: Client) -> None:
    assert client.get("/r/q/zzzzzz/").status_code == 404
    link = link_to(world)
    type(world.brand).objects.filter(pk=world.brand.pk).update(active=False)
    assert client.get(f"/r/q/{link.code}/").status_code == 404


def test_a_code_that_is_taken_is_drawn_again(world: World) -> None:
    first = link_to(world)
    drawn = iter([*first.code.upper(), *"ABCDEF"])
    with mock.patch("booking.front.links.secrets.choice", lambda _: next(drawn)):
        assert link_to(world).code == "abcdef"


def test_head_office_makes_a_link_and_prints_it(world: World, dora: Client) -> None:
    page = dora.get(f"/desk/links/?store={world.store.pk}", headers=ENGLISH).text
    assert f'<option value="{world.store.pk}" selected>Lille' in page
    assert "Calais" not in page
    sent = {
        "store": world.store.pk,
        "topic": world.topic.pk,
        "channel": "callback",
        "staff_member": world.bob.staff_member.pk,
    }
    response = dora.post("/desk/links/", sent)
    link = ShortLink.objects.get()
    assert response["Location"] == f"/desk/links/{link.pk}/"
    page = dora.get(response["Location"], headers=ENGLISH).text
    assert "Lille · First bike · We call you · Bob" in page
    assert re.search(rf"http\S*/r/q/{link.code}/", page)
    assert 'class="qr"' in page
    bob = world.bob.staff_member.pk
    opened = Client().get(f"/r/q/{link.code}/")
    assert opened["Location"] == f"/tilleul/lille/premier-velo/callback/?with={bob}"


@pytest.mark.parametrize("wrong", ["person", "topic", "foreign"])
def test_a_link_that_leads_nowhere_is_not_made(
    world: World, dora: Client, wrong: str
) -> None:
    sent: dict[str, object] = {"store": world.store.pk}
    if wrong == "person":
        sent["staff_member"] = world.charlie.staff_member.pk
    elif wrong == "topic":
        sent["topic"] = world.topic.pk
        type(world.offers["video"]).objects.update(active=False)
    else:
        sent["store"] = world.foreign_store.pk
    assert dora.post("/desk/links/", sent).status_code == 422
    assert not ShortLink.objects.exists()


def test_a_link_is_retired_at_the_desk(world: World, dora: Client, bob: Client) -> None:
    link = link_to(world, store=world.store)
    assert bob.post(f"/desk/links/{link.pk}/retire/").status_code == 403
    assert dora.post(f"/desk/links/{link.pk}/retire/").status_code == 302
    link.refresh_from_db()
    assert link.retired_at is not None
    page = dora.get("/desk/links/", headers=ENGLISH).text
    assert "Retired" in page
    assert "/retire/" not in page


def test_a_store_beyond_the_list_comes_with_its_own_page(
    world: World, dora: Client
) -> None:
    with mock.patch("booking.front.queries.MOST_CHOICES", 1):
        page = dora.get("/desk/links/", headers=ENGLISH).text
        assert "Lille" not in page
        page = dora.get(f"/desk/links/?store={world.store.pk}", headers=ENGLISH).text
    assert "Lille" in page
    Store.objects.filter(pk=world.store.pk).update(active=False)
    assert dora.get(f"/desk/links/?store={world.store.pk}").status_code == 200
