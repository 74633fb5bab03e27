"""Who says that a visit was bad reads by when they are called, and the words for it."""

from __future__ import annotations

import datetime as dt

import pytest

from booking.after.deadlines import next_deadlines
from booking.after.rating import rate_visit
from booking.after.recovery import choose_way
from booking.models import Appointment
from booking.spoken.pairs import words_of
from notifications.outbox.dispatch import sweep
from tests.booking.after.visits import owed, visit_done
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
    rate_visit(appointment=visit, score=1, now=now)
    sweep(now=now)
    return visit


def due(visit: Appointment) -> list[str]:
    rows = visit.deliveries.filter(state="due", kind__startswith="recovery")
    return list(rows.values_list("kind", flat=True))


def test_the_mail_says_who_calls_by_when_and_with_which_words(
    done: Appointment, post_office: PostOffice
) -> None:
    [row] = done.deliveries.filter(kind="recovery")
    sweep(now=row.due_at)
    [mail] = post_office.arrived
    [promise] = owed(done)
    text = " ".join(part_of(mail, "plain").split())
    assert "Bob vous appelle au plus tard le" in text
    assert f"dit d’abord « {words_of(done)} »" in text
    assert promise.due_at.astimezone(done.zone).strftime("%H") in text


@pytest.mark.parametrize("way", ["none", "write", "a better word"])
def test_nothing_is_said_of_a_call_that_is_not_owed_any_more(
    done: Appointment, post_office: PostOffice, now: dt.datetime, way: str
) -> None:
    if way == "a better word":
        rate_visit(appointment=done, score=5, now=now)
    else:
        choose_way(appointment=done, way=way, now=now)
    sweep(now=now + 2 * MINUTE)
    assert not due(done)
    assert not post_office.arrived


def test_another_hour_is_read_on_the_page_only(
    done: Appointment, now: dt.datetime
) -> None:
    later = next_deadlines(done.store, now, count=2)[-1]
    choose_way(appointment=done, way="call", due_at=later, now=now)
    sweep(now=now)
    assert due(done) == ["recovery"]


def test_who_changes_the_word_again_and_again_is_told_once(
    done: Appointment, post_office: PostOffice, now: dt.datetime
) -> None:
    for minute in (2, 4, 6):
        at = now + minute * MINUTE
        sweep(now=at)
        rate_visit(appointment=done, score=5, now=at)
        rate_visit(appointment=done, score=1, now=at)
    sweep(now=now + 9 * MINUTE)
    assert len(post_office.arrived) == 1


def test_nobody_without_a_number_is_told_of_a_call(
    done: Appointment, post_office: PostOffice, now: dt.datetime
) -> None:
    done.customer.phone = ""
    done.customer.save(update_fields=["phone"])
    sweep(now=now + 2 * MINUTE)
    [mail] = post_office.arrived
    text = " ".join(part_of(mail, "plain").split())
    assert "n’a pas votre numéro" in text
    assert "appelle" not in text
    assert not words_of(done)


def test_no_words_are_said_where_the_answer_is_written(
    done: Appointment, now: dt.datetime
) -> None:
    assert words_of(done)
    choose_way(appointment=done, way="write", now=now)
    assert not words_of(done)
