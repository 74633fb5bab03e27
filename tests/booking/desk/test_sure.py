"""What nobody can take back is asked first, on a page that says what stops working."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from booking.models import ApiKey, CalendarFeed
from notifications.models import WebhookEndpoint
from notifications.webhooks.endpoints import add_endpoint
from tests.booking.at_the_desk import signed_in
from tests.cast import World, now_utc
from tests.house.page import Page
from tests.sent_forms import forms_on

pytestmark = pytest.mark.django_db

FEED = "/staff/calendar/"


def key(world: World, dora: Client) -> tuple[Client, str, str]:
    dora.post("/desk/keys/", {"name": "Cash desk", "scopes": ["read:appointments"]})
    return dora, "/desk/keys/", f"/desk/keys/{ApiKey.objects.get().pk}/revoke/"


def secret(world: World, dora: Client) -> tuple[Client, str, str]:
    hook = add_endpoint(
        brand=world.brand, url="https://x.example/", kinds=[], active=True,
        now=now_utc(),
    )  # fmt: skip
    page = f"/desk/webhooks/{hook.pk}/"
    return dora, page, f"{page}secret/"


def address(act: str) -> Callable[[World, Client], tuple[Client, str, str]]:
    def opened(world: World, dora: Client) -> tuple[Client, str, str]:
        bob = signed_in(world.bob.user)
        bob.post(f"{FEED}open/")
        return bob, FEED, f"{FEED}{act}/"

    return opened


def facts() -> list[object]:
    return [
        list(ApiKey.objects.values_list("revoked_at")),
        list(WebhookEndpoint.objects.values_list("generation")),
        list(CalendarFeed.objects.values_list("generation")),
    ]


@pytest.mark.parametrize(
    ("made", "says"),
    [
        (key, "refused from this moment on"),
        (secret, "one more day"),
        (address("open"), "shows no visit any more"),
        (address("close"), "shows no visit any more"),
    ],
    ids=["key", "secret", "new address", "closed address"],
)
def test_the_page_links_to_a_question_and_the_question_does_it(
    world: World,
    dora: Client,
    made: Callable[[World, Client], tuple[Client, str, str]],
    says: str,
) -> None:
    client, page, act = made(world, dora)
    html = client.get(page).content.decode()
    assert act in [a.attributes.get("href") for a in Page(html).all("a")]
    assert not [form for form in forms_on(html, page) if form.path == act]
    before = facts()
    asked = client.get(act)
    assert asked.status_code == 200
    words = asked.content.decode()
    assert says in words
    assert "This cannot be taken back" in words
    assert page in [a.attributes.get("href") for a in Page(words).all("a")]
    assert facts() == before
    (form,) = [form for form in forms_on(words, act) if form.path == act]
    assert client.post(form.path, form.fields).status_code in (200, 302, 303)
    assert facts() != before


def test_what_is_over_is_not_asked_about(world: World, dora: Client) -> None:
    _client, page, act = key(world, dora)
    dora.post(act)
    assert dora.get(act)["Location"] == page
    bob = signed_in(world.bob.user)
    for act in ("open", "close"):
        assert bob.get(f"{FEED}{act}/")["Location"] == FEED
