"""Forms that show a secret once, sent twice: one secret, and the second tap shows it.

Of two taps the browser shows the answer to the second; were it without the secret,
nobody would have it.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from booking.models import ApiKey, CalendarFeed, IdempotencyKey
from booking.once import SHOWN_FOR
from notifications.models import WebhookEndpoint
from notifications.webhooks.endpoints import add_endpoint
from notifications.webhooks.secrets import secret_of
from tests.at_once import twice
from tests.booking.at_the_desk import signed_in
from tests.cast import World, make_world, now_utc

pytestmark = pytest.mark.django_db
KEYS, HOOKS, FEED = "/desk/keys/", "/desk/webhooks/", "/staff/calendar/"
KEY = {"name": "Cash desk", "scopes": ["read:appointments"]}
URL = "https://hooks.tilleul.example/"
HOOK = {"url": URL, "kinds": ["booked"], "active": "on"}


def once_on(client: Client, address: str) -> str:
    found = re.search(r'name="once"\s+value="([^"]+)"', client.get(address).text)
    assert found
    return found[1]


def secret_in(answer: Any) -> str:
    found = re.search(r"vv_[0-9a-f]{10}_[\w-]{43}|whsec_[\w-]{43}", answer.text)
    return found[0] if found else ""


def later(by: dt.timedelta) -> None:
    IdempotencyKey.objects.update(created_at=now_utc() - by)


@pytest.mark.parametrize(("address", "form"), [(KEYS, KEY), (HOOKS, HOOK)])
def test_two_taps_make_one_secret_and_the_second_shows_it(
    dora: Client, address: str, form: dict[str, Any]
) -> None:
    sent = {**form, "once": once_on(dora, address)}
    first, second = dora.post(address, sent), dora.post(address, sent)
    assert secret_in(first)
    assert secret_in(second) == secret_in(first)
    assert "no-store" in second["Cache-Control"]
    assert ApiKey.objects.count() + WebhookEndpoint.objects.count() == 1
    assert not IdempotencyKey.objects.filter(
        document__icontains=secret_in(first)
    ).exists()


@pytest.mark.parametrize(("address", "form"), [(KEYS, KEY), (HOOKS, HOOK)])
def test_nobody_else_and_not_later(
    world: World, dora: Client, address: str, form: dict[str, Any]
) -> None:
    sent = {**form, "once": once_on(dora, address)}
    assert secret_in(dora.post(address, sent))
    # The same person on another machine, with all that the form carried.
    elsewhere = signed_in(world.dora).post(address, sent, follow=True)
    assert (elsewhere.status_code, secret_in(elsewhere)) == (200, "")
    assert "shown already" in elsewhere.text
    later(SHOWN_FOR)
    reloaded = dora.post(address, sent, follow=True)
    assert secret_in(reloaded) == ""
    assert "shown already" in reloaded.text
    other = dora.post(address, {**sent, "active": "", "name": "Till"})
    assert (other.status_code, secret_in(other)) == (422, "")
    assert ApiKey.objects.count() + WebhookEndpoint.objects.count() == 1


def test_a_revoked_key_is_not_shown_again(dora: Client) -> None:
    sent = {**KEY, "once": once_on(dora, KEYS)}
    dora.post(KEYS, sent)
    dora.post(f"{KEYS}{ApiKey.objects.get().pk}/revoke/")
    assert secret_in(dora.post(KEYS, sent, follow=True)) == ""


def test_the_shown_again_key_opens_the_api(dora: Client) -> None:
    sent = {**KEY, "once": once_on(dora, KEYS)}
    dora.post(KEYS, sent)
    text = secret_in(dora.post(KEYS, sent))
    system = Client(headers={"authorization": f"Api-Key {text}"})
    assert system.get("/api/v1/brands/tilleul/appointments/").status_code == 200


@pytest.mark.parametrize(
    ("address", "wrong", "right"),
    [
        (KEYS, {**KEY, "scopes": []}, KEY),
        (HOOKS, {**HOOK, "url": "http://hooks.example/"}, HOOK),
    ],
)
def test_what_was_refused_may_be_sent_with_the_same_key(
    dora: Client, address: str, wrong: dict[str, Any], right: dict[str, Any]
) -> None:
    once = once_on(dora, address)
    assert dora.post(address, {**wrong, "once": once}).status_code == 422
    assert secret_in(dora.post(address, {**right, "once": once}))


def test_a_secret_is_rotated_once_and_shown_while_it_is_the_last(
    world: World, dora: Client
) -> None:
    endpoint = add_endpoint(
        brand=world.brand, url=URL, kinds=[], active=True, now=now_utc()
    )
    rotate = reverse("notifications:webhook_rotate", args=[endpoint.pk])
    sent = {"generation": "1", "once": once_on(dora, rotate)}
    first, second = dora.post(rotate, sent), dora.post(rotate, sent)
    endpoint.refresh_from_db()
    assert endpoint.generation == 2
    assert secret_in(first) == secret_in(second) == secret_of(endpoint)
    # A colleague rotates again: what the first page showed is not the secret any more.
    dora.post(rotate, {"generation": "2", "once": once_on(dora, rotate)})
    stale = dora.post(rotate, sent, follow=True)
    assert secret_in(stale) == ""
    assert "shown already" in stale.text


def test_two_taps_on_a_new_calendar_address_close_one_address(world: World) -> None:
    bob = signed_in(world.bob.user)
    for generation, page in ((1, FEED), (2, f"{FEED}open/")):
        once = once_on(bob, page)
        for _ in range(2):
            assert bob.post(f"{FEED}open/", {"once": once}).status_code in (302, 303)
        assert CalendarFeed.objects.get().generation == generation


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_the_same_moment_make_one_key() -> None:
    world = make_world()
    dora = signed_in(world.dora)
    sent = {**KEY, "once": once_on(dora, KEYS)}

    def tap() -> str:
        own = Client(headers={"accept-language": "en"})
        own.cookies = dora.cookies
        return secret_in(own.post(KEYS, sent))

    one, two = twice(tap)
    assert one == two != ""
    assert ApiKey.objects.count() == 1
