"""Who offers, and what is answered."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone

from booking.models import Appointment
from tests.video.visitors import OFFER, Visitor
from video import services
from video.access import room_of
from video.models import Participant

BODY = {"type": "offer", "sdp": OFFER}


def address(visit: Appointment, role: str = "customer") -> str:
    return reverse("video_api:sessions", args=[visit.pk]) + f"?as={role}"


def let_in(visit: Appointment) -> Participant:
    services.say_here(room=room_of(visit), now=timezone.now())
    return services.admit(room=room_of(visit), now=timezone.now())


def refused(
    there: Visitor, visit: Appointment, role: str = "customer"
) -> tuple[int, str]:
    response = there.send("post", address(visit, role), BODY)
    return response.status_code, response.json()["code"]
