"""The pages on which head office says which programs are called."""

from __future__ import annotations

from http import HTTPStatus

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from notifications.models import WebhookEndpoint
from notifications.webhooks.body import kind_for
from notifications.webhooks.endpoints import add_endpoint
from notifications.webhooks.secrets import secret_of
from tests.cast import World, now_utc
from tests.house.routes import signed_in
from tests.notifications import receiver as receivers
from tests.notifications.bookings import DAY, book, on_the_grid

URL = "https://hooks.tilleul.example/visits"
LIST = "/desk/webhooks/"


@pytest.fixture
def dora(world: World) -> Client:
    return signed_in(world.dora)


@pytest.fixture
def endpoint(world: World) -> WebhookEndpoint:
    return add_endpoint(
        brand=world.brand, url=URL, kinds=["booked"], active=True, now=now_utc()
    )


def page_of(endpoint: WebhookEndpoint, *, action: str = "webhook") -> str:
    return reverse(f"notifications:{action}", args=[endpoint.pk])


def test_the_secret_is_shown_once(dora: Client, world: World) -> None:
    sent = {"url": URL, "kinds": ["booked", "moved"], "active": "on"}
    answer = dora.post(LIST, sent)
    made = WebhookEndpoint.objects.get()
    assert (made.brand, made.url, made.kinds) == (world.brand, URL, ["booked", "moved"])
    assert secret_of(made) in answer.text
    assert secret_of(made) not in dora.get(page_of(made)).text
    again = dora.post(LIST, sent)
    assert again.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert secret_of(made) not in again.text
    assert WebhookEndpoint.objects.count() == 1


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "2130706433", "0x7f.1",
     "127.0.0.1.", "localhost", "a.localhost"],
)  # fmt: skip
def test_an_address_of_our_own_network_is_not_kept(
    dora: Client, endpoint: WebhookEndpoint, host: str
) -> None:
    sent = {"url": f"https://{host}/", "kinds": ["booked"], "active": "on"}
    for page in (LIST, page_of(endpoint)):
        answer = dora.post(page, sent, headers={"Accept-Language": "en"})
        assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert "leads into a private network" in answer.text
    assert WebhookEndpoint.objects.get().url == URL


@pytest.mark.parametrize(
    "url",
    ["", "http://hooks.example/", "ftp://a.example/", "https://u:p@a.example/", "x"],
)
def test_only_https_addresses_are_taken(dora: Client, url: str) -> None:
    answer = dora.post(LIST, {"url": url, "kinds": ["booked"], "active": "on"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert not WebhookEndpoint.objects.exists()


def test_a_new_secret_is_shown_once_and_made_once(
    dora: Client, endpoint: WebhookEndpoint
) -> None:
    before = secret_of(endpoint)
    address = page_of(endpoint, action="webhook_rotate")
    first = dora.post(address, {"generation": "1"})
    second = dora.post(address, {"generation": "1"}, follow=True)
    endpoint.refresh_from_db()
    assert endpoint.generation == 2
    assert secret_of(endpoint) in first.text
    assert before not in first.text
    assert secret_of(endpoint) not in second.text


def test_what_is_called_can_be_changed(dora: Client, endpoint: WebhookEndpoint) -> None:
    sent = {"url": f"{URL}/2", "kinds": ["missed"]}
    assert dora.post(page_of(endpoint), sent).status_code == HTTPStatus.FOUND
    endpoint.refresh_from_db()
    assert (endpoint.url, endpoint.kinds) == (f"{URL}/2", ["missed"])
    assert not endpoint.active


def test_a_test_call_says_what_was_answered(
    dora: Client, world: World, settings: Settings
) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = True
    with receivers.opened() as receiver:
        tried = add_endpoint(
            brand=world.brand, url=receiver.url, kinds=[], active=True, now=now_utc()
        )
        address = page_of(tried, action="webhook_test")
        assert "réponse 204 après" in dora.post(address, follow=True).text
        receiver.status = 500
        assert "réponse 500 après" in dora.post(address, follow=True).text
        assert receiver.types == ["test", "test"]
    tried.refresh_from_db()
    assert tried.failing_since is None, "a test counts for no pause"


@pytest.mark.parametrize(
    ("problem", "status", "english", "french"),
    [
        ("", 204, "answered 204", "réponse 204"),
        ("answered_500", 500, "answered 500", "réponse 500"),
        ("server_hangs", None, "no answer in time", "pas de réponse à temps"),
        ("server_unreachable", None, "could not be reached", "adresse injoignable"),
        ("fault", None, "not made, a fault of ours", "une faute de notre part"),
    ],
)
def test_the_log_has_words_and_no_codes(
    dora: Client,
    world: World,
    endpoint: WebhookEndpoint,
    problem: str,
    status: int | None,
    english: str,
    french: str,
) -> None:
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    event = visit.events.get()
    endpoint.attempts.create(
        brand=world.brand, kind=kind_for(event.pk), number=1, status=status,
        problem=problem, took_ms=1, made_at=now,
    )  # fmt: skip
    for language, answer, told in (
        ("en", english, "Booked"),
        ("fr", french, "Réservé"),
    ):
        page = dora.get(page_of(endpoint), headers={"Accept-Language": language}).text
        log = page[page.index("<tbody>") : page.index("</tbody>")]
        assert answer.lower() in log.lower()
        assert told in log
        assert "_" not in log
        assert "event-" not in log


def test_a_paused_one_is_announced_and_can_be_resumed(
    dora: Client, endpoint: WebhookEndpoint
) -> None:
    notice = reverse("notifications:webhook_notice")
    assert "badge" not in dora.get(notice).text
    WebhookEndpoint.objects.update(paused_at=now_utc(), failing_since=now_utc())
    assert "badge" in dora.get(notice).text
    assert (
        page_of(endpoint, action="webhook_resume") in dora.get(page_of(endpoint)).text
    )
    dora.post(page_of(endpoint, action="webhook_resume"))
    endpoint.refresh_from_db()
    assert (endpoint.paused_at, endpoint.failing_since) == (None, None)


def test_an_adviser_may_not_see_them(world: World, endpoint: WebhookEndpoint) -> None:
    bob = signed_in(world.bob.user)
    assert bob.get(LIST).status_code == HTTPStatus.FORBIDDEN
    assert bob.get(page_of(endpoint)).status_code == HTTPStatus.NOT_FOUND
    assert "badge" not in bob.get(reverse("notifications:webhook_notice")).text
