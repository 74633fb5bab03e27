"""A room lives in one worker: which, since when, and what happens when it is gone."""

from __future__ import annotations

import datetime as dt
import random
import uuid

import pytest
from django.db.models.functions import Now
from django.urls import reverse
from django.utils import timezone

from booking.models import Appointment
from tests.cast import now_utc
from tests.video.nodes import node_row
from tests.video.running_worker import RunningWorker
from tests.video.visitors import OFFER, with_link
from video import services
from video.access import room_of
from video.errors import NodesFull, NoNodeAvailable, VideoError
from video.models import MediaNode, Participant, Room, Stay
from video.placement import (
    DEAD_AFTER,
    FORGOTTEN_AFTER,
    LIVE_FOR,
    SUSPECT_FOR,
    choose_node,
)
from video.services.nodes import NodeAddress, NodeLoad

BODY = {"type": "offer", "sdp": OFFER}


def node(load: float = 0.1, **changes: object) -> MediaNode:
    return MediaNode(name=str(uuid.uuid4()), cpu_load=load, **changes)


@pytest.fixture
def room(visit: Appointment) -> Room:
    return services.open_room(appointment=visit)


def test_the_less_loaded_of_two_takes_the_room() -> None:
    idle, busy = node(0.1), node(0.6)
    assert choose_node([busy, idle], random.Random(1)) is idle
    assert choose_node([busy], random.Random(1)) is busy


def test_rooms_weigh_as_much_as_processor_time() -> None:
    quiet, crowded = node(0.5, rooms=6, capacity=60), node(0.1, rooms=50, capacity=60)
    assert choose_node([crowded, quiet], random.Random(1)) is quiet


def test_many_who_ask_at_once_do_not_all_find_the_same_worker() -> None:
    nodes = [node(0.1 + n / 100) for n in range(4)]
    dice = random.Random(1)
    drawn = [choose_node(nodes, dice).name for _ in range(200)]
    assert [drawn.count(n.name) for n in nodes[:3]] == pytest.approx(
        [100, 67, 33], abs=20
    )


@pytest.mark.parametrize(
    ("unable", "refusal"),
    [
        (node(draining=True), NoNodeAvailable),
        (node(0.9), NodesFull),
        (node(rooms=60, capacity=60), NodesFull),
        (node(capacity=0), NodesFull),
    ],
)
def test_draining_and_full_workers_take_none(
    unable: MediaNode, refusal: type[VideoError]
) -> None:
    with pytest.raises(refusal):
        choose_node([unable])
    able = node(0.8)
    assert choose_node([unable, able]) is able


def test_a_room_stays_where_it_is_while_its_worker_lives(room: Room) -> None:
    first = node_row("here/0")
    assert services.place_room(room=room) == first
    MediaNode.objects.update(draining=True, cpu_load=1.0)
    node_row("there/0")
    assert services.place_room(room=room) == first
    room.refresh_from_db()
    assert (room.node, room.epoch) == (first, 1)


def test_a_dead_worker_loses_its_rooms_after_three_beats(room: Room) -> None:
    first = node_row("here/0")
    services.place_room(room=room)
    second = node_row("there/0")
    MediaNode.objects.filter(pk=first.pk).update(heartbeat_at=Now() - LIVE_FOR)
    assert services.place_room(room=room) == second
    assert room.epoch == 2


def test_a_suspect_worker_loses_its_rooms_only_to_one_that_takes_them(
    room: Room,
) -> None:
    first = node_row("here/0")
    services.place_room(room=room)
    services.suspect_node(node=first)
    assert services.place_room(room=room) == first
    full = node_row("full/0", rooms=60)
    assert services.place_room(room=room) == first
    full.delete()
    second = node_row("there/0")
    assert services.place_room(room=room) == second


def test_suspicion_ends_by_time_or_by_a_new_start(room: Room) -> None:
    first = node_row("here/0")
    services.place_room(room=room)
    node_row("there/0")
    services.suspect_node(node=first)
    suspected = Now() - SUSPECT_FOR
    MediaNode.objects.filter(pk=first.pk).update(suspected_at=suspected)
    assert services.place_room(room=room) == first
    services.suspect_node(node=first)
    starts_again(first)
    assert services.place_room(room=room) == first
    services.suspect_node(node=first)  # a late finding about the process before
    assert services.place_room(room=room) == first


def starts_again(node: MediaNode) -> None:
    """Another process under the same name."""
    address = NodeAddress(node.control_url, node.announce_ip, node.udp_port)
    services.register_node(
        name=node.name, boot_id=uuid.uuid4(), address=address, capacity=60
    )


def test_a_worker_that_starts_again_has_nobody_in_its_rooms(room: Room) -> None:
    here = node_row("here/0")
    services.place_room(room=room)
    seat = sits(room, "s1")
    starts_again(here)
    assert_left(seat, "worker_died")


def test_a_placed_room_counts_before_the_worker_says_so(room: Room) -> None:
    first = node_row("here/0", rooms=59)
    services.place_room(room=room)
    first.refresh_from_db()
    with pytest.raises(NodesFull):
        choose_node([first])
    assert services.place_room(room=room) == first


def sits(room: Room, session: str) -> Participant:
    """The customer, connected in this media session."""
    now = now_utc()
    services.say_here(room=room, now=now)
    seat = services.admit(room=room, now=now)
    seat.session = session
    seat.connected_at = now
    seat.save(update_fields=["session", "connected_at"])
    Stay.objects.create(
        brand=room.brand, participant=seat, session=session, connected_at=now
    )
    return seat


def assert_left(seat: Participant, reason: str) -> None:
    seat.refresh_from_db()
    assert seat.session == ""
    assert seat.left_at is not None
    stay = seat.stays.get()
    assert (stay.reason, stay.left_at is None) == (reason, False)


def test_nobody_sits_where_the_room_was(room: Room) -> None:
    first = node_row("here/0")
    services.place_room(room=room)
    seat = sits(room, "s1")
    node_row("there/0")
    services.place_room(room=room, away_from=[first.pk])
    assert_left(seat, "room_moved")


def test_who_sat_in_a_worker_that_never_came_back_is_written_down_as_gone(
    room: Room,
) -> None:
    gone = node_row("gone/0")
    services.place_room(room=room)
    seat = sits(room, "s1")
    MediaNode.objects.update(heartbeat_at=Now() - DEAD_AFTER + dt.timedelta(seconds=9))
    assert services.bury_dead_nodes() == 0
    MediaNode.objects.filter(pk=gone.pk).update(heartbeat_at=Now() - DEAD_AFTER)
    assert services.bury_dead_nodes() == 1
    assert_left(seat, "worker_died")
    assert services.bury_dead_nodes() == 0


def test_a_worker_of_a_host_that_vanished_is_forgotten_after_a_day(room: Room) -> None:
    gone, alive = node_row("gone/0"), node_row("here/0")
    Room.objects.for_brand(room.brand).update(node=gone, epoch=3)
    almost = Now() - FORGOTTEN_AFTER + dt.timedelta(minutes=1)
    MediaNode.objects.filter(pk=gone.pk).update(heartbeat_at=almost)
    services.bury_dead_nodes()
    assert MediaNode.objects.count() == 2
    MediaNode.objects.filter(pk=gone.pk).update(heartbeat_at=Now() - FORGOTTEN_AFTER)
    services.bury_dead_nodes()
    assert list(MediaNode.objects.all()) == [alive]
    room.refresh_from_db()
    assert (room.node, room.epoch) == (None, 3)
    assert services.place_room(room=room) == alive


def test_a_worker_that_withdraws_is_dead_at_once(room: Room) -> None:
    first = node_row("here/0")
    services.place_room(room=room)
    second = node_row("there/0")
    services.withdraw_node(name=first.name, boot_id=first.boot_id)
    assert services.place_room(room=room) == second


def test_a_beat_keeps_a_worker_alive_and_tells_its_load(db: None) -> None:
    here = node_row("here/0", heartbeat_at=Now() - LIVE_FOR)
    load = NodeLoad(3, 0.25, 900.0, 1.5, draining=True)
    services.beat_node(name=here.name, boot_id=here.boot_id, load=load)
    here.refresh_from_db()
    assert (here.rooms, here.cpu_load, here.draining) == (3, 0.25, True)
    assert choose_node([here, other := node(0.3)]) is other


# Over HTTP, as a browser asks.


def joins(visit: Appointment) -> tuple[int, str]:
    services.say_here(room=room_of(visit), now=timezone.now())
    services.admit(room=room_of(visit), now=timezone.now())
    address = reverse("video_api:sessions", args=[visit.pk])
    response = with_link(visit).send("post", address, BODY)
    return response.status_code, response.json().get("code", "")


def test_a_worker_that_does_not_take_the_call_is_left_and_suspected(
    visit: Appointment, room: Room, worker: RunningWorker
) -> None:
    alive = MediaNode.objects.get()
    dead = node_row("gone/0")
    Room.objects.for_brand(visit.brand).update(node=dead, epoch=1)
    assert joins(visit) == (201, "")
    room.refresh_from_db()
    dead.refresh_from_db()
    assert (room.node, room.epoch) == (alive, 2)
    assert dead.suspected_at is not None


def test_when_every_worker_is_full_the_answer_says_busy(
    visit: Appointment, worker: RunningWorker
) -> None:
    MediaNode.objects.update(rooms=60)
    before = worker.sessions()
    assert joins(visit) == (503, "nodes_full")
    assert worker.sessions() == before


def test_a_worker_that_is_full_by_its_own_count_is_passed_over(
    visit: Appointment, room: Room
) -> None:
    with RunningWorker(max_rooms=0) as full:
        full.node("full/0")
        assert joins(visit) == (503, "nodes_full")
        assert full.sessions() == 0


def test_without_any_worker_the_answer_says_so(visit: Appointment) -> None:
    assert joins(visit) == (503, "no_node_available")


def test_with_silent_workers_only_the_answer_says_so(visit: Appointment) -> None:
    node_row("gone/0")
    assert joins(visit) == (503, "worker_unreachable")
