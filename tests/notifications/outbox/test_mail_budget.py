"""Nobody's mailbox is filled: what rests is told once, and a day has an end."""

from __future__ import annotations

import pytest

from booking.models import Actor
from booking.services.cancelling import cancel_appointment
from booking.services.rescheduling import move_appointment
from notifications.models import Delivery, TextCount
from notifications.outbox import text_budget
from notifications.outbox.dispatch import sweep
from tests.cast import World, now_utc
from tests.notifications.bookings import DAY, HOUR, SECOND, book, on_the_grid
from tests.notifications.post_office import PostOffice


def test_twelve_moves_in_a_minute_are_told_once(
    world: World, post_office: PostOffice
) -> None:
    now = now_utc()
    start = on_the_grid(now + 2 * DAY)
    visit = book(world, starts_at=start, now=now)
    sweep(now=now)
    for n in range(1, 13):
        now += 4 * SECOND
        move_appointment(
            appointment=visit, starts_at=start + n * HOUR, by=Actor.customer(), now=now
        )
        visit.refresh_from_db()
        sweep(now=now)
    assert len(post_office.arrived) == 1, "the confirmation alone"
    sweep(now=now + 59 * SECOND)
    assert len(post_office.arrived) == 1
    sweep(now=now + 61 * SECOND)
    assert len(post_office.arrived) == 2
    changed = Delivery.objects.filter(kind="changed")
    assert changed.get(state="sent").sequence == visit.sequence
    assert set(changed.exclude(state="sent").values_list("state", flat=True)) == {
        "void"
    }


def test_a_change_that_is_cancelled_while_it_rests_is_not_told(
    world: World, post_office: PostOffice
) -> None:
    now = now_utc()
    start = on_the_grid(now + 2 * DAY)
    visit = book(world, starts_at=start, now=now)
    sweep(now=now)
    move_appointment(
        appointment=visit, starts_at=start + HOUR, by=Actor.customer(), now=now
    )
    visit.refresh_from_db()
    cancel_appointment(appointment=visit, by=Actor.customer(), now=now + 10 * SECOND)
    sweep(now=now + 120 * SECOND)
    kinds = Delivery.objects.filter(state="sent").order_by("id")
    assert list(kinds.values_list("kind", flat=True)) == ["confirmed", "cancelled"]


def test_an_address_gets_so_many_mails_a_day_and_the_cancellation_still(
    world: World, post_office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_budget, "MOST_MAILS", 3)
    now = now_utc()
    first = on_the_grid(now + 2 * DAY)
    visits = [book(world, starts_at=first + n * HOUR, now=now) for n in range(5)]
    sweep(now=now)
    assert len(post_office.arrived) == 3
    refused = Delivery.objects.filter(state="dead")
    assert set(refused.values_list("problem", flat=True)) == {"budget_address"}
    cancel_appointment(appointment=visits[4], by=Actor.customer(), now=now)
    sweep(now=now)
    assert len(post_office.arrived) == 4
    book(world, starts_at=first + 6 * HOUR, now=now, email="other@example.org")
    sweep(now=now)
    assert len(post_office.arrived) == 5
    book(world, starts_at=first + 7 * HOUR, now=now + DAY)
    sweep(now=now + DAY)
    assert len(post_office.arrived) > 5


def test_a_second_try_is_not_counted_again(world: World) -> None:
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 2 * DAY), now=now)
    sweep(now=now)
    row = visit.deliveries.get(kind="confirmed", channel="email")
    assert row.counted_at == now
    text_budget.take_from_mailbox(delivery=row, appointment=visit, now=now)
    assert list(TextCount.objects.values_list("scope", "taken")) == [("address", 1)]
