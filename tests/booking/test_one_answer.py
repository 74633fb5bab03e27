"""One answer for a topic at a store: video at 14:10, callback at 15:30, in store …"""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stores.models import WorkingHours
from tests.cast import World, make_adviser, make_visit, next_step, now_utc

pytestmark = pytest.mark.django_db
PAGE = "/tilleul/lille/premier-velo/"
API = "/api/v1/brands/tilleul/stores/lille/topics/premier-velo/first/"


def answer(client: Client) -> Any:
    return {row["channel"]: row["starts_at"] for row in client.get(API).json()}


def test_each_channel_has_its_own_first_start(world: World, client: Client) -> None:
    hours = WorkingHours.objects.filter(agenda=world.bob.agenda)
    hours.update(channels=["video", "callback"])
    world.offers["callback"].minimum_notice = 24 * 60
    world.offers["callback"].save(update_fields=["minimum_notice"])
    found = answer(client)
    assert list(found) == ["video", "callback", "in_store"]
    assert found["in_store"] is None
    video, call = (dt.datetime.fromisoformat(found[c]) for c in ("video", "callback"))
    assert dt.timedelta(hours=23) < call - video <= dt.timedelta(hours=24, minutes=5)


def test_the_page_gives_the_same_answer_and_claims_no_queue(
    world: World, client: Client
) -> None:
    page = client.get(PAGE, headers={"accept-language": "en"})
    shown = {offer.channel: start for offer, start in page.context["doors"]}
    found = answer(client)
    assert {
        channel: start and dt.datetime.fromisoformat(found[channel])
        for channel, start in shown.items()
    } == {channel: start and start.starts_at for channel, start in shown.items()}
    words = page.content.decode()
    # How many wait, and for how long, is said once a queue knows it.
    for claim in ("before you", "≈", ">Now<", "first person who is free"):
        assert claim not in words


def test_what_is_unknown_is_404(world: World, client: Client) -> None:
    assert client.get(API.replace("premier-velo", "pret")).status_code == 404
    assert client.get(API.replace("lille", "calais")).status_code == 404


@pytest.mark.parametrize("address", [PAGE, API])
def test_people_and_visits_cost_no_query(
    world: World, client: Client, address: str
) -> None:
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for name in ("Ann", "Ben", "Cleo"):
        added = make_adviser(world.store, name, topics=[world.topic])
        at = next_step(now_utc())
        make_visit(world, starts_at=at, now=now_utc(), adviser=added)
    client.get(address)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few) <= 8
