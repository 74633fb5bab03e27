"""Many processes place one room at the same instant: it lands in one worker."""

from __future__ import annotations

from functools import partial

import pytest

from booking.models import Appointment
from tests.at_once import at_once
from tests.video.nodes import node_row
from video import services
from video.models import MediaNode, Room

pytestmark = pytest.mark.django_db(transaction=True)
AT_ONCE = 6


def placed(room: Room, away_from: list[int]) -> list[tuple[int, int]]:
    """Where each of several was sent, and as of which epoch."""

    def place(mine: Room) -> tuple[int, int]:
        node = services.place_room(room=mine, away_from=away_from)
        return node.pk, mine.epoch

    rooms = Room.objects.for_brand(room.brand)
    mine = [rooms.get(pk=room.pk) for _ in range(AT_ONCE)]
    return at_once(*(partial(place, one) for one in mine))


@pytest.mark.parametrize("attempt", range(3))
def test_first_joins_at_once_find_one_placement(
    visit: Appointment, attempt: int
) -> None:
    for n in range(4):
        node_row(f"here/{n}")
    room = services.open_room(appointment=visit)
    found = placed(room, [])
    assert len(set(found)) == 1
    assert found[0][1] == 1
    assert sum(MediaNode.objects.values_list("rooms", flat=True)) == 1


@pytest.mark.parametrize("attempt", range(3))
def test_all_who_find_the_worker_dead_move_the_room_once(
    visit: Appointment, attempt: int
) -> None:
    room = services.open_room(appointment=visit)
    dead = node_row("dead/0")
    services.place_room(room=room)
    for n in range(3):
        node_row(f"here/{n}")
    found = placed(room, [dead.pk])
    assert len(set(found)) == 1
    assert found[0][0] != dead.pk
    assert found[0][1] == 2
