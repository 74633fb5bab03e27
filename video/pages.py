"""The context of the room's pages, and the STUN and TURN servers they use.

None by default: our forwarding unit is ICE-lite on an address that browsers reach,
so a browser needs no help to find itself. Where a network lets no UDP through, a TURN
relay (deploy/coturn/) takes its media in over UDP, TCP or TLS.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import json
from dataclasses import dataclass
from typing import TypedDict

from django.conf import settings
from django.urls import reverse

from stores.access import offer_for
from stores.models import Brand, Channel, StaffMember, Store
from video.access import STAFF, Seat
from video.models import Participant, Room
from video.queries import last_stay_of

WENT = frozenset({"left", "removed", "closed"})
"""Reasons of a stay that ended by will: a button, a host, or the page was closed. The
line's own closing may arrive before the word of the button."""
LONGEST_STAY = dt.timedelta(hours=12)


@dataclass(frozen=True)
class RoomPage:
    """Facts for the templates of both sides and, as `data-…`, for their modules."""

    seat: Seat
    now: dt.datetime
    participant: Participant | None = None

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
        if self.seat.is_staff:
            return self.room.appointment.customer.first_name
        return self.adviser.display_name

    @property
    def other_before(self) -> str:
        """The state of the other side before this page was opened: `left` on their own
        will, `gone` for any other cause, or empty if they were never here."""
        roles = [Participant.Role.CUSTOMER] if self.seat.is_staff else list(STAFF)
        stay = last_stay_of(self.room, roles)
        if stay is None:
            return ""
        return "left" if stay.reason in WENT else "gone"

    @property
    def is_customer(self) -> bool:
        return self.seat.role == Participant.Role.CUSTOMER

    @property
    def is_guest(self) -> bool:
        return self.seat.role == Participant.Role.GUEST

    @property
    def is_supervisor(self) -> bool:
        return self.seat.role == Participant.Role.SUPERVISOR

    @property
    def refusal(self) -> str:
        return self.participant.refusal if self.participant is not None else ""

    @property
    def waiting_url(self) -> str:
        return self._mine("guest" if self.is_guest else "waiting")

    @property
    def state_url(self) -> str:
        return self._mine("guest_state" if self.is_guest else "waiting_state")

    @property
    def here_url(self) -> str:
        return self._mine("guest_here" if self.is_guest else "here")

    @property
    def room_url(self) -> str:
        return self._mine("guest_room" if self.is_guest else "room")

    @property
    def invite_url(self) -> str:
        """Empty for a guest, who invites nobody."""
        if self.seat.is_staff:
            return reverse("video:staff_invite", args=[self.room.pk])
        return self._mine("invite") if self.is_customer else ""

    @property
    def phone_url(self) -> str:
        """The address that turns the visit into a call; empty if that cannot be. A
        customer who left no number may write one."""
        if self.seat.is_staff and self.can_be_called:
            return reverse("video:staff_by_phone", args=[self.room.pk])
        return self._mine("by_phone") if self.is_customer and self.has_calls else ""

    @property
    def help_phone(self) -> str:
        return self.store.phone or self.brand.phone

    @property
    def quality_url(self) -> str:
        address = reverse("video_api:quality", args=[self.room.pk])
        return f"{address}?as={self.seat.role}"

    def context(self) -> dict[str, object]:
        """The context of every template of the room."""
        return {
            "page": self,
            "appointment": self.room.appointment,
            "brand": self.brand,
            "store": self.store,
        }

    def _mine(self, name: str) -> str:
        appointment = self.room.appointment
        return reverse(f"video:{name}", args=[appointment.brand.slug, appointment.pk])

    @property
    def sessions_url(self) -> str:
        address = reverse("video_api:sessions", args=[self.room.pk])
        return f"{address}?as={self.seat.role}"

    @property
    def ice_servers(self) -> str:
        who = f"{self.room.pk.hex}-{self.seat.role}"
        return json.dumps(ice_servers(who=who, until=self.room.closes_at, now=self.now))

    @property
    def camera_first(self) -> bool:
        """True if the camera starts on: an adviser's does, a customer's where the
        topic is about something to show; who comes third chooses."""
        if self.seat.is_staff:
            return self.seat.role == Participant.Role.ADVISER
        return (
            self.is_customer
            and self.room.appointment.topic.camera_needed
            and not self.by_writing
        )

    @property
    def by_writing(self) -> bool:
        """True for a customer who asked for the whole visit by writing: the text comes
        first, and no microphone is asked for."""
        return self.is_customer and self.room.appointment.is_by_writing

    @property
    def can_be_called(self) -> bool:
        """True if the customer has a telephone and the topic a call to change to."""
        return bool(self.room.appointment.customer.phone) and self.has_calls

    @property
    def has_calls(self) -> bool:
        appointment = self.room.appointment
        calls = Channel.CALLBACK
        offer = offer_for(
            store=appointment.store, topic=appointment.topic, channel=calls
        )
        return offer is not None

    @property
    def opens_at(self) -> dt.datetime:
        return self.room.opens_at.astimezone(self.room.appointment.zone)

    @property
    def expected_at(self) -> dt.datetime:
        """The hour as last announced, on the store's clock."""
        appointment = self.room.appointment
        delay = dt.timedelta(minutes=appointment.delay_minutes)
        return appointment.local_start + delay


class IceServer(TypedDict, total=False):
    """RTCIceServer of the W3C's WebRTC, as its constructor takes it."""

    urls: list[str]
    username: str
    credential: str


def ice_servers(*, who: str, until: dt.datetime, now: dt.datetime) -> list[IceServer]:
    """For `RTCPeerConnection({iceServers})` in the page: credentials for one seat,
    good until its room closes and at most twelve hours. `who` names no person: it
    stands in the relay's log, and the relay's quota counts by it."""
    if not settings.TURN_URLS:
        return []
    username = f"{int(min(until, now + LONGEST_STAY).timestamp())}:{who}"
    return [
        IceServer(
            urls=settings.TURN_URLS,
            username=username,
            credential=turn_credential(username, settings.TURN_SECRET),
        )
    ]


def turn_credential(username: str, secret: str) -> str:
    """The time-limited password of `<unix expiry>:<who>`, as coturn's
    `use-auth-secret` derives it (draft-uberti-behave-turn-rest-00): HMAC-SHA1."""
    digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1)
    return base64.b64encode(digest.digest()).decode()
