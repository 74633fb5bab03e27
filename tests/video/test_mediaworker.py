"""The command itself: a process that says it lives, and what it writes down."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from booking.models import Actor, Appointment
from booking.services.moves import complete_visit
from tests.video.conftest import OFFER, with_link
from video import services
from video.access import room_of
from video.models import MediaNode, Participant
from video.queries import live_nodes

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 30.0

pytestmark = pytest.mark.django_db(transaction=True)


def await_that(fact: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not fact():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


@contextmanager
def mediaworker() -> Iterator[subprocess.Popen[bytes]]:
    """`manage.py mediaworker` on the database of the tests."""
    before, _, options = os.environ["DATABASE_URL"].partition("?")
    url = before.rpartition("/")[0] + f"/{connection.settings_dict['NAME']}?{options}"
    process = subprocess.Popen(
        [sys.executable, "manage.py", "mediaworker"],
        cwd=ROOT,
        env=os.environ
        | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "visavis.settings"},
    )
    try:
        await_that(live_nodes().exists, "no worker registered")
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_worker_closes_the_room_of_a_visit_that_is_over(visit: Appointment) -> None:
    services.say_here(room=room_of(visit), now=timezone.now())
    services.admit(room=room_of(visit), now=timezone.now())
    with mediaworker():
        address = reverse("video_api:sessions", args=[visit.pk])
        body = {"type": "offer", "sdp": OFFER}
        assert with_link(visit).post(address, body) == 201
        rooms = MediaNode.objects.filter(rooms=1)
        await_that(rooms.exists, "the worker does not report its room")
        visit.refresh_from_db()
        complete_visit(
            appointment=visit,
            outcome="advised",
            by=Actor.system(),
            now=timezone.now(),
        )
        seats = Participant.objects.for_brand(visit.brand).filter(session="")
        await_that(seats.exists, "the seat was not given back")
        assert seats.get().left_at is not None


def test_a_worker_that_is_asked_to_stop_takes_leave(db: None) -> None:
    with mediaworker() as process:
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        assert MediaNode.objects.get().draining


def test_two_workers_of_one_name_do_not_share_it(db: None) -> None:
    with mediaworker() as first, mediaworker():
        assert first.wait(PATIENCE) != 0
        assert live_nodes().count() == 1
