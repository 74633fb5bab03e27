"""A cache that is away costs nobody an appointment."""

import socket

import pytest
from django.core.cache import caches
from django.test import Client
from pytest_django import Settings

from tests.cast import make_world, next_step, now_utc
from visavis.cache import ForgivingCache


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def away() -> ForgivingCache:
    return ForgivingCache(f"redis://127.0.0.1:{closed_port()}/0", {})


def test_a_cache_that_is_away_is_an_empty_one(away: ForgivingCache) -> None:
    away.set("key", 1)
    assert away.get("key", "nothing") == "nothing"
    assert away.add("key", 0) is True
    assert away.incr("key") == 1
    assert away.delete("key") is False
    assert away.touch("key") is False


@pytest.mark.django_db
def test_a_time_is_held_while_the_cache_is_away(settings: Settings) -> None:
    make_world()
    settings.CACHES = {
        "default": {
            **settings.CACHES["default"],
            "LOCATION": f"redis://127.0.0.1:{closed_port()}/0",
        }
    }
    assert caches["default"].get("anything") is None
    wish = {
        "store": "lille",
        "topic": "premier-velo",
        "channel": "video",
        "starts_at": next_step(now_utc()).isoformat(),
    }
    answer = Client().post(
        "/api/v1/brands/tilleul/holds/", wish, content_type="application/json"
    )
    assert answer.status_code == 201
