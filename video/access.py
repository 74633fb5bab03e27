"""Who may see which room: each function returns the object or raises Http404.

A room has the id of its appointment: it can be named, and refused, before its row
exists, so that no GET has to write one.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404, HttpRequest

from booking.access import appointment_for_link, appointment_for_staff
from booking.models import Appointment
from stores.access import Workplace, workplace_for
from stores.models import Channel, StaffMember
from video.models import Participant, Room


@dataclass(frozen=True)
class Seat:
    """A room, and who in it a request may be."""

    room: Room
    role: Participant.Role
    staff_member: StaffMember | None = None

    @property
    def name(self) -> str:
        """What the others in the room read."""
        if self.staff_member is not None:
            return self.staff_member.display_name
        return self.room.appointment.customer.first_name or str(self.role)


def room_of(appointment: Appointment) -> Room:
    """The appointment's room: its row, or what will be its row. 404 unless video."""
    if appointment.channel != Channel.VIDEO:
        raise Http404
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
    """For staff of the store; somebody who advises nobody has no room to enter."""
    if workplace.staff_member is None:
        raise Http404
    return room_of(appointment_for_staff(workplace, room_id))


def seat_for(request: HttpRequest, room_id: UUID, wanted: str) -> Seat:
    """`wanted` says which page asks: one browser may be signed in as staff and have
    opened a link too. It claims nothing; either is checked."""
    if wanted == Participant.Role.ADVISER:
        workplace = workplace_for(request)
        room = room_for_staff(workplace, room_id)
        return Seat(room, Participant.Role.ADVISER, workplace.staff_member)
    return Seat(room_for_link(request, room_id), Participant.Role.CUSTOMER)
