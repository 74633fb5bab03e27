"""Comings and goings that the forwarding unit saw; a visit begins by them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from uuid import UUID

from django.db import transaction

from booking.links import guest_links_of, revoke_link
from booking.models import Actor
from booking.services.attendance import mark_staff_came, start_visit
from booking.states import Status
from video.access import STAFF
from video.admission import is_open
from video.models import ChatMessage, Participant, Room, Stay
from video.queries import rooms_with_appointments

# As video/media/rooms/channel.py names them to the browser.
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
    Stay.objects.for_brand(room.brand).get_or_create(
        session=session,
        defaults={
            "brand": room.brand,
            "participant_id": participant_id,
            "connected_at": now,
        },
    )
    connected = seats.filter(connected_at__isnull=False, left_at__isnull=True)
    here = set(connected.values_list("role", flat=True))
    if here & STAFF:
        mark_staff_came(appointment=room.appointment, now=now)
    met = Participant.Role.CUSTOMER in here and bool(here & STAFF)
    if met and room.appointment.status in (Status.CONFIRMED, Status.ARRIVED):
        start_visit(appointment=room.appointment, by=Actor.system(), now=now)


def record_left(
    *,
    room_id: UUID,
    participant_id: UUID,
    session: str,
    reason: str,
    now: dt.datetime,
) -> None:
    """The session has ended, for whatever reason; its successor is not touched."""
    stays = Stay.objects.all_brands().filter(session=session, left_at__isnull=True)
    stays.update(left_at=now, reason=reason[:20])
    seats = Participant.objects.all_brands().filter(
        pk=participant_id, room_id=room_id, session=session
    )
    seats.update(session="", left_at=now)


@transaction.atomic
def record_message(
    *, room_id: UUID, participant_id: UUID, text: str, now: dt.datetime
) -> None:
    """Kept for those who re-join, until the room closes; nothing else reads it."""
    seats = Participant.objects.all_brands().filter(pk=participant_id, room_id=room_id)
    for seat in seats.select_related("room__appointment"):
        ChatMessage.objects.create(
            brand_id=seat.brand_id,
            room_id=room_id,
            participant=seat,
            text=text,
            posted_at=now,
            erase_after=seat.room.closes_at,
        )


def rooms_to_close(
    *, ids: Iterable[UUID], boot_id: UUID, now: dt.datetime
) -> dict[UUID, str]:
    """Of the rooms that a worker carries, those that it must end, each with the reason
    that people in it are told: their time or visit is over (the invitations end with
    it), or they were placed elsewhere while the worker could not be reached, and go
    there by themselves."""
    ids = set(ids)
    rooms = {room.pk: room for room in rooms_with_appointments(ids)}
    found = {}
    for pk in ids:
        room = rooms.get(pk)
        if room is None or not is_open(room, now):
            found[pk] = ROOM_ENDED
            if room is not None:
                _end_invitations(room)
        elif room.node is None or room.node.boot_id != boot_id:
            found[pk] = ROOM_MOVED
    return found


def _end_invitations(room: Room) -> None:
    for link in guest_links_of(room.appointment):
        revoke_link(link)
