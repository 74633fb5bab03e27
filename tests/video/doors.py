"""The door of a room, from both sides, over HTTP."""

from __future__ import annotations

import datetime as dt

from django.urls import reverse
from django.utils import timezone

from booking.links import token_of
from booking.models import Appointment
from tests.video.visitors import Visitor, visitor
from video import services
from video.access import room_of
from video.models import Participant


def staff(name: str, visit: Appointment) -> str:
    return reverse(f"video:{name}", args=[visit.pk])


def page(name: str, visit: Appointment) -> str:
    return reverse(f"video:{name}", args=[visit.brand.slug, visit.pk])


def sessions(visit: Appointment, role: str) -> str:
    return reverse("video_api:sessions", args=[visit.pk]) + f"?as={role}"


def form(there: Visitor, address: str, **fields: str) -> int:
    fields["csrfmiddlewaretoken"] = there.token
    return int(there.client.post(address, fields).status_code)


def read(there: Visitor, address: str) -> str:
    response = there.client.get(address, headers={"Accept-Language": "en"})
    return str(response.content.decode())


def invited(visit: Appointment, first_name: str = "Paul") -> tuple[Visitor, str]:
    """A browser at the door by an invitation, and the seat's id."""
    link = services.invite_guest(room=room_of(visit), now=timezone.now())
    there = visitor()
    there.client.get(reverse("video:invitation", args=[token_of(link)]))
    assert form(there, page("guest_join", visit), first_name=first_name) == 302
    return there, str(link.pk)


def connect(participant: Participant, session: str, now: dt.datetime) -> Participant:
    """What joining writes, and what the worker then reports."""
    participant.session = session
    participant.left_at = None
    participant.save(update_fields=["session", "left_at"])
    services.record_connected(
        room_id=participant.room_id,
        participant_id=participant.pk,
        session=session,
        now=now,
    )
    return participant
