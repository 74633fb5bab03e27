from __future__ import annotations

import datetime as dt
import threading
import uuid

import pytest
from django.db import connection, transaction
from django.db.models.functions import Now

from booking.links import permanent_url
from booking.models import Actor
from booking.services.attendance import record_arrival
from booking.services.cancelling import cancel_appointment
from notifications.channels.base import Handed
from notifications.models import Delivery
from notifications.outbox.claims import claim_next
from notifications.outbox.dispatch import deliver_next, sweep
from notifications.outbox.sending import MOST_TRIES, Result
from tests.cast import ALICE, World, now_utc
from tests.notifications.bookings import (
    DAY,
    HOUR,
    SECOND,
    book,
    end_the_leases,
    on_the_grid,
    plan_all,
    the,
)
from tests.notifications.post_office import PostOffice, part_of

State = Delivery.State


def rest_of(delivery: Delivery) -> dt.timedelta:
    """How long the database still holds a failed row back."""
    delivery.refresh_from_db()
    assert delivery.lease_until is not None
    return delivery.lease_until - now_utc()


def test_a_booking_is_confirmed_at_once_and_reminded_when_due(
    world: World, post_office: PostOffice
) -> None:
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    done = sweep(now=now)
    assert (done.planned, done.sent) == (1, 1)
    [mail] = post_office.arrived
    assert mail["To"] == ALICE["email"]
    assert permanent_url(visit) in part_of(mail, "plain")
    assert not sweep(now=now)

    day_before = the(visit, "reminder_day").due_at
    assert not sweep(now=day_before - SECOND)
    assert sweep(now=day_before).sent == 1
    assert not sweep(now=visit.starts_at - dt.timedelta(minutes=16))
    assert sweep(now=visit.starts_at - dt.timedelta(minutes=15)).sent == 1
    assert not sweep(now=visit.starts_at + HOUR)
    assert len(post_office.arrived) == 3
    assert len(set(post_office.keys)) == 3


def test_a_cancelled_visit_is_not_reminded_of(
    world: World, post_office: PostOffice
) -> None:
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    sweep(now=now)
    cancel_appointment(appointment=visit, by=Actor.customer(), now=now + HOUR)
    sweep(now=now + HOUR)
    sweep(now=visit.starts_at - SECOND)
    assert len(post_office.arrived) == 2
    assert "annulé" in post_office.subjects[1]


def test_what_changed_since_planning_is_not_sent(
    world: World, post_office: PostOffice
) -> None:
    """Planned, and cancelled before the sender looks, with no planner in between."""
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    plan_all(now)
    cancel_appointment(appointment=visit, by=Actor.customer(), now=now)
    assert deliver_next(now=now) == Result.VOID
    assert post_office.arrived == []
    confirmed = visit.deliveries.get(kind="confirmed")
    assert (confirmed.state, confirmed.problem) == (State.VOID, "superseded")


def test_who_arrived_is_not_reminded(world: World, post_office: PostOffice) -> None:
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 2 * HOUR), now=now)
    sweep(now=now)
    record_arrival(appointment=visit, by=Actor.customer(), now=now)
    assert deliver_next(now=visit.starts_at - SECOND) == Result.VOID
    assert the(visit, "reminder_soon").problem == "not_wanted"


def test_a_reminder_after_the_start_is_not_sent(
    world: World, post_office: PostOffice
) -> None:
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 2 * HOUR), now=now)
    sweep(now=now)
    assert deliver_next(now=visit.starts_at) == Result.VOID
    assert the(visit, "reminder_soon").problem == "too_late"
    assert len(post_office.arrived) == 1


def test_a_crash_between_claim_and_mark_is_made_good_with_the_same_key(
    world: World, post_office: PostOffice
) -> None:
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    plan_all(now)

    class Killed(BaseException):
        """No handler of ours sees it, as none sees SIGKILL."""

    class Dying:
        def send(self, message: object) -> Handed:
            raise Killed

    with pytest.raises(Killed):
        deliver_next(now=now, channels={"email": Dying()})
    row = the(visit, "confirmed")
    assert (row.state, row.tries) == (State.SENDING, 1)
    assert deliver_next(now=now) is None, "the lease keeps others away"
    end_the_leases()
    assert deliver_next(now=now) == Result.SENT
    assert str(row.provider_key) in post_office.keys[0]


def test_who_lost_the_lease_marks_nothing(
    world: World, post_office: PostOffice
) -> None:
    """The slow sender's message arrives, then a faster one takes over and fails."""
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    plan_all(now)

    class Slow:
        def send(self, message: object) -> Handed:
            Delivery.objects.all_brands().filter(kind="confirmed").update(tries=2)
            return Handed("slow")

    assert deliver_next(now=now, channels={"email": Slow()}) == Result.FENCED
    row = the(visit, "confirmed")
    assert (row.state, row.provider_reference) == (State.SENDING, "")


def test_failures_rest_longer_each_time_and_end(
    world: World, post_office: PostOffice
) -> None:
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    plan_all(now)
    post_office.to_message = "451 busy"
    minutes = []
    for _ in range(MOST_TRIES - 1):
        assert deliver_next(now=now) == Result.RETRY
        assert deliver_next(now=now) is None
        minutes.append(round(rest_of(the(visit, "confirmed")).total_seconds() / 60))
        end_the_leases()
    assert minutes == [1, 5, 15, 60, 60, 60, 60]
    assert deliver_next(now=now) == Result.DEAD
    row = the(visit, "confirmed")
    assert (row.state, row.problem, row.tries) == (
        State.DEAD, "message_refused", MOST_TRIES,
    )  # fmt: skip
    assert deliver_next(now=now) is None


def test_after_a_failure_it_is_sent_with_the_same_key(
    world: World, post_office: PostOffice
) -> None:
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    plan_all(now)
    post_office.to_message = "451 busy"
    deliver_next(now=now)
    post_office.to_message = "250 kept"
    end_the_leases()
    assert deliver_next(now=now) == Result.SENT
    row = the(visit, "confirmed")
    assert (row.tries, row.problem, row.lease_until) == (2, "", None)
    assert row.provider_reference == post_office.keys[0]
    assert str(row.provider_key) in row.provider_reference


def test_a_row_that_kills_its_senders_is_given_up(
    world: World, post_office: PostOffice
) -> None:
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    plan_all(now)
    visit.deliveries.filter(kind="confirmed").update(
        state=State.SENDING, tries=MOST_TRIES, lease_until=Now() - SECOND
    )
    assert deliver_next(now=now) == Result.DEAD
    assert the(visit, "confirmed").problem == "gave_up"


def test_one_bad_row_does_not_stop_the_others(
    world: World, post_office: PostOffice
) -> None:
    now = now_utc()
    bad = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    good = book(world, starts_at=on_the_grid(now + 2 * DAY), now=now)
    bad.links.all().delete()
    done = sweep(now=now)
    assert (done.sent, done.retry) == (1, 1)
    assert the(bad, "confirmed").problem == "fault_DoesNotExist"
    assert the(good, "confirmed").state == State.SENT


@pytest.mark.django_db(transaction=True)
def test_no_lock_is_held_while_the_server_works(
    world: World, post_office: PostOffice
) -> None:
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    seen: list[tuple[str, int]] = []

    def look() -> None:
        """From the server's thread, so by a connection of its own."""
        with connection.cursor() as cursor:
            cursor.execute("BEGIN")
            cursor.execute("SELECT 1 FROM booking_appointment FOR UPDATE NOWAIT")
            cursor.execute("SELECT 1 FROM notifications_delivery FOR UPDATE NOWAIT")
            cursor.execute("ROLLBACK")
        rows = visit.deliveries.filter(kind="confirmed")
        seen.extend(rows.values_list("state", "tries"))
        connection.close()

    post_office.before_answer = look
    sweep(now=now)
    assert seen == [(State.SENDING, 1)]
    assert the(visit, "confirmed").state == State.SENT


@pytest.mark.django_db(transaction=True)
def test_a_row_that_is_being_claimed_is_left_for_the_next_row(world: World) -> None:
    """Even before the first claim is committed, and without waiting for it."""
    now = now_utc()
    for days in (2, 3):
        book(world, starts_at=on_the_grid(now + days * DAY), now=now)
    plan_all(now)
    claimed: list[uuid.UUID | None] = []

    def take() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET lock_timeout = '2s'")
        claimed.extend([claim_next("email", now), claim_next("email", now)])
        connection.close()

    with transaction.atomic():
        first = claim_next("email", now)
        other = threading.Thread(target=take)
        other.start()
        other.join(20)
    assert first is not None
    second, third = claimed
    assert second is not None
    assert second != first
    assert third is None
