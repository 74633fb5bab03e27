"""Page-sized questions about rooms."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Now

from stores.models import StaffMember, User
from video.models import (
    CallQualitySample,
    ChatMessage,
    MediaNode,
    Participant,
    Room,
    Stay,
)
from video.placement import DEAD_AFTER, FORGOTTEN_AFTER, LIVE_FOR, SUSPECT_FOR

MOST_LINES = 200
MOST_SAMPLES = 500


def live_nodes() -> QuerySet[MediaNode]:
    """By the database's clock: a worker on a machine with a wrong one is not dead."""
    return MediaNode.objects.filter(heartbeat_at__gt=Now() - LIVE_FOR)


def dead_nodes() -> QuerySet[MediaNode]:
    """Dead for so long that it was not a mere pause of the machine."""
    return MediaNode.objects.filter(heartbeat_at__lte=Now() - DEAD_AFTER)


def vanished_nodes() -> QuerySet[MediaNode]:
    """Dead for so long that nobody will start them again under this name."""
    return MediaNode.objects.filter(heartbeat_at__lte=Now() - FORGOTTEN_AFTER)


def suspect_ids() -> frozenset[int]:
    """Workers that lately did not take a call, whatever their heart says: one that
    hangs, or that the web processes cannot reach."""
    suspects = MediaNode.objects.filter(suspected_at__gt=Now() - SUSPECT_FOR)
    return frozenset(suspects.values_list("pk", flat=True))


def participants_of(room: Room) -> QuerySet[Participant]:
    return Participant.objects.for_brand(room.brand).filter(room_id=room.pk)


def customer_in(room: Room) -> Participant | None:
    return participants_of(room).filter(role=Participant.Role.CUSTOMER).first()


def staff_in(
    room: Room, *, staff_member: StaffMember | None, user: User | None
) -> Participant | None:
    """The seat of a staff member: by what they advise as, else by who they are."""
    seats = participants_of(room)
    if staff_member is not None:
        return seats.filter(staff_member=staff_member).first()
    return seats.filter(user=user).first()


def guests_in(room: Room) -> QuerySet[Participant]:
    return participants_of(room).filter(role=Participant.Role.GUEST)


def history_of(room: Room) -> list[ChatMessage]:
    """The last lines written so far, in order."""
    lines = ChatMessage.objects.for_brand(room.brand).filter(room_id=room.pk)
    newest = lines.select_related(
        "participant__staff_member",
        "participant__user",
        "participant__room__appointment__customer",
    ).order_by("-posted_at", "-pk")
    return list(newest[:MOST_LINES])[::-1]


def seats_of(room: Room) -> QuerySet[Participant]:
    """Everybody who ever waited or sat here, with what names them."""
    seats = participants_of(room).order_by("created_at")
    return seats.select_related("staff_member", "user", "room__appointment__customer")


def stays_of(room: Room) -> QuerySet[Stay]:
    stays = Stay.objects.for_brand(room.brand)
    return stays.filter(participant__room_id=room.pk).order_by("connected_at")


def last_stay_of(room: Room, roles: Iterable[str]) -> Stay | None:
    """The latest of anybody with one of these roles, one that goes on included."""
    return stays_of(room).filter(participant__role__in=roles).last()


def latest_samples_of(room: Room) -> QuerySet[CallQualitySample]:
    samples = CallQualitySample.objects.for_brand(room.brand)
    mine = samples.filter(participant__room_id=room.pk)
    return mine.order_by("-taken_at")[:MOST_SAMPLES]


def connected_advisers(room: Room) -> QuerySet[Participant]:
    """Counts staff in the room: a supervisor counts, for they can let in and talk."""
    return (
        participants_of(room)
        .filter(
            role__in=[Participant.Role.ADVISER, Participant.Role.SUPERVISOR],
            connected_at__isnull=False,
            left_at__isnull=True,
        )
        .exclude(session="")
    )


def rooms_with_appointments(ids: Iterable[UUID]) -> QuerySet[Room]:
    """For the worker that carries them: its rooms belong to any brand."""
    return (
        Room.objects.all_brands()
        .filter(pk__in=ids)
        .select_related("appointment", "node")
    )
