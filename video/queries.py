"""Page-sized questions about rooms."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Now

from stores.models import StaffMember
from video.models import MediaNode, Participant, Room
from video.placement import DEAD_AFTER, LIVE_FOR, SUSPECT_FOR


def live_nodes() -> QuerySet[MediaNode]:
    """By the database's clock: a worker on a machine with a wrong one is not dead."""
    return MediaNode.objects.filter(heartbeat_at__gt=Now() - LIVE_FOR)


def dead_nodes() -> QuerySet[MediaNode]:
    """Dead for so long that it was not a mere pause of the machine."""
    return MediaNode.objects.filter(heartbeat_at__lte=Now() - DEAD_AFTER)


def suspect_ids() -> frozenset[int]:
    """Workers that lately did not take a call, whatever their heart says: one that
    hangs, or that the web processes cannot reach."""
    suspects = MediaNode.objects.filter(suspected_at__gt=Now() - SUSPECT_FOR)
    return frozenset(suspects.values_list("pk", flat=True))


def participants_of(room: Room) -> QuerySet[Participant]:
    return Participant.objects.for_brand(room.brand).filter(room_id=room.pk)


def customer_in(room: Room) -> Participant | None:
    return participants_of(room).filter(role=Participant.Role.CUSTOMER).first()


def adviser_in(room: Room, staff_member: StaffMember) -> Participant | None:
    return participants_of(room).filter(staff_member=staff_member).first()


def connected_advisers(room: Room) -> QuerySet[Participant]:
    return (
        participants_of(room)
        .filter(
            role=Participant.Role.ADVISER,
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
