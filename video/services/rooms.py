"""The room's door: it opens, somebody waits at it, somebody is let in."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from booking.models import Actor, Appointment
from booking.services.moves import mark_seen, record_arrival
from booking.states import Status
from video.admission import check_open
from video.errors import NobodyWaiting
from video.models import Participant, Room


def open_room(*, appointment: Appointment) -> Room:
    """The appointment's room, made at its first use; two at once get the same."""
    room, _ = Room.objects.for_brand(appointment.brand).get_or_create(
        appointment=appointment,
        defaults={"id": appointment.pk, "brand": appointment.brand},
    )
    room.appointment = appointment
    return room


@transaction.atomic
def say_here(*, room: Room, now: dt.datetime) -> Participant:
    """The customer pressed "I'm here": the visit's arrival, and their seat.

    Again is harmless: they still wait since the first time. Raises RoomNotOpen.
    """
    check_open(room, now)
    appointment = room.appointment
    if appointment.status == Status.CONFIRMED:
        record_arrival(appointment=appointment, by=Actor.customer(), now=now)
    mark_seen(appointment=appointment, now=now)
    room = open_room(appointment=appointment)
    seats = Participant.objects.for_brand(room.brand)
    participant, _ = seats.get_or_create(
        room=room,
        role=Participant.Role.CUSTOMER,
        defaults={"brand": room.brand, "waiting_since": now},
    )
    if participant.waiting_since is None:
        participant.waiting_since = now
    participant.present_at = now
    participant.save(update_fields=["waiting_since", "present_at"])
    return participant


def mark_here(*, room: Room, now: dt.datetime) -> bool:
    """The customer's page is still open; false when they never said so."""
    seats = Participant.objects.for_brand(room.brand).filter(room_id=room.pk)
    waiting = seats.filter(role=Participant.Role.CUSTOMER, waiting_since__isnull=False)
    if not waiting.update(present_at=now):
        return False
    mark_seen(appointment=room.appointment, now=now)
    return True


@transaction.atomic
def admit(*, room: Room, now: dt.datetime) -> Participant:
    """Lets the waiting customer in, for this visit and all its re-joins.

    Again is harmless. Raises RoomNotOpen, and NobodyWaiting before they said that
    they are here.
    """
    check_open(room, now)
    seats = Participant.objects.for_brand(room.brand).filter(room_id=room.pk)
    participant = (
        seats.select_for_update(no_key=True)
        .filter(role=Participant.Role.CUSTOMER, waiting_since__isnull=False)
        .first()
    )
    if participant is None:
        raise NobodyWaiting
    if participant.admitted_at is None or participant.refused_at is not None:
        participant.admitted_at = now
        participant.refused_at = None
        participant.save(update_fields=["admitted_at", "refused_at"])
    return participant
