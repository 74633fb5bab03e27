"""The room's door: it opens, somebody waits at it, is let in, held or refused."""

from __future__ import annotations

import datetime as dt
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from booking.models import AccessLink, Actor, Appointment
from booking.services import locking
from booking.services.attendance import mark_seen, mark_staff_came, record_arrival
from booking.shown import Shown
from booking.states import Status
from video.admission import check_open
from video.errors import NobodyWaiting
from video.models import HoldMessage, Participant, Refusal, Room
from video.queries import participants_of


def open_room(*, appointment: Appointment) -> Room:
    """The appointment's room, made at its first use; two at once get the same."""
    room, _ = Room.objects.for_brand(appointment.brand).get_or_create(
        appointment=appointment,
        defaults={"id": appointment.pk, "brand": appointment.brand},
    )
    room.appointment = appointment
    return room


@transaction.atomic
def say_here(
    *, room: Room, now: dt.datetime, shown: Shown | None = None
) -> Participant:
    """The customer pressed "I'm here": the visit's arrival, and their seat.

    Again is harmless: they still wait since the first time. Raises RoomNotOpen, and
    StaleVersion to who was `shown` another visit than it is now.
    """
    appointment = room.appointment
    locking.lock_as_shown(appointment, shown)
    check_open(room, now)
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
    _wait(participant, now)
    return participant


@transaction.atomic
def say_guest_here(
    *, room: Room, link: AccessLink, first_name: str, now: dt.datetime
) -> Participant:
    """Seats an invited guest, who waits at the door; the seat has the
    id of their link, so that one link is one person. Raises RoomNotOpen."""
    check_open(room, now)
    room = open_room(appointment=room.appointment)
    seats = Participant.objects.for_brand(room.brand)
    participant, _ = seats.get_or_create(
        pk=link.pk,
        defaults={
            "brand": room.brand,
            "room": room,
            "role": Participant.Role.GUEST,
            "waiting_since": now,
        },
    )
    participant.first_name = first_name
    participant.erase_after = room.appointment.erase_after
    participant.save(update_fields=["first_name", "erase_after"])
    _wait(participant, now)
    return participant


def _wait(participant: Participant, now: dt.datetime) -> None:
    if participant.waiting_since is None:
        participant.waiting_since = now
    participant.present_at = now
    participant.save(update_fields=["waiting_since", "present_at"])


def mark_here(*, room: Room, now: dt.datetime, who: UUID | None = None) -> bool:
    """The page of the customer, or of the guest `who`, is still open; false when
    they never said so."""
    if not _at_door(room, who).update(present_at=now):
        return False
    if who is None:
        mark_seen(appointment=room.appointment, now=now)
    return True


@transaction.atomic
def admit(*, room: Room, now: dt.datetime, who: UUID | None = None) -> Participant:
    """Lets the waiting customer, or the guest `who`, in, for this visit and all its
    re-joins.

    Again is harmless. Raises RoomNotOpen, and NobodyWaiting before they said that
    they are here.
    """
    check_open(room, now)
    participant = _locked(room, who)
    if participant.admitted_at is None or participant.refused_at is not None:
        participant.admitted_at = now
        participant.refused_at = None
        participant.refusal = ""
        fields = ["admitted_at", "refused_at", "refusal"]
        participant.save(update_fields=fields)
    if who is None:
        _say_at_door(room, "")
        mark_staff_came(appointment=room.appointment, now=now)
    return participant


@transaction.atomic
def hold(*, room: Room, message: HoldMessage | str, now: dt.datetime) -> None:
    """Tells the waiting customer why it takes longer. They keep their place, and who
    was refused waits again. Raises RoomNotOpen, NobodyWaiting."""
    check_open(room, now)
    participant = _locked(room, None)
    if participant.refused_at is not None:
        participant.refused_at = None
        participant.refusal = ""
        participant.save(update_fields=["refused_at", "refusal"])
    _say_at_door(room, HoldMessage(message))
    mark_staff_came(appointment=room.appointment, now=now)


@transaction.atomic
def refuse(
    *, room: Room, reason: Refusal | str, now: dt.datetime, who: UUID | None = None
) -> Participant:
    """Does not let them in, and says why; `admit` takes it back. Their visit stands
    until somebody moves, calls or ends it. Raises NobodyWaiting."""
    participant = _locked(room, who)
    participant.refused_at = now
    participant.refusal = Refusal(reason)
    participant.save(update_fields=["refused_at", "refusal"])
    if who is None:
        _say_at_door(room, "")
        mark_staff_came(appointment=room.appointment, now=now)
    return participant


def _say_at_door(room: Room, message: str) -> None:
    rooms = Room.objects.for_brand(room.brand).filter(pk=room.pk)
    rooms.update(hold_message=message)
    room.hold_message = message


def _at_door(room: Room, who: UUID | None) -> QuerySet[Participant]:
    seats = participants_of(room).filter(waiting_since__isnull=False)
    if who is None:
        return seats.filter(role=Participant.Role.CUSTOMER)
    return seats.filter(role=Participant.Role.GUEST, pk=who)


def _locked(room: Room, who: UUID | None) -> Participant:
    participant = _at_door(room, who).select_for_update(no_key=True).first()
    if participant is None:
        raise NobodyWaiting
    return participant
