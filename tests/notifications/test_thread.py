"""An answer in the messages of a visit is told once, by mail or text message."""

from __future__ import annotations

import datetime as dt

import pytest

from booking.models import Actor, Appointment
from booking.thread.writing import answer
from notifications.outbox.dispatch import sweep
from tests.booking.after.visits import visit_done
from tests.booking.asking import MINUTE
from tests.cast import World, now_utc
from tests.notifications.post_office import PostOffice, part_of


@pytest.fixture
def now() -> dt.datetime:
    return now_utc()


@pytest.fixture
def done(world: World, now: dt.datetime) -> Appointment:
    return visit_done(world, now)


def say(world: World, visit: Appointment, text: str, now: dt.datetime) -> None:
    by, member = Actor.staff(world.bob.user), world.bob.staff_member
    answer(appointment=visit, text=text, staff_member=member, by=by, now=now)


def test_two_answers_in_a_row_are_one_message_that_quotes_neither(
    world: World, done: Appointment, post_office: PostOffice, now: dt.datetime
) -> None:
    say(world, done, "Secret one", now)
    sweep(now=now)
    say(world, done, "Secret two", now + MINUTE / 2)
    sweep(now=now + MINUTE)
    told = done.deliveries.filter(kind__startswith="answered", state="due")
    assert [row.kind for row in told] == ["answered-2"]
    sweep(now=told.get().due_at)
    [mail] = post_office.arrived
    text = part_of(mail, "plain") + part_of(mail, "html")
    assert "a répondu à votre message" in text
    assert "/r/" in text
    assert "Secret" not in text
    assert f"{done.local_start:%H:%M}" not in part_of(mail, "plain")
