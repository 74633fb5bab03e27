"""The two words of a visit: derived whenever they are needed, never stored.

A number that calls can be forged; two words that only both sides know are not guessed.
The pair follows from the permanent link and from what was told last (`sequence`), so it
is another one after each change and after the link is replaced. The talk that a bad
visit earns has a pair of its own: the one of the visit was said already.
"""

from __future__ import annotations

from django.conf import settings

from booking.links import customer_link
from booking.models import AccessLink, Appointment, Promise, VisitRating
from booking.spoken.lists import list_for, words_in
from booking.states import MISSED, STANDING, Status
from stores.derived import derived, generation_of

CALLED = STANDING | MISSED | {Status.REQUESTED}
"""Of a visit in one of these somebody may still be called."""
TALK = 1 << 31
"""Above every sequence."""


def words_of(appointment: Appointment) -> str:
    """Both words as they are written, `lilas, comète`; empty where nobody calls any
    more, or where the link is gone. One query, or none where the `links` were read; one
    more for a visit that is done."""
    link = _link_of(appointment) if is_called(appointment) else None
    if link is None:
        return ""
    occasion = TALK if appointment.status == Status.DONE else 0
    return pair(link, appointment, occasion | appointment.sequence)


def is_called(appointment: Appointment) -> bool:
    """Somebody may call about it: what was agreed, or the talk that is still owed."""
    if appointment.status != Status.DONE:
        return appointment.status in CALLED
    if not appointment.customer.phone:
        return False
    rows = Promise.objects.for_brand(appointment.brand).filter(kept_at__isnull=True)
    owed = rows.filter(appointment=appointment, kind=Promise.Kind.RECOVERY)
    return owed.filter(appointment__rating__way=VisitRating.Way.CALL).exists()


def words_at(appointment: Appointment, sequences: list[int]) -> tuple[str, ...]:
    """The pairs of earlier changes, in the given order."""
    link = _link_of(appointment) if appointment.status in CALLED else None
    return tuple(pair(link, appointment, n) for n in sequences) if link else ()


def _link_of(appointment: Appointment) -> AccessLink | None:
    try:
        link = customer_link(appointment)
    except AccessLink.DoesNotExist:  # erased, as all of the customer
        return None
    return link if link.key_id in settings.LINK_KEYS else None


def pair(link: AccessLink, appointment: Appointment, occasion: int) -> str:
    """HMAC of "words" ‖ link id ‖ generation ‖ occasion, of which eight bytes choose
    the first word and eight the second, from all others."""
    told = generation_of(link.id, link.generation) + occasion.to_bytes(4, "big")
    secret = derived(link.key_id, told, purpose=b"words")
    words = words_in(list_for(appointment.language))
    first = int.from_bytes(secret[:8], "big") % len(words)
    second = int.from_bytes(secret[8:16], "big") % (len(words) - 1)
    second += second >= first
    return f"{words[first]}, {words[second]}"
