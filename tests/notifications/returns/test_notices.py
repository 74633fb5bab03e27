"""What the gateway says back, and what people answer."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from booking.models import Appointment
from notifications.models import Delivery, ProviderEvent, Refusal
from notifications.outbox.dispatch import sweep
from notifications.signatures import signed_headers
from tests.cast import World, now_utc
from tests.notifications.bookings import (
    DAY,
    HOUR,
    book,
    due,
    on_the_grid,
    plan_all,
    the,
)
from tests.notifications.gateway_twin import KEY, GatewayTwin
from tests.notifications.post_office import PostOffice

NOW = now_utc()
PATH = "/api/v1/sms/notices/"
PHONE = "+33639980001"


def tell(
    told: dict[str, str], *, key: str = KEY, age: dt.timedelta = dt.timedelta(0)
) -> int:
    """Sends a notice as the gateway would; the status of our answer."""
    body = json.dumps({"event": uuid.uuid4().hex} | told).encode()
    signed_at = now_utc() - age
    headers = signed_headers(key, method="POST", path=PATH, body=body, now=signed_at)
    answer = Client().post(PATH, body, content_type="application/json", headers=headers)
    return answer.status_code


def answer(text: str, *, phone: str = PHONE) -> None:
    assert tell({"type": "reply", "from": phone, "text": text}) == 204


def deliver(row: Delivery, kind: str, *, event: str = "") -> int:
    told = {"type": kind, "key": str(row.provider_key)}
    return tell(told | ({"event": event} if event else {}))


@pytest.fixture
def visit(world: World, gateway: GatewayTwin) -> Appointment:
    """Booked with a number only, and confirmed by text message."""
    visit = book(
        world, starts_at=on_the_grid(NOW + 3 * DAY), now=NOW, email="", phone=PHONE
    )
    sweep(now=NOW)
    return visit


def test_a_receipt_says_that_a_telephone_has_it(visit: Appointment) -> None:
    row = the(visit, "confirmed")
    assert tell({"type": "delivered"}) == 204, "about nothing of ours"
    assert the(visit, "confirmed").delivered_at is None
    assert deliver(row, "delivered") == 204
    assert the(visit, "confirmed").delivered_at is not None


def test_a_failure_is_a_problem_that_staff_read(visit: Appointment) -> None:
    assert deliver(the(visit, "confirmed"), "failed") == 204
    row = the(visit, "confirmed")
    assert (row.state, row.problem) == (Delivery.State.DEAD, "not_delivered")


def test_the_same_notice_twice_is_acted_on_once(visit: Appointment) -> None:
    row = the(visit, "confirmed")
    deliver(row, "delivered", event="e-1")
    visit.deliveries.update(delivered_at=None)
    assert deliver(row, "delivered", event="e-1") == 204
    assert the(visit, "confirmed").delivered_at is None
    assert ProviderEvent.objects.all_brands().count() == 1


@pytest.mark.parametrize("key", ["another-key", ""])
def test_what_is_not_signed_by_the_gateway_is_refused(
    world: World, gateway: GatewayTwin, key: str
) -> None:
    assert tell({"type": "reply"}, key=key) == 403


@pytest.mark.parametrize("minutes", [6, -6])
def test_what_was_signed_at_another_time_is_refused(
    world: World, gateway: GatewayTwin, minutes: int
) -> None:
    assert tell({"type": "reply"}, age=dt.timedelta(minutes=minutes)) == 403


def test_without_a_key_of_ours_nothing_is_signed(
    world: World, gateway: GatewayTwin, settings: Settings
) -> None:
    settings.SMS_GATEWAY_KEY = ""
    assert tell({"type": "reply"}, key="") == 403


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b'{"event": 1}', b'{"event": ""}'])
def test_what_is_no_notice_is_refused(
    world: World, gateway: GatewayTwin, body: bytes
) -> None:
    headers = signed_headers(KEY, method="POST", path=PATH, body=body, now=now_utc())
    answer = Client().post(PATH, body, content_type="application/json", headers=headers)
    assert answer.status_code == 400


@pytest.mark.parametrize("text", ["STOP", "stop svp", " Arrêt. ", "Stop!"])
def test_stop_ends_text_messages_at_once(
    world: World, visit: Appointment, gateway: GatewayTwin, text: str
) -> None:
    answer(text)
    done = sweep(now=visit.starts_at - HOUR)
    assert (done.sent, done.void) == (0, 1)
    row = the(visit, "reminder_day")
    assert row.problem == "address_closed"
    answer("START")
    assert not Refusal.objects.all_brands().exists()


def test_other_answers_stop_nothing(visit: Appointment) -> None:
    answer("Merci, ne pas stopper")
    answer("STOP", phone="+33600000000")
    assert not Refusal.objects.all_brands().exists()


def test_who_unsubscribes_gets_no_reminder_but_the_news(
    world: World, post_office: PostOffice
) -> None:
    visit = book(world, starts_at=on_the_grid(NOW + 3 * DAY), now=NOW)
    sweep(now=NOW)
    sweep(now=visit.starts_at - 20 * HOUR)
    confirmed, reminder = post_office.arrived
    assert confirmed["List-Unsubscribe"] is None
    assert reminder["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = "/r/" + str(reminder["List-Unsubscribe"]).strip("<>").partition("/r/")[2]
    stranger = Client(enforce_csrf_checks=True)
    assert stranger.get(address).status_code == 200
    assert not Refusal.objects.all_brands().exists()
    posted = stranger.post(address, {"List-Unsubscribe": "One-Click"})
    assert posted.status_code == 200
    sweep(now=visit.starts_at - HOUR / 6)
    assert len(post_office.arrived) == 2
    other = book(world, starts_at=on_the_grid(NOW + 4 * DAY), now=NOW)
    plan_all(NOW)
    assert set(due(other)) == {"confirmed"}


def test_unsubscribing_with_no_link_of_ours_is_unknown(db: None) -> None:
    address = reverse("notifications:unsubscribe", args=["x" * 22])
    assert Client().post(address).status_code == 404


def test_after_a_bounce_the_telephone_takes_over(
    world: World, gateway: GatewayTwin, post_office: PostOffice
) -> None:
    post_office.to_recipient = "550 no such mailbox"
    visit = book(world, starts_at=on_the_grid(NOW + 3 * DAY), now=NOW)
    sweep(now=NOW)
    sweep(now=NOW)
    [text] = gateway.texts
    assert "rendez-vous vidéo confirmé" in text
    states = dict(
        visit.deliveries.filter(kind="confirmed").values_list("channel", "state")
    )
    assert states == {"email": "dead", "sms": "sent"}
    other = book(world, starts_at=on_the_grid(NOW + 4 * DAY), now=NOW)
    plan_all(NOW)
    assert "confirmed" in due(other), "who books again is tried again"
