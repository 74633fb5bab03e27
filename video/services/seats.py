"""Seats whose media session has ended without anybody there to say so."""

from __future__ import annotations

from django.db.models import QuerySet
from django.db.models.functions import Now

from video.models import Participant, Stay


def empty_seats(seats: QuerySet[Participant], *, reason: str) -> int:
    """Ends the session of each and the stay that belongs to it; the seat itself, and
    the secret that resumes it, stay. Returns how many sat there."""
    taken = seats.exclude(session="")
    sessions = list(taken.values_list("session", flat=True))
    if not sessions:
        return 0
    stays = Stay.objects.all_brands().filter(session__in=sessions, left_at=None)
    stays.update(left_at=Now(), reason=reason)
    return taken.filter(session__in=sessions).update(session="", left_at=Now())
