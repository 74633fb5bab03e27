"""Seats are held by those who are here; who never came in has not left."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from booking.models import AccessLink, Appointment
from tests.cast import World, now_utc
from tests.video.doors import connect, form, invited, read, staff
from tests.video.visitors import signed_in
from video import services
from video.access import room_of
from video.errors import RoomFull
from video.models import Participant, Room
from video.queries import customer_in
from video.waiting import AtDoor, door_of

MINUTE = dt.timedelta(minutes=1)


def guest(who: str) -> Participant:
    return Participant.objects.all_brands().get(pk=who)


def invites(room: Room) -> AccessLink:
    return services.invite_guest(room=room, now=timezone.now())


def leaves(seat: Participant, session: str) -> None:
    services.record_left(
        room_id=seat.room_id,
        participant_id=seat.pk,
        session=session,
        reason="left",
        now=now_utc(),
    )


def is_inside(visit: Appointment, name: str) -> str:
    _, who = invited(visit, name)
    services.admit(room=room_of(visit), who=guest(who).pk, now=now_utc())
    connect(guest(who), name, now_utc())
    return who


def test_a_guest_who_left_holds_no_seat(visit: Appointment) -> None:
    room = room_of(visit)
    first = is_inside(visit, "Paul")
    is_inside(visit, "Zoé")
    with pytest.raises(RoomFull):
        invites(room)
    leaves(guest(first), "Paul")
    link = invites(room)
    assert str(link.pk) not in (first,)


def test_a_guest_who_closed_the_waiting_page_holds_no_seat(visit: Appointment) -> None:
    invited(visit, "Paul")
    _, who = invited(visit, "Zoé")
    with pytest.raises(RoomFull):
        invites(room_of(visit))
    seats = Participant.objects.for_brand(visit.brand).filter(pk=who)
    seats.update(present_at=now_utc() - MINUTE)
    invites(room_of(visit))


def test_who_is_about_to_connect_holds_a_seat(visit: Appointment) -> None:
    invited(visit, "Paul")
    _, who = invited(visit, "Zoé")
    seats = Participant.objects.for_brand(visit.brand).filter(pk=who)
    seats.update(present_at=None, session="s1")
    with pytest.raises(RoomFull):
        invites(room_of(visit))


def test_a_supervisor_inside_leaves_one_seat_less(
    world: World, visit: Appointment
) -> None:
    room = services.open_room(appointment=visit)
    for role, user in (("adviser", world.bob.user), ("supervisor", world.dora)):
        seat = Participant.objects.create(
            brand=visit.brand, room=room, role=role, user=user, admitted_at=now_utc()
        )
        connect(seat, role, now_utc())
    invited(visit, "Paul")
    with pytest.raises(RoomFull):
        invites(room)


def test_the_host_frees_the_seat_of_a_guest_who_left(
    world: World, visit: Appointment
) -> None:
    bob = signed_in(world.bob.user)
    who = is_inside(visit, "Paul")
    leaves(guest(who), "Paul")
    words = read(bob, staff("door", visit))
    assert "Paul, invited, has left. Their link still opens the room." in words
    assert "Free the seat" in words
    assert form(bob, staff("remove", visit), who=who) == 302
    words = read(bob, staff("door", visit))
    assert "Paul&#x27;s seat is free. Their link opens the room no more." in words or (
        "Paul's seat is free. Their link opens the room no more." in words
    )
    assert "Free the seat" not in words
    assert "at the door" not in words


def test_who_never_came_in_has_not_left(world: World, visit: Appointment) -> None:
    room = room_of(visit)
    bob = signed_in(world.bob.user)
    services.say_here(room=room, now=now_utc() - MINUTE)
    services.admit(room=room, now=now_utc())
    assert door_of(customer_in(room), now_utc()).state is AtDoor.LET_IN
    shown = read(bob, staff("door", visit))
    assert 'data-state="let_in"' in shown
    # A try that found no path is no stay either.
    seats = Participant.objects.for_brand(visit.brand)
    seats.update(session="", left_at=now_utc())
    assert door_of(customer_in(room), now_utc()).state is AtDoor.LET_IN


@pytest.mark.parametrize(
    ("reason", "state"), [("left", "left"), ("lost", "gone"), ("failed", "gone")]
)
def test_the_panel_knows_who_left_from_who_was_cut_off(
    world: World, visit: Appointment, reason: str, state: str
) -> None:
    room = room_of(visit)
    services.say_here(room=room, now=now_utc() - MINUTE)
    services.admit(room=room, now=now_utc())
    seat = customer_in(room)
    assert seat
    connect(seat, "c1", now_utc())
    services.record_left(
        room_id=room.pk,
        participant_id=seat.pk,
        session="c1",
        reason=reason,
        now=now_utc(),
    )
    bob = signed_in(world.bob.user)
    assert f'data-state="{state}"' in read(bob, staff("door", visit))
