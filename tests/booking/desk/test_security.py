"""The desk page of how the brand's people sign in."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from stores.models import BrowserSession, WhoNeedsFactor
from tests.cast import PASSWORD, World, now_utc

pytestmark = pytest.mark.django_db
PAGE = "/desk/security/"


def sign_in(email: str) -> Client:
    client = Client(headers={"accept-language": "en", "user-agent": "Firefox Linux"})
    client.post("/accounts/login/", {"login": email, "password": PASSWORD})
    return client


@pytest.fixture
def dora(world: World) -> Client:
    cache.clear()
    return sign_in(world.dora.email)


def rules(**changed: str) -> dict[str, str]:
    return {
        "second_factor": "all",
        "second_factor_from": "",
        "session_hours": "8",
        "session_idle_minutes": "30",
        **changed,
    }


def test_the_rules_are_written_and_hold(world: World, dora: Client) -> None:
    bob = sign_in(world.bob.user.email)
    assert bob.get("/staff/").status_code == 200
    day = (now_utc() + dt.timedelta(days=9)).date()
    answer = dora.post(PAGE, rules(second_factor_from=day.isoformat()))
    assert answer["Location"] == PAGE
    world.brand.refresh_from_db()
    assert world.brand.second_factor == WhoNeedsFactor.ALL
    assert world.brand.second_factor_from == day
    html = dora.get(PAGE).content.decode()
    assert "0 of 3 people have one." in html
    assert "Bob Durand" in html
    assert f'value="{day.isoformat()}"' in html
    with time_machine.travel(now_utc() + dt.timedelta(minutes=31)):
        assert bob.get("/staff/").status_code == 302, "an open session is shorter, too"


def test_what_cannot_be_is_refused(world: World, dora: Client) -> None:
    for wrong in (
        {"session_hours": "25"},
        {"session_idle_minutes": "0"},
        {"second_factor": "some"},
        {"second_factor_from": "tomorrow"},
    ):
        assert dora.post(PAGE, rules(**wrong)).status_code == 422
    world.brand.refresh_from_db()
    assert world.brand.second_factor == WhoNeedsFactor.NOBODY


def test_it_is_asked_who_changes_them(world: World, dora: Client) -> None:
    with time_machine.travel(now_utc() + dt.timedelta(minutes=11)):
        answer = dora.post(PAGE, rules())
        assert answer["Location"].startswith("/accounts/prove/?next=")
    world.brand.refresh_from_db()
    assert world.brand.second_factor == WhoNeedsFactor.NOBODY


def test_an_admin_ends_a_session_of_the_brand_only(world: World, dora: Client) -> None:
    bob, eve = sign_in(world.bob.user.email), sign_in(world.eve.user.email)
    html = dora.get(PAGE).content.decode()
    assert "Firefox on Linux" in html
    assert "Eve Durand" not in html
    (mark,) = re.findall(r'name="mark"\s+value="([0-9a-f]+)"', html)
    dora.post("/desk/security/session/", {"mark": mark})
    assert bob.get("/staff/").status_code == 302
    assert eve.get("/staff/").status_code == 200
    assert BrowserSession.objects.filter(user=world.dora).exists()
