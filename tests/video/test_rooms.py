"""The door: its hours, who waits at it, who is let in, when the visit begins."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.http import Http404

from booking.links import issue_link
from booking.models import AccessLink, Appointment, AppointmentEvent
from booking.states import Status
from stores.models import Channel
from tests.cast import World, make_visit, now_utc
from tests.video.doors import connect
from tests.video.running_worker import RunningWorker
from video import services
from video.access import Seat, room_of
from video.admission import check_open
from video.errors import NobodyWaiting, RoomNotOpen
from video.models import ChatMessage, Participant, Room
from video.queries import customer_in
from video.services.joining import seat_of
from video.waiting import AtDoor, Waiting, door_of, waiting_state

MINUTE = dt.timedelta(minutes=1)


def state(room: Room, now: dt.datetime, *, adviser_here: bool = False) -> Waiting:
    return waiting_state(room, customer_in(room), adviser_here=adviser_here, now=now)


def test_the_door_opens_a_quarter_before_and_closes_half_an_hour_after(
    visit: Appointment,
) -> None:
    room = room_of(visit)
    for now in (visit.starts_at - 15 * MINUTE, visit.ends_at + 29 * MINUTE):
        check_open(room, now)
    for now in (visit.starts_at - 16 * MINUTE, visit.ends_at + 30 * MINUTE):
        with pytest.raises(RoomNotOpen):
            check_open(room, now)


def test_a_visit_that_is_only_requested_has_no_open_door(world: World) -> None:
    now = now_utc()
    visit = make_visit(world, starts_at=now, now=now, status=Status.REQUESTED)
    with pytest.raises(RoomNotOpen):
        services.say_here(room=room_of(visit), now=now)


def test_saying_here_is_the_arrival_once(visit: Appointment) -> None:
    now = now_utc()
    first = services.say_here(room=room_of(visit), now=now)
    again = services.say_here(room=room_of(visit), now=now + MINUTE)
    visit.refresh_from_db()
    assert visit.status == Status.ARRIVED
    assert (first.pk, first.waiting_since) == (again.pk, again.waiting_since)
    events = AppointmentEvent.objects.for_brand(visit.brand)
    assert list(events.values_list("kind", flat=True)) == ["arrived"]


def test_nobody_is_let_in_who_does_not_wait(visit: Appointment) -> None:
    with pytest.raises(NobodyWaiting):
        services.admit(room=room_of(visit), now=now_utc())


def test_the_customer_reads_where_they_stand(visit: Appointment) -> None:
    room = room_of(visit)
    now = now_utc()
    assert state(room, visit.starts_at - 16 * MINUTE) is Waiting.EARLY
    assert state(room, now) is Waiting.DOOR
    services.say_here(room=room, now=now)
    assert state(room, now) is Waiting.WAITING
    late = visit.starts_at + 5 * MINUTE
    assert state(room, late - MINUTE) is Waiting.WAITING
    assert state(room, late) is Waiting.ABSENT
    assert state(room, late, adviser_here=True) is Waiting.WAITING
    visit.delay_minutes = 10
    assert state(room, late) is Waiting.LATE
    services.admit(room=room, now=now)
    assert state(room, now) is Waiting.ADMITTED
    assert state(room, visit.ends_at + 31 * MINUTE) is Waiting.OVER


def test_the_adviser_reads_who_is_at_the_door(visit: Appointment) -> None:
    room = room_of(visit)
    now = now_utc()

    def door(at: dt.datetime) -> AtDoor:
        return door_of(customer_in(room), at).state

    assert door(now) is AtDoor.NOT_YET
    services.say_here(room=room, now=now)
    assert door(now) is AtDoor.WAITING
    assert door(now + MINUTE) is AtDoor.GONE
    services.mark_here(room=room, now=now + MINUTE)
    assert door_of(customer_in(room), now + MINUTE).minutes == 1
    assert door(now + MINUTE) is AtDoor.WAITING
    services.admit(room=room, now=now + MINUTE)
    assert door(now + MINUTE) is AtDoor.COMING
    take_seat(room, "c1", now)
    assert door(now + 5 * MINUTE) is AtDoor.INSIDE
    leave_seat(room, "c1", now + MINUTE)
    assert door(now + MINUTE) is AtDoor.LEFT


def take_seat(room: Room, session: str, now: dt.datetime) -> Participant:
    participant = customer_in(room)
    assert participant
    return connect(participant, session, now)


def leave_seat(room: Room, session: str, now: dt.datetime) -> None:
    participant = customer_in(room)
    assert participant
    services.record_left(
        room_id=room.pk,
        participant_id=participant.pk,
        session=session,
        reason="left",
        now=now,
    )


def test_the_visit_begins_when_both_are_connected(
    world: World, visit: Appointment
) -> None:
    now = now_utc()
    room = services.open_room(appointment=visit)
    services.say_here(room=room, now=now)
    services.admit(room=room, now=now)
    take_seat(room, "c1", now)
    visit.refresh_from_db()
    assert visit.status == Status.ARRIVED
    seat = Seat(room, Participant.Role.ADVISER, world.bob.staff_member)
    connect(seat_of(seat, now=now), "a1", now)
    visit.refresh_from_db()
    assert visit.status == Status.IN_PROGRESS


def test_the_end_of_a_replaced_session_does_not_empty_the_seat(
    visit: Appointment,
) -> None:
    now = now_utc()
    room = services.open_room(appointment=visit)
    services.say_here(room=room, now=now)
    services.admit(room=room, now=now)
    take_seat(room, "c1", now)
    take_seat(room, "c2", now)
    leave_seat(room, "c1", now)
    participant = customer_in(room)
    assert participant
    assert (participant.session, participant.left_at) == ("c2", None)


def test_the_worker_is_told_which_of_its_rooms_are_over(
    world: World, shared_worker: RunningWorker
) -> None:
    now = now_utc()
    rooms = {
        status: services.open_room(
            appointment=make_visit(
                world, starts_at=now + n * 30 * MINUTE, now=now, status=status
            )
        )
        for n, status in enumerate([Status.IN_PROGRESS, Status.DONE])
    }
    unknown = uuid.uuid4()
    ids = [*(room.pk for room in rooms.values()), unknown]
    here = shared_worker.node()
    Room.objects.for_brand(world.brand).update(node=here)

    def closed(at: dt.datetime) -> dict[uuid.UUID, str]:
        return services.rooms_to_close(ids=ids, boot_id=here.boot_id, now=at)

    over = {rooms[Status.DONE].pk: "room_ended", unknown: "room_ended"}
    assert closed(now) == over
    assert set(closed(now + 51 * MINUTE)) == set(ids)
    there = shared_worker.node("there/0")
    there.boot_id = uuid.uuid4()
    there.save()
    Room.objects.for_brand(world.brand).update(node=there)
    assert closed(now) == over | {rooms[Status.IN_PROGRESS].pk: "worker_closed"}


def test_only_video_has_a_room(world: World) -> None:
    now = now_utc()
    call = make_visit(world, starts_at=now, now=now, channel=Channel.CALLBACK)
    with pytest.raises(Http404):
        room_of(call)


def test_words_and_names_of_the_room_have_a_date_of_erasure(
    visit: Appointment,
) -> None:
    now = now_utc()
    room = services.open_room(appointment=visit)
    link = issue_link(visit, now=now, purpose=AccessLink.Purpose.GUEST)
    guest = services.say_guest_here(room=room, link=link, first_name="Paul", now=now)
    services.record_message(
        room_id=visit.pk, participant_id=guest.pk, text="Bonjour", now=now
    )
    guest.refresh_from_db()
    assert guest.erase_after == visit.erase_after
    line = ChatMessage.objects.for_brand(visit.brand).get()
    assert line.erase_after == room.closes_at
