"""Who says that a visit was bad reads by when they are called, and the words for it."""

from __future__ import annotations

import datetime as dt

import pytest

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
    rate_visit(appointment=done, score=2, now=now)
    sweep(now=now)
    assert due(done) == ["recovery"]
