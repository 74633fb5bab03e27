"""Many senders at once, and each message once."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import redis

from booking.models import Actor, Appointment, AppointmentEvent
from booking.services.cancelling import cancel_appointment
from notifications.models import Delivery
from notifications.outbox.dispatch import sweep
from tests.at_once import at_once
from tests.cast import World, next_step, now_utc
from tests.notifications.bookings import DAY, HOUR, book, on_the_grid, plan_all, the
from tests.notifications.post_office import PostOffice
from tests.notifications.senders import Sender, broker_url, started, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
THREADS = 8


def book_many(world: World, count: int, *, after: int = 1) -> list[Appointment]:
    now = now_utc()
    start = on_the_grid(now + after * DAY)
    return [book(world, starts_at=start + n * HOUR, now=now) for n in range(count)]


def keys_of(visits: list[Appointment], kind: str) -> list[str]:
    return sorted(str(the(visit, kind).provider_key) for visit in visits)


def arrived_keys(office: PostOffice) -> list[str]:
    return sorted(key.strip("<>").partition("@")[0] for key in office.keys)


def all_is_told() -> bool:
    events = AppointmentEvent.objects.all_brands().unrelayed()
    open_rows = Delivery.objects.all_brands().filter(due_at__lte=now_utc())
    waiting = open_rows.filter(state__in=["due", "sending"])
    return not events.exists() and not waiting.exists()


def test_threads_that_sweep_at_once_send_each_message_once(
    world: World, post_office: PostOffice
) -> None:
    visits = book_many(world, 20)
    now = now_utc()
    sent = []

    def work() -> None:
        done = sweep(now=now)
        while done:
            sent.append(done.sent)
            done = sweep(now=now)

    at_once(*THREADS * [work])
    assert all_is_told()
    assert sum(sent) == len(visits)
    assert arrived_keys(post_office) == keys_of(visits, "confirmed")


@contextlib.contextmanager
def all_senders(office: PostOffice, logs: Path) -> Iterator[Sender]:
    """Two loops, and a worker with beat, which is what is yielded."""
    loop = ("manage.py", "deliver", "--loop")
    worker = (
        "-m", "celery", "-A", "visavis", "worker", "-B", "--concurrency", "1",
        "--schedule", str(logs / "beat"), "--loglevel", "INFO",
    )  # fmt: skip
    with (
        started(office, logs / "loop.log", *loop),
        started(office, logs / "second.log", *loop),
        started(office, logs / "worker.log", *worker) as celery,
    ):
        yield celery


def await_a_tick(celery: Sender) -> None:
    before = celery.said.count("succeeded in")

    def the_worker_ticked() -> bool:
        return celery.said.count("succeeded in") > before

    wait_until(the_worker_ticked)


def test_worker_beat_and_loop_send_once_and_a_flushed_broker_changes_nothing(
    world: World, post_office: PostOffice, tmp_path: Path
) -> None:
    """A reminder is due while all run; one of a visit cancelled before is not sent."""
    now = now_utc()
    start = next_step(now, minutes=5)
    cancelled = book(world, starts_at=start, now=now - 2 * HOUR)
    plan_all(now)
    cancel_appointment(appointment=cancelled, by=Actor.customer(), now=now - HOUR)

    with all_senders(post_office, tmp_path) as celery:
        early = book_many(world, 4)
        await_a_tick(celery)
        redis.Redis.from_url(broker_url()).flushdb()
        reminded = book(world, starts_at=start, now=now - 2 * HOUR)
        late = book_many(world, 4, after=2)
        await_a_tick(celery)
        wait_until(all_is_told)

    expected = [
        *keys_of([reminded, *early, *late], "confirmed"),
        *keys_of([reminded], "reminder_soon"),
        *keys_of([cancelled], "cancelled"),
    ]
    assert arrived_keys(post_office) == sorted(expected)
    rows = cancelled.deliveries.exclude(kind="cancelled")
    assert {row.state for row in rows} == {Delivery.State.VOID}
