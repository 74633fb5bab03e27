"""What the forwarding unit saw, written down; a visit begins by it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from booking.models import Actor
from booking.services.moves import start_visit
from booking.states import Status
from video.admission import is_open
from video.models import Participant
from video.queries import rooms_with_appointments

# As video/media/control_channel.py names them to the browser.
ROOM_ENDED, ROOM_MOVED = "room_ended", "worker_closed"


@transaction.atomic
def record_connected(
    *, room_id: UUID, participant_id: UUID, session: str, now: dt.datetime
) -> None:
    """The participant's media flows. With the customer and an adviser in the room
    the visit has begun. A session that was replaced meanwhile changes nothing."""
    room = (
        rooms_with_appointments([room_id])
        .select_for_update(no_key=True, of=("self",))
        .first()
    )
    if room is None:
        return
    seats = Participant.objects.for_brand(room.brand).filter(room=room)
    if not seats.filter(pk=participant_id, session=session).update(
        connected_at=now, left_at=None
    ):
        return
    connected = seats.filter(connected_at__isnull=False, left_at__isnull=True)
    here = set(connected.values_list("role", flat=True))
    both = {Participant.Role.CUSTOMER, Participant.Role.ADVISER} <= here
    if both and room.appointment.status in (Status.CONFIRMED, Status.ARRIVED):
        start_visit(appointment=room.appointment, by=Actor.system(), now=now)


def record_left(
    *, room_id: UUID, participant_id: UUID, session: str, now: dt.datetime
) -> None:
    """The session has ended, for whatever reason; its successor is not touched."""
    seats = Participant.objects.all_brands().filter(
        pk=participant_id, room_id=room_id, session=session
    )
    seats.update(session="", left_at=now)


def rooms_to_close(
    *, ids: Iterable[UUID], boot_id: UUID, now: dt.datetime
) -> dict[UUID, str]:
    """Of the rooms that a worker carries, those that it must end, each with the reason
    that people in it are told: their time or visit is over, or they were placed
    elsewhere while the worker could not be reached, and go there by themselves."""
    ids = set(ids)
    rooms = {room.pk: room for room in rooms_with_appointments(ids)}
    found = {}
    for pk in ids:
        room = rooms.get(pk)
        if room is None or not is_open(room, now):
            found[pk] = ROOM_ENDED
        elif room.node is None or room.node.boot_id != boot_id:
            found[pk] = ROOM_MOVED
    return found
