"""An address that brings answers along is not asked for them again."""

from __future__ import annotations

import pytest
from django.test import Client

from stores.models import Competence, Offer, Posting, Topic
from tests.cast import World, make_offers, make_topic
from tests.house.page import Page

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
GONE = "A part of this link is not offered here any more."


def reached(client: Client, address: str) -> str:
    """The address of the page that is shown in the end."""
    response = client.get(address, follow=True, headers=ENGLISH)
    assert response.status_code == 200
    chain = response.redirect_chain
    assert len(chain) <= 2
    return chain[-1][0] if chain else address


def page(client: Client, address: str) -> str:
    return client.get(address, follow=True, headers=ENGLISH).text


def links(text: str) -> list[str]:
    return [a.attributes.get("href", "") for a in Page(text).all("a")]


@pytest.fixture
def lost_card(world: World) -> Topic:
    """A second topic of the brand, that everybody knows."""
    topic = make_topic(world.brand, "lost", "Carte perdue", "Lost card")
    make_offers(topic)
    for adviser in (world.bob, world.charlie):
        Competence.objects.create(
            brand=world.brand, staff_member=adviser.staff_member, topic=topic
        )
    return topic


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("?store=lille&topic=lost&channel=video", "/tilleul/lille/lost/video/"),
        ("?store=lille&topic=lost", "/tilleul/lille/lost/"),
        ("?store=lille", "/tilleul/lille/"),
        ("?store=lille&channel=video", "/tilleul/lille/?channel=video"),
        ("?topic=lost", "/tilleul/stores/?topic=lost"),
        ("?channel=callback", "/tilleul/stores/?channel=callback"),
        ("?topic=lost&channel=video", "/tilleul/stores/?topic=lost&channel=video"),
        ("", "/tilleul/"),
    ],
)
def test_what_is_known_is_skipped_and_the_rest_carried(
    world: World, client: Client, lost_card: Topic, given: str, expected: str
) -> None:
    found = reached(client, f"/tilleul/{given}")
    assert found == expected
    assert GONE not in page(client, found)


def test_the_rest_is_taken_along_from_page_to_page(
    world: World, client: Client, lost_card: Topic
) -> None:
    shown = page(client, "/tilleul/?topic=lost&channel=callback")
    (lille,) = {link for link in links(shown) if link.startswith("/tilleul/lille/")}
    assert reached(client, lille) == "/tilleul/lille/lost/callback/"
    shown = page(client, "/tilleul/lille/?channel=video")
    assert "/tilleul/lille/lost/video/" in links(shown)
    assert "/tilleul/lille/premier-velo/video/" in links(shown)


def test_a_person_is_met_where_they_work(
    world: World, client: Client, lost_card: Topic
) -> None:
    bob = world.bob.staff_member.pk
    found = reached(client, f"/tilleul/?person={bob}")
    assert found == f"/tilleul/lille/?person={bob}"
    assert f"/tilleul/lille/lost/?person={bob}" in links(page(client, found))
    shown = page(client, f"/tilleul/lille/lost/?person={bob}")
    assert f"/tilleul/lille/lost/video/?with={bob}" in links(shown)
    found = reached(client, f"/tilleul/?person={bob}&topic=lost&channel=video")
    assert found == f"/tilleul/lille/lost/video/?with={bob}"
    Posting.objects.create(
        brand=world.brand, staff_member=world.bob.staff_member, store=world.other_store
    )
    found = reached(client, f"/tilleul/?person={bob}")
    assert found == f"/tilleul/stores/?person={bob}"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("?store=calais", "/tilleul/"),
        ("?topic=pret", "/tilleul/"),
        ("?channel=pigeon", "/tilleul/"),
        ("?person=%C2%B2", "/tilleul/"),
        ("?person=999999999", "/tilleul/"),
        ("?store=lille&topic=pret", "/tilleul/lille/?gone=1"),
        ("?store=lille&topic=lost&channel=pigeon", "/tilleul/lille/lost/?gone=1"),
        ("?store=nowhere&topic=lost", "/tilleul/stores/?topic=lost&gone=1"),
    ],
)
def test_a_wrong_answer_is_left_out_and_said_once(
    world: World, client: Client, lost_card: Topic, given: str, expected: str
) -> None:
    found = reached(client, f"/tilleul/{given}")
    assert found.partition("?")[0] == expected.partition("?")[0]
    if "gone" in expected:
        assert found == expected
    shown = page(client, found)
    assert shown.count(GONE) == 1
    for link in links(shown):
        if link.startswith("/tilleul/") and "appointments" not in link:
            assert GONE not in page(client, link), link


def test_a_person_of_another_store_is_left_out(
    world: World, client: Client, lost_card: Topic
) -> None:
    charlie = world.charlie.staff_member.pk
    found = reached(client, f"/tilleul/?store=lille&topic=lost&person={charlie}")
    assert found == "/tilleul/lille/lost/?gone=1"
    foreign = world.eve.staff_member.pk
    assert GONE in page(client, f"/tilleul/lille/?person={foreign}")


def test_a_channel_that_the_topic_lacks_is_left_out(
    world: World, client: Client, lost_card: Topic
) -> None:
    Offer.objects.filter(topic=lost_card, channel="video").update(active=False)
    found = reached(client, "/tilleul/?store=lille&topic=lost&channel=video")
    assert found == "/tilleul/lille/lost/?gone=1"


def test_a_question_with_one_answer_is_not_asked(world: World, client: Client) -> None:
    assert reached(client, "/tilleul/?store=lille") == "/tilleul/lille/premier-velo/"
    # On the way back it is shown: nobody is sent forward again.
    assert reached(client, "/tilleul/lille/") == "/tilleul/lille/"
    shown = page(client, "/tilleul/stores/")
    assert "/tilleul/lille/?on=1" in links(shown)
    Offer.objects.filter(brand=world.brand).exclude(channel="video").update(
        active=False
    )
    found = reached(client, "/tilleul/?store=lille")
    assert found == "/tilleul/lille/premier-velo/video/"
    shown = page(client, "/tilleul/lille/")
    assert "/tilleul/lille/premier-velo/video/" in links(shown)


def test_the_sentence_is_kept_on_a_page_that_carries(
    world: World, client: Client, lost_card: Topic
) -> None:
    address = "/tilleul/lille/?channel=video"
    response = client.post(address, {"question": "card"})
    assert response.status_code == 303
    assert response["Location"] == address


def test_a_difficult_subject_stands_first_with_the_phone_beside(
    world: World, client: Client, lost_card: Topic
) -> None:
    shown = page(client, "/tilleul/lille/")
    assert "If something is difficult" not in shown
    Topic.objects.filter(pk=lost_card.pk).update(priority="sensitive", position=9)
    world.store.phone = "+33320000000"
    world.store.save(update_fields=["phone"])
    shown = page(client, "/tilleul/lille/")
    assert shown.index("If something is difficult") < shown.index("Lost card")
    assert shown.index("Lost card") < shown.index("First bike")
    assert shown.count("Lost card") == 1
    assert "Call 03 20 00 00 00" in shown
    assert "The first times of each day are kept for this." not in shown
    Topic.objects.filter(pk=lost_card.pk).update(kept_starts=2)
    shown = page(client, "/tilleul/lille/")
    assert "The first times of each day are kept for this." in shown
