"""The step of topics: ready lists, what was edited by hand, topics of one's own."""

from __future__ import annotations

import pytest
from django.test import Client

from stores.models import (
    Channel,
    Offer,
    Topic,
)
from tests.booking.desk.setting_up import (
    STORE,
    browser_of_a_new_brand,
    go,
    sent_as_shown,
    week,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(db: None) -> Client:
    return browser_of_a_new_brand()


def test_another_list_keeps_what_was_edited(client: Client) -> None:
    go(client, "store", dict(STORE))
    go(client, "hours", dict(week()))
    facts = sent_as_shown(client, "topics", do="pack-bank")
    facts["comparer-minutes"] = "35"
    page = client.post("/desk/setup/topics/", facts).content.decode()
    assert "Open an account" in page
    assert "Compare before buying" in page
    assert "Find a gift" not in page
    assert 'value="35"' in page
    assert not Topic.objects.all_brands().exists()


def test_a_topic_of_ones_own(client: Client) -> None:
    go(client, "store", dict(STORE))
    go(client, "hours", dict(week()))
    facts = sent_as_shown(client, "topics", do="add")
    page = client.post("/desk/setup/topics/", facts).content.decode()
    assert 'name="own-0-name"' in page
    row = {"row": [*facts["row"], "own-0"], "own-0-wanted": "on"}  # type: ignore[misc]
    more = {"own-0-minutes": "25", "own-0-video": "on", "do": "save"}
    response = client.post("/desk/setup/topics/", facts | row | more)
    assert response.status_code == 422
    assert "What do customers call it?" in response.content.decode()
    go(client, "topics", facts | row | more | {"own-0-name": "Bike fitting"})
    own = Topic.objects.all_brands().get(slug="bike-fitting")
    assert own.name == {"en": "Bike fitting"}
    (offer,) = Offer.objects.all_brands().filter(topic=own)
    assert (offer.channel, offer.duration) == ("video", 25)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"comparer-minutes": "4"}, "5 minutes at least"),
        ({"comparer-minutes": "121"}, "120 minutes at most"),
        ({"comparer-minutes": "a"}, "How many minutes?"),
        ({f"comparer-{by}": "" for by in Channel.values}, "Tick one way at least"),
    ],
)
def test_a_row_that_cannot_be_is_refused(
    client: Client, changed: dict[str, str], words: str
) -> None:
    go(client, "store", dict(STORE))
    go(client, "hours", dict(week()))
    facts = sent_as_shown(client, "topics", do="save") | changed
    response = client.post("/desk/setup/topics/", facts)
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Topic.objects.all_brands().exists()


def test_no_topic_at_all_is_refused(client: Client) -> None:
    go(client, "store", dict(STORE))
    go(client, "hours", dict(week()))
    response = client.post("/desk/setup/topics/", {"do": "save"})
    assert response.status_code == 422
    assert "Tick one topic at least" in response.content.decode()


def test_a_topic_of_ones_own_sent_twice_is_one(client: Client) -> None:
    go(client, "store", dict(STORE))
    go(client, "hours", dict(week()))
    own = {"own-0-wanted": "on", "own-0-name": "Bike fitting", "own-0-minutes": "25"}
    facts = {"row": ["own-0"], "own-0-video": "on", "do": "save", **own}
    for _ in range(2):
        go(client, "topics", facts)
    assert Topic.objects.all_brands().get().slug == "bike-fitting"


def test_who_goes_on_once_more_adds_nothing(client: Client) -> None:
    go(client, "store", dict(STORE))
    go(client, "hours", dict(week()))
    facts = sent_as_shown(client, "topics", do="save")
    left_out = [key for key in facts if key.startswith("un-cadeau-")]
    go(client, "topics", {key: facts[key] for key in facts if key not in left_out})
    assert Topic.objects.all_brands().count() == 5
    go(client, "topics", sent_as_shown(client, "topics", do="save"))
    assert Topic.objects.all_brands().count() == 5
    other = sent_as_shown(client, "topics", do="pack-bank")
    page = client.post("/desk/setup/topics/", other).content.decode()
    assert "Open an account" in page
    assert page.count('name="row"') == 6
    assert 'name="ouvrir-un-compte-wanted" id="id_ouvrir-un-compte-wanted">' in page
