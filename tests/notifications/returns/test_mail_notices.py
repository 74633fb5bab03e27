"""What a mail provider says about a mail, by a signed notice."""

from __future__ import annotations

import json
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from booking.models import Appointment
from notifications.models import Delivery, Refusal
from notifications.outbox.dispatch import sweep
from notifications.signatures import signed_headers
from tests.cast import World, now_utc
from tests.notifications.bookings import DAY, book, on_the_grid, the
from tests.notifications.post_office import PostOffice

NOW = now_utc()
KEY = "a-secret-of-the-provider"
State = Delivery.State


@pytest.fixture
def visit(world: World, post_office: PostOffice, settings: Settings) -> Appointment:
    settings.MAIL_NOTICES_KEY = KEY
    visit = book(world, starts_at=on_the_grid(NOW + 3 * DAY), now=NOW, phone="")
    sweep(now=NOW)
    return visit


def tell(kind: str, row: Delivery, *, key: str = KEY) -> int:
    path = reverse("notifications_api:mail_notice")
    told = {"event": uuid.uuid4().hex, "type": kind, "key": str(row.provider_key)}
    body = json.dumps(told).encode()
    headers = signed_headers(key, method="POST", path=path, body=body, now=now_utc())
    answer = Client().post(path, body, content_type="application/json", headers=headers)
    return answer.status_code


@pytest.mark.parametrize(
    ("kind", "state", "problem", "reasons"),
    [
        ("delivered", State.SENT, "", set()),
        ("bounced", State.DEAD, "bounced", {Refusal.Reason.BOUNCED}),
        ("failed", State.DEAD, "mail_expired", set()),
        ("complained", State.SENT, "", {Refusal.Reason.UNSUBSCRIBED}),
        ("opened", State.SENT, "", set()),
    ],
)
def test_each_kind_of_notice_is_acted_on(
    visit: Appointment, kind: str, state: str, problem: str, reasons: set[str]
) -> None:
    assert tell(kind, the(visit, "confirmed")) == 204
    row = the(visit, "confirmed")
    assert (row.state, row.problem) == (state, problem)
    assert bool(row.delivered_at) == (kind == "delivered")
    found = Refusal.objects.all_brands().values_list("reason", flat=True)
    assert set(found) == reasons


@pytest.mark.parametrize("key", ["another-key", ""])
def test_who_does_not_sign_is_refused(visit: Appointment, key: str) -> None:
    assert tell("bounced", the(visit, "confirmed"), key=key) == 403
    assert the(visit, "confirmed").state == State.SENT
