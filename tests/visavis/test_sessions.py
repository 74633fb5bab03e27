"""Sessions: their owner sees and ends them, and they end by themselves."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client

from stores.accounts.devices import device_of
from stores.accounts.sessions import tighten
from stores.erasing import erase_due
from stores.models import BrowserSession, Level
from tests.cast import PASSWORD, World, now_utc

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Android 14; Mobile; rv:140.0) Gecko/140.0 Firefox/140.0"
EDGE = ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like "
        "Gecko) Chrome/140.0 Safari/537.36 Edg/140.0")  # fmt: skip
IPHONE = ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1 "
          "(KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1")  # fmt: skip


@pytest.fixture(autouse=True)
def nothing_counted() -> None:
    cache.clear()


def sign_in(world: World, browser: str = FIREFOX) -> Client:
    client = Client(headers={"accept-language": "en", "user-agent": browser})
    data = {"login": world.bob.user.email, "password": PASSWORD}
    assert client.post("/accounts/login/", data).status_code == 302
    return client


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (FIREFOX, "Firefox/Android"),
        (EDGE, "Edge/Windows"),
        (IPHONE, "Safari/iPhone"),
        ("curl/8.5", "/"),
        ("", "/"),
    ],
)
def test_a_browser_in_words(header: str, words: str) -> None:
    assert device_of(header) == words


def test_one_is_ended_at_once(world: World) -> None:
    phone, desk = sign_in(world), sign_in(world, EDGE)
    html = desk.get("/accounts/sessions/").content.decode()
    assert html.index("Edge on Windows") < html.index("Firefox on Android")
    (mark,) = re.findall(r'name="mark"\s+value="([0-9a-f]+)"', html)
    assert str(phone.session.session_key) not in html
    desk.post("/accounts/sessions/end/", {"mark": mark})
    assert phone.get("/staff/").status_code == 302
    assert desk.get("/staff/").status_code == 200


def test_all_others_are_ended(world: World) -> None:
    others, here = [sign_in(world), sign_in(world, EDGE)], sign_in(world)
    here.post("/accounts/sessions/end/", {"others": "1"})
    assert [client.get("/staff/").status_code for client in others] == [302, 302]
    assert here.get("/staff/").status_code == 200


def test_nobody_ends_a_colleagues(world: World) -> None:
    bob = sign_in(world)
    html = bob.get("/accounts/sessions/").content.decode()
    assert "End all others" not in html
    dora = Client()
    dora.force_login(world.dora)
    (row,) = BrowserSession.objects.filter(user=world.bob.user)
    dora.post("/accounts/sessions/end/", {"mark": row.pk})
    assert bob.get("/staff/").status_code == 200


def test_a_new_password_ends_the_others(world: World) -> None:
    phone, desk = sign_in(world), sign_in(world, EDGE)
    new = "four words are better"
    data = {"password": PASSWORD, "new_password1": new, "new_password2": new}
    desk.post("/accounts/password/change/", data)
    assert phone.get("/staff/").status_code == 302
    assert BrowserSession.objects.filter(user=world.bob.user).count() == 1


def test_it_ends_twelve_hours_after_the_sign_in_however_used(world: World) -> None:
    client, began = sign_in(world), now_utc()
    for hours in (3, 6, 9, 11.9):
        with time_machine.travel(began + dt.timedelta(hours=hours)):
            # A write lengthens nothing.
            client.post("/staff/workplace/", {"membership": "0"})
            assert client.get("/staff/").status_code == 200
    with time_machine.travel(began + dt.timedelta(hours=12, seconds=1)):
        assert client.get("/staff/").status_code == 302


def test_it_ends_when_nobody_uses_it(world: World) -> None:
    client, began = sign_in(world), now_utc()
    with time_machine.travel(began + dt.timedelta(hours=3)):
        polled = client.get("/staff/board/lanes/", headers={"HX-Request": "true"})
        assert polled.status_code == 200, "a page that asks by itself is no use"
    with time_machine.travel(began + dt.timedelta(hours=4, seconds=1)):
        assert client.get("/staff/").status_code == 302
        erase_due(now=now_utc())
    assert not BrowserSession.objects.filter(user=world.bob.user).exists()


def test_a_brands_limits_hold_for_new_and_open_sessions(world: World) -> None:
    early, began = sign_in(world), now_utc()
    world.brand.session_hours, world.brand.session_idle_minutes = 2, 30
    world.brand.save()
    late = sign_in(world)
    tighten(brand=world.brand)
    rows = BrowserSession.objects.filter(user=world.bob.user)
    assert {row.level for row in rows} == {Level.FULL}
    with time_machine.travel(began + dt.timedelta(minutes=31)):
        assert [c.get("/staff/").status_code for c in (early, late)] == [302, 302]


def test_a_use_is_noted_every_few_minutes(world: World) -> None:
    client, began = sign_in(world), now_utc()
    (row,) = BrowserSession.objects.filter(user=world.bob.user)
    for minutes, noted in ((4, False), (6, True)):
        with time_machine.travel(began + dt.timedelta(minutes=minutes)):
            client.get("/staff/")
        again = BrowserSession.objects.get(pk=row.pk)
        assert (again.seen_at != row.seen_at) == noted
