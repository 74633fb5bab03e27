"""`manage.py deliver` as a process: killed, cut off, and stopped in order."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from booking.models import Appointment
from notifications.models import Delivery
from notifications.outbox.dispatch import sweep
from tests.cast import World, now_utc
from tests.notifications.bookings import DAY, book, end_the_leases, on_the_grid, the
from tests.notifications.post_office import PostOffice
from tests.notifications.senders import started, wait_until

pytestmark = pytest.mark.django_db(transaction=True)
LOOP = ("manage.py", "deliver", "--loop")


def book_one(world: World, *, days: int = 3) -> Appointment:
    now = now_utc()
    return book(world, starts_at=on_the_grid(now + days * DAY), now=now)


def test_one_sweep_says_what_it_did(
    world: World, post_office: PostOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    book_one(world)
    call_command("deliver")
    assert "'planned': 1, 'sent': 1" in capsys.readouterr().out


def test_the_loop_survives_the_database_and_ends_when_asked(
    world: World, post_office: PostOffice, tmp_path: Path
) -> None:
    def arrived() -> bool:
        return len(post_office.arrived) == expected

    with started(post_office, tmp_path / "loop.log", *LOOP) as loop:
        book_one(world)
        expected = 1
        wait_until(arrived)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

        def noticed() -> bool:
            return "the database is back" in loop.said

        wait_until(noticed)
        book_one(world, days=4)
        expected = 2
        wait_until(arrived)
        loop.process.terminate()
        assert loop.process.wait(15) == 0
        assert len(loop.said.splitlines()) == 2, loop.said
        assert "alice" not in loop.said


def test_a_visit_that_cannot_be_planned_ends_no_loop(
    world: World, post_office: PostOffice, tmp_path: Path
) -> None:
    poisoned = book_one(world)
    Appointment.objects.filter(pk=poisoned.pk).update(time_zone="Mars/Olympus_Mons")
    book_one(world, days=4)

    def arrived() -> bool:
        return len(post_office.arrived) == expected

    expected = 1
    with started(post_office, tmp_path / "loop.log", *LOOP) as loop:
        wait_until(arrived)
        book_one(world, days=5)
        expected = 2
        wait_until(arrived)
        loop.process.terminate()
        assert loop.process.wait(15) == 0
    assert loop.said.count("cannot be planned") == 1, loop.said
    assert str(poisoned.pk) in loop.said
    assert "Mars" not in loop.said


def test_a_sender_killed_while_sending_loses_nothing(
    world: World, post_office: PostOffice, tmp_path: Path
) -> None:
    """It dies with the message in the server's hands: a second copy, the same key."""
    visit = book_one(world)
    killed = threading.Event()

    def hold_the_answer() -> None:
        killed.wait(30)

    post_office.before_answer = hold_the_answer

    def in_the_servers_hands() -> bool:
        return bool(post_office.arrived)

    with started(post_office, tmp_path / "once.log", "manage.py", "deliver") as once:
        wait_until(in_the_servers_hands)
        once.process.kill()
        once.process.wait()
    killed.set()
    row = the(visit, "confirmed")
    assert (row.state, row.tries) == (Delivery.State.SENDING, 1)
    assert not sweep(), "the lease still runs"
    end_the_leases()
    assert sweep().sent == 1
    assert len(post_office.keys) == 2
    assert len(set(post_office.keys)) == 1
