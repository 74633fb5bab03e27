from __future__ import annotations

import socket
import threading

import pytest
from pytest_django import Settings

from notifications.models import Delivery
from notifications.outbox.dispatch import deliver_next
from notifications.outbox.sending import Result
from tests.cast import World, now_utc
from tests.notifications.bookings import (
    DAY,
    book,
    end_the_leases,
    on_the_grid,
    plan_all,
    the,
)
from tests.notifications.post_office import PostOffice

State = Delivery.State


@pytest.mark.parametrize(
    ("answer", "result", "state"),
    [
        ("550 no such user", Result.DEAD, State.DEAD),
        ("450 come back", Result.RETRY, State.DUE),
    ],
)
def test_a_refused_address(
    world: World, post_office: PostOffice, answer: str, result: str, state: str
) -> None:
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    plan_all(now)
    post_office.to_recipient = answer
    assert deliver_next(now=now) == result
    row = the(visit, "confirmed")
    assert (row.state, row.problem) == (state, "recipient_refused")


def test_a_server_that_is_away(
    world: World, post_office: PostOffice, settings: Settings
) -> None:
    with socket.socket() as taken:
        taken.bind((post_office.host, 0))  # bound and not listening: refused
        settings.EMAIL_PORT = taken.getsockname()[1]
        now = now_utc()
        visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
        plan_all(now)
        assert deliver_next(now=now) == Result.RETRY
    assert the(visit, "confirmed").problem == "server_unreachable"


def test_a_server_that_never_greets(
    world: World, post_office: PostOffice, settings: Settings
) -> None:
    settings.EMAIL_TIMEOUT = 0.2
    with socket.create_server((post_office.host, 0)) as silent:
        settings.EMAIL_PORT = silent.getsockname()[1]
        now = now_utc()
        visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
        plan_all(now)
        assert deliver_next(now=now) == Result.RETRY
    assert the(visit, "confirmed").problem == "server_hangs"


def test_a_server_that_hangs_with_the_message_in_its_hands(
    world: World, post_office: PostOffice, settings: Settings
) -> None:
    """It may have the message or not: sent again, with the key that tells."""
    settings.EMAIL_TIMEOUT = 0.2
    answered = threading.Event()

    def hang() -> None:
        answered.wait(5)

    post_office.before_answer = hang
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    plan_all(now)
    assert deliver_next(now=now) == Result.RETRY
    answered.set()
    assert the(visit, "confirmed").problem == "server_hangs"
    settings.EMAIL_TIMEOUT = 5
    end_the_leases()
    assert deliver_next(now=now) == Result.SENT
    assert len(post_office.keys) == 2
    assert len(set(post_office.keys)) == 1
