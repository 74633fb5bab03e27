"""Access to rooms: each function returns the object or raises Http404.

A room has the id of its appointment: it can be named, and refused, before its row
exists, so that no GET has to write one.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest

from booking.access import (
    appointment_for_link,
    appointment_for_staff,
    guest_link_for,
)
from booking.models import AccessLink, Appointment
from stores.access import workplace_for
from stores.accounts.workplace import Workplace
from stores.models import Channel, StaffMember, User
from video.errors import GoesOnByPhone
from video.models import Participant, Room

Role = Participant.Role
STAFF = frozenset({Role.ADVISER, Role.SUPERVISOR})
"""The brand's own roles: they let others in and need nobody to let them in."""


@dataclass(frozen=True)
class Seat:
    """A room, and who in it a request may be.

    `user` is set for staff, `staff_member` where they advise, `link` for a guest.
    """

    room: Room
    role: Participant.Role
    staff_member: StaffMember | None = None
    user: User | None = None
    link: AccessLink | None = None

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF


def room_of(appointment: Appointment) -> Room:
    """The appointment's room: its row, or what will be its row. 404 unless video;
    GoesOnByPhone if it was, for those who still stand in front of the room."""
    if appointment.channel == Channel.VIDEO:
        return room_row_of(appointment)
    rooms = Room.objects.for_brand(appointment.brand)
    if rooms.filter(appointment=appointment).exists():
        raise GoesOnByPhone
    raise Http404


def room_row_of(appointment: Appointment) -> Room:
    """Also of a visit that has gone on by another channel."""
    rooms = Room.objects.for_brand(appointment.brand)
    room = rooms.filter(appointment=appointment).first()
    if room is None:
        return Room(id=appointment.pk, brand=appointment.brand, appointment=appointment)
    room.appointment = appointment
    room.brand = appointment.brand
    return room


def room_for_link(request: HttpRequest, appointment_id: UUID) -> Room:
    """For a browser that has opened the appointment's permanent link."""
    return room_of(appointment_for_link(request, appointment_id))


def room_for_staff(workplace: Workplace, room_id: UUID) -> Room:
    """For advisers of the store, and for those who look after it."""
    if workplace.staff_member is None and not workplace.sees_whole_store:
        raise Http404
    return room_of(appointment_for_staff(workplace, room_id))


def staff_seat(request: HttpRequest, room_id: UUID) -> Seat:
    """The seat of staff. A manager enters a colleague's visit as a supervisor, whom
    everybody sees; in their own visit they are the adviser."""
    workplace = workplace_for(request)
    room = room_for_staff(workplace, room_id)
    user, member = workplace.membership.user, workplace.staff_member
    is_own = member is not None and member.pk == room.appointment.staff_member_id
    if workplace.sees_whole_store and not is_own:
        return Seat(room, Role.SUPERVISOR, member, user)
    return Seat(room, Role.ADVISER, member, user)


def guest_seat(request: HttpRequest, room_id: UUID) -> Seat:
    """For a browser that has opened an invitation to this room."""
    link = guest_link_for(request, room_id)
    return Seat(room_of(link.appointment), Role.GUEST, link=link)


def seat_for(request: HttpRequest, room_id: UUID, wanted: str) -> Seat:
    """`wanted` says which page asks: one browser may be signed in as staff and have
    opened a link too. It claims nothing; each is checked."""
    if wanted in STAFF:
        return staff_seat(request, room_id)
    if wanted == Role.GUEST:
        return guest_seat(request, room_id)
    return Seat(room_for_link(request, room_id), Role.CUSTOMER)
