"""What the room's pages need, gathered once."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass

from django.urls import reverse

from stores.access import offer_for
from stores.models import Brand, Channel, StaffMember, Store
from video.access import Seat
from video.ice import ice_servers
from video.models import Participant, Room


@dataclass(frozen=True)
class RoomPage:
    """Facts for the templates of both sides and, as `data-…`, for their modules."""

    seat: Seat
    now: dt.datetime

    @property
    def room(self) -> Room:
        return self.seat.room

    @property
    def brand(self) -> Brand:
        return self.room.appointment.brand

    @property
    def store(self) -> Store:
        return self.room.appointment.store

    @property
    def adviser(self) -> StaffMember:
        return self.room.appointment.staff_member

    @property
    def other_name(self) -> str:
        """The person whom this page's reader meets."""
        if self.seat.role == Participant.Role.ADVISER:
            return self.room.appointment.customer.first_name
        return self.adviser.display_name

    @property
    def sessions_url(self) -> str:
        address = reverse("video_api:sessions", args=[self.room.pk])
        return f"{address}?as={self.seat.role}"

    @property
    def ice_servers(self) -> str:
        return json.dumps(ice_servers())

    @property
    def camera_first(self) -> bool:
        """Whether the camera starts on: staff's does, a customer's where the topic
        is about something to show."""
        staff = self.seat.role == Participant.Role.ADVISER
        return staff or self.room.appointment.topic.camera_needed

    @property
    def can_be_called(self) -> bool:
        """Whether the customer has a telephone and the topic a call to change to."""
        visit = self.room.appointment
        offer = offer_for(
            store=visit.store, topic=visit.topic, channel=Channel.CALLBACK
        )
        return bool(visit.customer.phone) and offer is not None

    @property
    def opens_at(self) -> dt.datetime:
        return self.room.opens_at.astimezone(self.room.appointment.zone)

    @property
    def expected_at(self) -> dt.datetime:
        """The hour as last announced, on the store's clock."""
        appointment = self.room.appointment
        delay = dt.timedelta(minutes=appointment.delay_minutes)
        return appointment.local_start + delay
