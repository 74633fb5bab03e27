"""Occasions: the names of the rows that cause messages to staff, and the way back."""

from __future__ import annotations

import uuid

from notifications.models import Delivery
from stores.editing.invitations import invitation_by_id
from stores.models import AbsenceRequest, Invitation

ABSENCE = "absence-"


def name_of_invitation(invitation: Invitation) -> str:
    """One that is made again is another one: its link is."""
    return f"{invitation.pk}.{invitation.generation}"


def invitation_of(delivery: Delivery) -> Invitation | None:
    """The one that the mail brings; None once it was made again, taken back or used."""
    pk, _, generation = delivery.occasion.rpartition(".")
    try:
        found = invitation_by_id(uuid.UUID(pk), int(generation))
    except ValueError:
        return None
    if found is None or found.staff_member_id != delivery.staff_member_id:
        return None
    return found


def name_of_absence(asked: AbsenceRequest) -> str:
    return f"{ABSENCE}{asked.pk}"


def absence_id_of(delivery: Delivery) -> int:
    """The id of the request that the mail tells of; 0 is nobody's."""
    number = delivery.occasion.removeprefix(ABSENCE)
    return int(number) if number.isdecimal() else 0
