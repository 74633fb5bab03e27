"""A marked customer's name, address and number appear where they must, only there."""

from __future__ import annotations

import json
import logging

import pytest
from django.core import serializers
from pytest_django import Settings

from booking.links import permanent_url
from booking.models import AppointmentEvent
from notifications.channels.base import Handed
from notifications.models import Delivery
from notifications.outbox.dispatch import deliver_next, sweep
from tests.cast import ALICE, World, now_utc
from tests.notifications.bookings import (
    DAY,
    book,
    end_the_leases,
    on_the_grid,
    plan_all,
)
from tests.notifications.post_office import PostOffice

EMAIL = "canary-7391@customer.example"
NAME = "Canarina Serin"


class Talkative:
    """A channel whose fault repeats the whole message in its words."""

    def send(self, message: object) -> Handed:
        raise RuntimeError(repr(message))


def test_a_customer_is_in_no_log_and_no_row_of_ours(
    world: World,
    post_office: PostOffice,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    capfd: pytest.CaptureFixture[str],
) -> None:
    caplog.set_level(logging.DEBUG)
    # What the server's own library logs is the test's, not the product's.
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    now = now_utc()
    visit = book(
        world, starts_at=on_the_grid(now + 3 * DAY), now=now, name=NAME, email=EMAIL
    )
    token = permanent_url(visit).rpartition("/")[2]
    plan_all(now)
    deliver_next(now=now, channels={"email": Talkative()})
    for answer in (f"450 <{EMAIL}> is busy", f"450 4.2.1 {NAME} is away"):
        post_office.to_recipient = answer
        end_the_leases()
        sweep(now=now)
    post_office.to_recipient = "250 OK"
    post_office.to_message = f"451 later, {EMAIL}"
    end_the_leases()
    sweep(now=now)
    post_office.to_message = "250 kept"
    end_the_leases()
    assert sweep(now=now).sent == 1

    rows = [*Delivery.objects.all_brands(), *AppointmentEvent.objects.all_brands()]
    out, err = capfd.readouterr()
    written = [caplog.text, out, err, json.dumps(serializers.serialize("json", rows))]
    assert "try 4" in caplog.text, "the failures were logged"
    for secret in (EMAIL, NAME, "Canarina", ALICE["phone"], token):
        for text in written:
            assert secret not in text
