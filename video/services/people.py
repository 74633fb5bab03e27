"""People beside the two: invited, put out; and a visit that goes on without a room.

Calls to the worker stand outside every transaction; one that is away ends its rooms
by itself at its next look at the rows.
"""

from __future__ import annotations

import contextlib
import datetime as dt
from uuid import UUID

from django.db import transaction

from booking.errors import PhoneNeeded, SlotNotOffered, TransitionRefused
from booking.links import guest_links_of, issue_link, revoke_link
from booking.models import AccessLink, Actor
from booking.services.callbacks import continue_by_phone
from booking.shown import Shown
from booking.states import Status
from video import worker_client
from video.access import STAFF
from video.admission import check_open, holds_seat
from video.errors import (
    NotInvited,
    RoomFull,
    SessionUnknown,
    WorkerFailed,
    WorkerUnreachable,
)
from video.models import Participant, Refusal, Room
from video.queries import (
    connected_advisers,
    guests_in,
    participants_of,
    rooms_with_appointments,
)
from video.services.rooms import open_room

PUT_OUT = (Participant.Role.CUSTOMER, Participant.Role.GUEST)
GONE = (SessionUnknown, WorkerFailed, WorkerUnreachable)
SEATS = 4
"""As many as a media worker lets into a room (`max_participants`)."""


def invite_guest(*, room: Room, now: dt.datetime) -> AccessLink:
    """A link for one more person, who waits until staff let them in.

    A link that nobody has used yet is given out again. Raises RoomNotOpen, and
    RoomFull where no seat is left beside those who are here or at the door.
    """
    check_open(room, now)
    with transaction.atomic():
        room = open_room(appointment=room.appointment)
        # Two who press at once must not invite one more than fits.
        rooms = Room.objects.for_brand(room.brand).select_for_update(no_key=True)
        rooms.get(pk=room.pk)
        if _seats_left(room, now) < 1:
            raise RoomFull
        used = set(guests_in(room).values_list("pk", flat=True))
        for link in guest_links_of(room.appointment):
            if link.pk not in used:
                return link
        purpose = AccessLink.Purpose.GUEST
        return issue_link(room.appointment, now=now, purpose=purpose)


def _seats_left(room: Room, now: dt.datetime) -> int:
    """Counts the free seats. The customer's and one of the staff are kept, here or
    not."""
    here = [seat.role for seat in participants_of(room) if holds_seat(seat, now)]
    staff = sum(role in STAFF for role in here)
    return SEATS - 1 - max(1, staff) - here.count(Participant.Role.GUEST)


def remove_participant(
    *, room: Room, who: UUID, by: str, now: dt.datetime
) -> Participant:
    """Puts somebody out: their media ends at once, they re-join only after they are
    let in again, and a guest's link opens nothing any more. `by` is the name that they
    and the others read. Raises NotInvited for staff, and for who is not in this room.
    """
    with transaction.atomic():
        seats = participants_of(room).select_for_update(no_key=True, of=("self",))
        participant = seats.filter(pk=who, role__in=PUT_OUT).first()
        if participant is None:
            raise NotInvited
        participant.refused_at = now
        participant.refusal = Refusal.REMOVED
        participant.save(update_fields=["refused_at", "refusal"])
        if participant.role == Participant.Role.GUEST:
            for link in guest_links_of(room.appointment).filter(pk=who):
                revoke_link(link)
    if participant.session and room.node is not None:
        with contextlib.suppress(*GONE):
            worker_client.end_session(
                room.node, participant=participant, reason="removed", by=by
            )
    return participant


def go_on_by_phone(
    *,
    room: Room,
    by: Actor,
    now: dt.datetime,
    phone: str = "",
    shown: Shown | None = None,
) -> None:
    """The line gives up: the visit becomes a call of the same adviser, the room ends
    and tells everybody why. Raises what `continue_by_phone` raises."""
    appointment = room.appointment
    continue_by_phone(appointment=appointment, by=by, now=now, phone=phone, shown=shown)
    if room.node is None:
        return
    with contextlib.suppress(*GONE):
        worker_client.close_room(room.node, room=room, reason="by_phone")


def leave_it_to_the_phone(
    *, room_id: UUID, participant_id: UUID, now: dt.datetime
) -> bool:
    """Nothing has come from somebody for half a minute: where the two who met can no
    longer talk, the visit goes on by phone by itself. Both hold a telephone, and
    neither shall wait in front of a still picture.

    False, and nothing changes, while the visit has not begun or staff are
    still there, where no number is known, and where the store calls nobody about this.
    """
    room = rooms_with_appointments([room_id]).first()
    if room is None or room.appointment.status != Status.IN_PROGRESS:
        return False
    seat = participants_of(room).filter(pk=participant_id).exclude(session="").first()
    if seat is None or seat.role == Participant.Role.GUEST:
        return False
    if seat.role in STAFF and connected_advisers(room).exclude(pk=seat.pk).exists():
        return False
    try:
        go_on_by_phone(room=room, by=Actor.system(), now=now)
    except (TransitionRefused, PhoneNeeded, SlotNotOffered):
        return False
    return True
