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
from booking.services.attendance import complete_visit
from booking.services.cancelling import cancel_appointment
from tests.video.nodes import node_row
from tests.video.visitors import OFFER, with_link
from video import services
from video.access import room_of
from video.models import MediaNode, Participant
from video.placement import load_of
from video.queries import live_nodes

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90.0

pytestmark = pytest.mark.django_db(transaction=True)


def await_that(fact: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not fact():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


@contextmanager
def mediaworker(**named: str) -> Iterator[subprocess.Popen[bytes]]:
    """`manage.py mediaworker` on the database of the tests."""
    before, _, options = os.environ["DATABASE_URL"].partition("?")
    url = before.rpartition("/")[0] + f"/{connection.settings_dict['NAME']}?{options}"
    process = subprocess.Popen(
        [sys.executable, "manage.py", "mediaworker"],
        cwd=ROOT,
        env=os.environ
        | {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "visavis.settings"}
        | named,
    )
    try:
        await_that(MediaNode.objects.exists, "no worker registered")
        yield process
    finally:
        process.kill()
        process.wait()


def test_a_worker_that_has_just_started_is_not_full(db: None) -> None:
    """Its start costs a whole core for a moment, which is not the load of rooms."""
    with mediaworker():
        seen = MediaNode.objects.get()
        assert load_of(seen) < 0.5
        later = MediaNode.objects.filter(heartbeat_at__gt=seen.heartbeat_at)
        await_that(later.exists, "it does not beat")
        assert load_of(later.get()) < 0.5


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


def joins(visit: Appointment) -> None:
    services.say_here(room=room_of(visit), now=timezone.now())
    services.admit(room=room_of(visit), now=timezone.now())
    address = reverse("video_api:sessions", args=[visit.pk])
    body = {"type": "offer", "sdp": OFFER}
    assert with_link(visit).post(address, body) == 201


def open_files(process: subprocess.Popen[bytes]) -> int:
    return len(list(Path(f"/proc/{process.pid}/fd").iterdir()))


def carried() -> int:
    """Rooms that the worker says it has, in its last beat."""
    return MediaNode.objects.values_list("rooms", flat=True).get(udp_port__gt=9)


def cancelled(visit: Appointment) -> None:
    visit.refresh_from_db()
    cancel_appointment(appointment=visit, by=Actor.system(), now=timezone.now())


def placed_elsewhere(visit: Appointment) -> None:
    """As by web processes that could not reach the worker for a while."""
    services.place_room(
        room=room_of(visit), away_from=[MediaNode.objects.get(udp_port__gt=9).pk]
    )


@pytest.mark.parametrize("happens", [cancelled, placed_elsewhere])
def test_a_room_that_is_cancelled_or_moved_leaves_nothing_behind(
    visit: Appointment, happens: Callable[[Appointment], None]
) -> None:
    with mediaworker() as process:
        node_row("there/0")
        MediaNode.objects.filter(udp_port=9).update(draining=True)
        before = open_files(process)
        joins(visit)
        await_that(lambda: carried() == 1, "the worker does not report its room")
        MediaNode.objects.filter(udp_port=9).update(draining=False)
        happens(visit)
        await_that(lambda: carried() == 0, "the worker keeps its copy")
        seats = Participant.objects.for_brand(visit.brand)
        await_that(seats.filter(session="").exists, "the seat was not given back")
        await_that(lambda: open_files(process) <= before, "a file stayed open")


def test_a_worker_that_drains_waits_for_its_rooms(visit: Appointment) -> None:
    with mediaworker(MEDIA_DRAIN_SECONDS="600") as process:
        joins(visit)
        process.send_signal(signal.SIGTERM)
        await_that(MediaNode.objects.filter(draining=True, rooms=1).exists, "no drain")
        assert process.poll() is None
        cancelled(visit)
        assert process.wait(PATIENCE) == 0
        assert not live_nodes().exists()


def test_a_worker_that_grew_too_big_ends_to_be_started_anew(db: None) -> None:
    with mediaworker(MEDIA_MEMORY_MB="10") as process:
        assert process.wait(PATIENCE) == 0


def test_a_worker_that_is_asked_to_stop_takes_leave(db: None) -> None:
    with mediaworker() as process:
        process.send_signal(signal.SIGTERM)
        assert process.wait(PATIENCE) == 0
        assert MediaNode.objects.get().draining


def test_a_name_that_lives_elsewhere_is_not_taken_over(db: None) -> None:
    """As two machines of one host name: they would end each other for ever."""
    with mediaworker() as first:
        ours = MediaNode.objects.get()
        with mediaworker() as second:
            assert second.wait(PATIENCE) != 0
        assert first.poll() is None
        assert live_nodes().get().boot_id == ours.boot_id


def test_two_machines_of_one_host_name_have_names_of_their_own(db: None) -> None:
    with mediaworker(MEDIA_NODE_NAME="one"), mediaworker(MEDIA_NODE_NAME="two"):
        await_that(lambda: live_nodes().count() == 2, "one is missing")
        names = set(live_nodes().values_list("name", flat=True))
        assert names == {"one/0", "two/0"}


def test_a_worker_that_was_killed_is_followed_by_one_at_another_port(
    db: None,
) -> None:
    with mediaworker() as first:
        first.kill()
        first.wait()
        ours = MediaNode.objects.get()
    with mediaworker():
        others = live_nodes().exclude(boot_id=ours.boot_id)
        await_that(others.exists, "the name is not taken over")
        assert live_nodes().count() == 1
