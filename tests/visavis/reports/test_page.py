"""The page of measures and its file: who may see them, and what stands there."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from booking.models import DayFacts, HourFacts
from notifications.models import DeliveryFacts
from stores.models import Store
from tests.booking.at_the_desk import signed_in
from tests.cast import World, make_adviser, now_utc

pytestmark = pytest.mark.django_db


@pytest.fixture
def dora(world: World) -> Client:
    return signed_in(world.dora)


def yesterday(world: World) -> dt.date:
    return now_utc().astimezone(world.store.zone).date() - dt.timedelta(days=1)


def written(world: World, store: Store | None, channel: str, due: int) -> None:
    """Of yesterday: all but one of `due` were kept; two people were there at ten."""
    day = yesterday(world)
    DayFacts.objects.create(
        brand=world.brand,
        store=store,
        topic=world.topic,
        channel=channel,
        day=day,
        due=due,
        kept=due - 1,
        on_time=due - 1,
        missed_by_customer=1,
        minutes=20 * due,
    )
    HourFacts.objects.update_or_create(
        brand=world.brand,
        store=store,
        day=day,
        hour=10,
        defaults={"demand": due, "present": 120},
    )


def test_a_page_and_its_file_say_the_same(world: World, dora: Client) -> None:
    written(world, world.store, "video", 40)
    written(world, world.store, "callback", 3)
    written(world, world.store, "in_store", 20)
    DeliveryFacts.objects.create(
        brand=world.brand,
        store=world.store,
        day=yesterday(world),
        channel="email",
        sent=90,
        dead=10,
    )
    query = f"?store={world.store.pk}&days=7"
    page = dora.get(f"/desk/measures/{query}").content.decode()
    assert "more than 58 of 63" in page
    assert "10 of 100" in page
    answer = dora.get(f"/desk/measures.csv{query}")
    file = answer.content.decode("utf-8-sig")
    lines = [line.split(";") for line in file.splitlines()]
    by_channel = {line[1]: line[2] for line in lines}
    # Three are hidden, and the next larger with them: else 63 - 40 - 20 says it.
    assert by_channel["Telephone"] == by_channel["In store"] == "< 5"
    assert by_channel["Video"] == "40"
    assert answer["Content-Disposition"].endswith('.csv"')


def test_the_whole_brand_is_for_those_who_lead_it(world: World, dora: Client) -> None:
    written(world, None, "video", 400)
    written(world, world.store, "video", 40)
    query = f"?store={world.store.pk}&whole=1"
    assert ">400<" in dora.get(f"/desk/measures/{query}").content.decode()
    assert signed_in(world.bob.user).get("/desk/measures/").status_code == 403
    eve = signed_in(world.eve.user)
    assert eve.get(f"/desk/measures/{query}").status_code in (403, 404)


def test_who_works_alone_is_not_measured(world: World, dora: Client) -> None:
    written(world, world.store, "video", 40)
    query = f"?store={world.store.pk}"
    assert "On time" in dora.get(f"/desk/measures/{query}").context["keys"][1][0]
    HourFacts.objects.for_brand(world.brand).update(present=60)
    answer = dora.get(f"/desk/measures/{query}")
    assert {label for label, *_ in answer.context["keys"]} == {
        *("Kept", "Customer missed", "Booked of the hours")
    }
    assert "works here alone" in answer.content.decode()


def test_odd_addresses_are_as_if_nothing_was_asked(world: World, dora: Client) -> None:
    written(world, world.store, "video", 40)
    usual = dora.get(f"/desk/measures/?store={world.store.pk}").context["scope"]
    for odd in ("days=0", "days=x", "topic=999999", "channel=fax", "topic=%00"):
        answer = dora.get(f"/desk/measures/?store={world.store.pk}&{odd}")
        assert answer.status_code == 200
        assert answer.context["scope"] == usual, odd


def test_before_the_first_night_the_page_says_so(world: World, dora: Client) -> None:
    page = dora.get(f"/desk/measures/?store={world.store.pk}").content.decode()
    assert "Nothing is counted" in page


def test_a_mean_stands_beside_its_number_and_share_and_only_from_twenty_on(
    world: World, dora: Client
) -> None:
    for channel, rated in (("video", 20), ("in_store", 19)):
        written(world, world.store, channel, 40)
        rows = DayFacts.objects.filter(channel=channel)
        rows.update(done=40, rated=rated, scores=4 * rated)
    make_adviser(world.store, "Ann", topics=[world.topic])
    file = dora.get(f"/desk/measures.csv?store={world.store.pk}").content.decode()
    lines = [line.split(";") for line in file.splitlines()]
    means = {line[1]: line[2:] for line in lines if line[1:] and len(line) == 6}
    assert means["Video"] == ["40", "20", "50 %", "4.0 / 5"]
    assert means["In store"] == ["40", "19", "48 %", "–"]
    assert (
        "How visits were rated"
        in dora.get(f"/desk/measures/?store={world.store.pk}").content.decode()
    )
