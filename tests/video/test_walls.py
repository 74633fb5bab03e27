"""What the tables of the room refuse, whoever writes to them."""

from __future__ import annotations

import pytest

from tests.cast import World, make_visit, make_world, next_step, now_utc
from tests.walls import refused_by
from video.models import Participant, Room

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def room(world: World) -> Room:
    visit = make_visit(world, starts_at=next_step(now_utc()), now=now_utc())
    return Room.objects.create(brand=world.brand, appointment=visit)


def test_an_appointment_has_one_room(world: World, room: Room) -> None:
    with refused_by("appointment_id"):
        Room.objects.create(brand=world.brand, appointment=room.appointment)


def test_a_room_has_one_customer(world: World, room: Room) -> None:
    seat = {"brand": world.brand, "room": room, "role": Participant.Role.CUSTOMER}
    Participant.objects.create(**seat)
    with refused_by("participant_one_customer"):
        Participant.objects.create(**seat)


def test_an_adviser_has_one_seat(world: World, room: Room) -> None:
    seat = {
        "brand": world.brand,
        "room": room,
        "role": Participant.Role.ADVISER,
        "staff_member": world.bob.staff_member,
    }
    Participant.objects.create(**seat)
    with refused_by("participant_once_per_staff"):
        Participant.objects.create(**seat)


def test_a_seat_is_of_a_role_that_we_know(world: World, room: Room) -> None:
    with refused_by("participant_role"):
        Participant.objects.create(brand=world.brand, room=room, role="visitor")
