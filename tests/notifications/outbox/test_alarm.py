"""What speaks up when messages do not leave, and that it names nobody."""

from __future__ import annotations

import datetime as dt
import logging

import pytest
from django.test import Client

from notifications.models import Delivery
from notifications.outbox.alarm import Watch
from notifications.outbox.dispatch import sweep
from tests.cast import ALICE, World, now_utc
from tests.notifications.bookings import DAY, book, on_the_grid, plan_all, the
from tests.notifications.post_office import PostOffice

MINUTES = dt.timedelta(minutes=1)


def wait_for(delivery: Delivery, *, minutes: int) -> None:
    """As if it had been due for so long."""
    Delivery.objects.filter(pk=delivery.pk).update(due_at=now_utc() - minutes * MINUTES)


def test_late_messages_are_said_at_once_now_and_then_and_no_more(
    world: World, post_office: PostOffice, caplog: pytest.LogCaptureFixture
) -> None:
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    plan_all(now)
    seconds = [0.0]
    watch = Watch(clock=lambda: seconds[0])
    watch.look()
    assert not caplog.records, "due for a moment only"
    row = the(visit, "confirmed")
    wait_for(row, minutes=3)
    for _ in range(21):
        seconds[0] += 31
        watch.look()
    errors = [r for r in caplog.records if r.levelno == logging.ERROR]
    assert len(errors) == 2, "at once, and again after ten minutes"
    assert f"delivery {row.pk}" in errors[0].getMessage()
    sweep(now=now_utc())
    seconds[0] += 31
    watch.look()
    assert "on time again" in caplog.records[-1].getMessage()


def test_what_is_given_up_is_said_and_counted(
    world: World,
    post_office: PostOffice,
    client: Client,
    caplog: pytest.LogCaptureFixture,
) -> None:
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    plan_all(now)
    post_office.to_message = "550 never"
    sweep(now=now)
    row = the(visit, "confirmed")
    errors = [r.getMessage() for r in caplog.records if r.levelno == logging.ERROR]
    assert errors == [f"delivery {row.pk}: given up, message_refused"]
    for text in errors:
        assert not any(part in text for part in ALICE.values())
    assert "visavis_deliveries_dead 1" in client.get("/metrics").text
