"""The brand's topics: their order, what each says and offers, and their end."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from booking.models import Appointment
from stores.access import offer_for
from stores.models import Competence, Offer, Topic, TopicQuestion
from tests.booking.at_the_desk import chosen_in
from tests.cast import World, make_offers, make_topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(world: World) -> Topic:
    """Another topic, after the first; nobody advises on it."""
    topic = make_topic(world.brand, "poussette", "Poussette", "Pushchair")
    topic.position = 1
    topic.save()
    make_offers(topic)
    return topic


def page_of(world: World, topic: Topic | None = None, act: str = "") -> str:
    return f"/desk/topics/{(topic or world.topic).pk}/{act}?store={world.store.pk}"


def sent_from(dora: Client, address: str, **changes: str) -> dict[str, str]:
    """The page's form as a browser sends it, with changes; `x__y` is `x-y`."""
    page = dora.get(address).content.decode()
    form = page[page.index('id="topicform"') : page.index('class="savebar"')]
    texts = re.findall(r'<textarea name="([^"]+)"[^>]*>([^<]*)</textarea>', form)
    typed = {}
    for tag in re.findall(r"<input[^>]*>", form):
        facts = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if facts["type"] in ("text", "number"):
            typed[facts["name"]] = facts.get("value", "")
    for name, text in texts:
        typed[name] = text.strip()
    changed = {name.replace("__", "-"): text for name, text in changes.items()}
    return chosen_in(form) | typed | changed


def order(world: World) -> list[str]:
    rows = Topic.objects.for_brand(world.brand).filter(active=True)
    return [topic.slug for topic in rows]


def test_the_order_is_saved_at_once_and_a_second_tap_changes_nothing(
    dora: Client, world: World, second: Topic
) -> None:
    before = order(world)
    assert before[-1] == second.slug
    for _tap in range(2):
        page = dora.post(page_of(world, second, "place/"), {"place": "0"}, follow=True)
        assert order(world) == [second.slug, *before[:-1]]
    said = page.content.decode()
    assert 'role="status"' in said
    assert "is number 1 now" in said
    for odd in ("-1", "x", "99999999"):
        dora.post(page_of(world, second, "place/"), {"place": odd})
    assert order(world)[0] == second.slug


def test_a_topic_without_anybody_says_where(
    dora: Client, world: World, second: Topic
) -> None:
    page = dora.get("/desk/topics/").content.decode()
    assert "has no hour to choose" in page
    assert "Poussette</b>: Arras, Lille" in " ".join(page.split())
    for one in (world.bob, world.charlie):
        Competence.objects.create(
            brand=world.brand, staff_member=one.staff_member, topic=second
        )
    assert "has no hour to choose" not in dora.get("/desk/topics/").content.decode()


def test_a_new_topic_has_its_ways_and_can_be_booked(dora: Client, world: World) -> None:
    sent = {
        **{"name_fr": "Réparer", "name_en": "Repair", "video-offered": "on"},
        **{"video-duration": "25", "video-buffer_after": "10"},
        **{"video-minimum_notice": "120"},
    }
    for wrong in ({"name_fr": ""}, {"video-offered": ""}, {"video-duration": "3"}):
        assert dora.post("/desk/topics/new/", sent | wrong).status_code == 422
    page = dora.post("/desk/topics/new/", sent, follow=True)
    assert page.status_code == 200
    topic = Topic.objects.for_brand(world.brand).get(slug="reparer")
    offer = offer_for(store=world.store, topic=topic, channel="video")
    assert offer is not None
    figures = offer.duration, offer.buffer_after, offer.minimum_notice
    assert figures == (25, 10, 120)
    assert offer_for(store=world.store, topic=topic, channel="callback") is None


def test_all_of_a_topic_is_written_at_once(
    dora: Client, world: World, visit: Appointment
) -> None:
    address = page_of(world)
    sent = sent_from(
        dora,
        address,
        name_fr="Le vélo",
        summary_fr="Draisienne",
        preparation_fr="La taille\r\n\r\n Une photo ",
        steps_fr="Demander la taille\r\nMontrer",
        is_sensitive="on",
        q0__text_fr="Que cherchez-vous ?",
        q0__kind="choice",
        q0__choices_fr="un casque\r\nune draisienne",
        video__duration="45",
        callback__offered="",
    )
    del sent["callback-offered"]
    assert dora.post(address, sent).status_code == 302
    topic = Topic.objects.get(pk=world.topic.pk)
    assert topic.name["fr"] == "Le vélo"
    assert topic.preparation == {"fr": ["La taille", "Une photo"]}
    assert topic.steps == {"fr": ["Demander la taille", "Montrer"]}
    assert topic.priority == Topic.Priority.SENSITIVE
    (asked,) = TopicQuestion.objects.for_brand(world.brand).filter(topic=topic)
    assert asked.choices == {"fr": ["un casque", "une draisienne"]}
    rules = {
        row.channel: row
        for row in Offer.objects.for_brand(world.brand).filter(topic=topic)
    }
    assert rules["video"].duration == 45
    assert rules["video"].step == world.offers["video"].step
    assert not rules["callback"].active
    ends = visit.ends_at
    visit.refresh_from_db()
    assert visit.ends_at == ends, "what is booked keeps its length"


def test_the_preview_says_what_a_change_does_and_writes_nothing(
    dora: Client, world: World, visit: Appointment
) -> None:
    sent = sent_from(dora, page_of(world), video__duration="45", name_en="")
    page = dora.post(page_of(world, act="preview/"), sent).content.decode()
    assert "Video: 20 minutes become 45. The 1 booked visit keeps its length." in page
    assert "There is no English name" in page
    assert "inert" in page
    assert Offer.objects.get(pk=world.offers["video"].pk).duration == 20


def test_what_is_wrong_is_said_at_its_place_and_nothing_is_written(
    dora: Client, world: World
) -> None:
    address = page_of(world)
    for wrong, words in (
        ({"name_fr": " "}, "What do customers call it?"),
        ({"steps_fr": "\n".join("abcdefgh")}, "At most 7 lines"),
        ({"q0__text_en": "How old?"}, "Write the question here first."),
        ({"q0__text_fr": "?", "q0__kind": "choice"}, "Two choices at least."),
        ({"video__duration": "500"}, "5 to 480 minutes."),
    ):
        sent = sent_from(dora, address, **{"summary_fr": "neu", **wrong})
        refused = dora.post(address, sent)
        assert refused.status_code == 422
        assert words in refused.content.decode()
    assert Topic.objects.get(pk=world.topic.pk).summary == world.topic.summary


def test_a_third_topic_that_goes_first_is_refused(dora: Client, world: World) -> None:
    for slug in ("one", "two"):
        topic = make_topic(world.brand, slug, slug, slug)
        topic.priority = Topic.Priority.SENSITIVE
        topic.save()
    sent = sent_from(dora, page_of(world), is_sensitive="on")
    refused = dora.post(page_of(world), sent)
    assert refused.status_code == 422
    assert "At most 2 topics may go first." in refused.content.decode()


def test_a_topic_that_goes_first_keeps_hours_of_the_day(
    dora: Client, world: World
) -> None:
    address = page_of(world)
    sent = sent_from(dora, address, is_sensitive="on", kept_starts="3")
    assert dora.post(address, sent).status_code == 302
    topic = Topic.objects.get(pk=world.topic.pk)
    assert topic.kept_starts == 3
    page = dora.get(address).content.decode()
    assert "until 10:00 of that day" in page
    assert chosen_in(page)["kept_starts"] == "3"
    refused = dora.post(address, sent_from(dora, address) | {"kept_starts": "5"})
    assert refused.status_code == 422
    sent = sent_from(dora, address)
    sent.pop("is_sensitive", None)
    assert dora.post(address, sent).status_code == 302
    topic.refresh_from_db()
    assert topic.kept_starts == 0, "who does not go first keeps nothing"


def test_of_two_who_write_one_topic_the_second_sees_the_first(
    dora: Client, world: World
) -> None:
    address = page_of(world)
    late = sent_from(dora, address, summary_fr="zweite")
    assert (
        dora.post(address, sent_from(dora, address, name_fr="Vélo")).status_code == 302
    )
    asked = dora.post(address, late)
    assert asked.status_code == 409
    page = asked.content.decode()
    assert "French: Vélo" in page
    assert 'value="zweite"' in page
    again = late | {"as_shown": chosen_in(page)["as_shown"]}
    assert dora.post(address, again).status_code == 302
    assert Topic.objects.get(pk=world.topic.pk).summary["fr"] == "zweite"


def test_a_retired_topic_says_what_is_booked_and_comes_back(
    dora: Client, world: World, visit: Appointment
) -> None:
    asked = dora.get(page_of(world, act="retire/")).content.decode()
    assert "1 visit is booked and stays" in asked
    assert f"/staff/appointments/{visit.pk}/" in asked
    assert Topic.objects.get(pk=world.topic.pk).active
    page = dora.post(page_of(world, act="retire/"), follow=True).content.decode()
    assert "1 visit keeps it still" in page
    assert offer_for(store=world.store, topic=world.topic, channel="video") is None
    visit.refresh_from_db()
    assert visit.takes_time
    dora.post(page_of(world, act="restore/"))
    assert offer_for(store=world.store, topic=world.topic, channel="video") is not None


def test_topics_are_head_offices(bob: Client, manager: Client, world: World) -> None:
    for client in (bob, manager):
        for act in ("", "retire/"):
            assert client.get(page_of(world, act=act)).status_code == 403
        for act in ("", "place/", "retire/", "restore/", "preview/"):
            assert client.post(page_of(world, act=act)).status_code == 403
