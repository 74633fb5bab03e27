"""A summary that staff release after the mail afterwards is told once."""

from __future__ import annotations

import datetime as dt

import pytest

from booking.after.summary import save_summary
from booking.models import Actor, Appointment, EventKind
from notifications.outbox.dispatch import sweep
from notifications.returns.refusals import unsubscribe_from_reminders
from tests.booking.after.visits import HOUR, visit_done
from tests.booking.asking import MINUTE
from tests.cast import World, now_utc
from tests.notifications.post_office import PostOffice, part_of


@pytest.fixture
def now() -> dt.datetime:
    """By day, when messages leave."""
    return now_utc().replace(hour=13, minute=0)


@pytest.fixture
def done(world: World, now: dt.datetime) -> Appointment:
    visit = visit_done(world, now)
    visit.record(EventKind.COMPLETED, by=Actor.staff(world.bob.user), now=now)
    return visit


def write(world: World, visit: Appointment, words: str, now: dt.datetime) -> None:
    by = Actor.staff(world.bob.user)
    save_summary(appointment=visit, words=words, by=by, release=True, now=now)


def kinds(visit: Appointment) -> list[str]:
    rows = visit.deliveries.filter(state__in=["due", "sent"])
    return sorted(rows.values_list("kind", flat=True))


def test_a_late_summary_is_told_once_and_not_quoted(
    world: World, done: Appointment, post_office: PostOffice, now: dt.datetime
) -> None:
    sweep(now=now)
    sweep(now=done.deliveries.get(kind="after").due_at)
    late = now + HOUR
    write(world, done, "Secret words", late)
    write(world, done, "Secret words, corrected", late + MINUTE)
    sweep(now=late + MINUTE)
    assert kinds(done) == ["after", "summary"]
    sweep(now=done.deliveries.get(kind="summary").due_at)
    mails = [part_of(mail, "plain") for mail in post_office.arrived]
    [told] = [text for text in mails if "Ouvrir mon résumé" in text]
    assert "Bob a écrit ce dont vous avez parlé" in told
    assert "Secret" not in "".join(mails)


def test_one_that_is_there_before_the_mail_afterwards_is_opened_from_it(
    world: World, done: Appointment, now: dt.datetime
) -> None:
    write(world, done, "Words", now + MINUTE)
    sweep(now=now + 2 * MINUTE)
    assert kinds(done) == ["after"]


def test_who_wants_no_mail_afterwards_is_told_of_the_summary(
    world: World, done: Appointment, now: dt.datetime
) -> None:
    unsubscribe_from_reminders(appointment=done, now=now)
    write(world, done, "Words", now + MINUTE)
    sweep(now=now + 2 * MINUTE)
    assert kinds(done) == ["summary"]


def test_an_empty_summary_is_told_of_once_it_says_something(
    world: World, done: Appointment, now: dt.datetime
) -> None:
    unsubscribe_from_reminders(appointment=done, now=now)
    write(world, done, "", now + MINUTE)
    sweep(now=now + 2 * MINUTE)
    assert not kinds(done)
    write(world, done, "Words", now + 3 * MINUTE)
    sweep(now=now + 4 * MINUTE)
    assert kinds(done) == ["summary"]
