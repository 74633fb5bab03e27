"""Budgets of bookings: a day's appointments for one person, and from one network.

Each sends mails and takes an hour, and the address may be a stranger's. Staff and a
brand's own systems are not counted: they know whom they book for.
"""

from __future__ import annotations

import datetime as dt

from django.utils.crypto import salted_hmac

from booking.models import Actor, BookingCount, Hold

OF_KEYS = "key "
"""Begins the network of who books with an API key."""
PURPOSE = "booking.budgets"

MOST = {
    BookingCount.Scope.CONTACT: 8,
    BookingCount.Scope.NETWORK: 200,
    BookingCount.Scope.STORE: 60,
}
"""A day. Of a family or a small firm; of a town behind one address; and of that town
at one store."""

# Part of the statement that books: its rows are locked until the booking commits, in
# ascending order and after all agendas. Exact however many book at once, no deadlock,
# and nobody waits behind the agendas for one more answer.
COUNTED = """counted AS (
         INSERT INTO booking_bookingcount AS kept (brand_id, day, scope, subject, taken)
         SELECT %s, %s, scope, subject, 1
           FROM unnest(%s::text[], %s::text[]) AS wanted (scope, subject)
          ORDER BY scope, subject
         ON CONFLICT (brand_id, day, scope, subject) DO UPDATE
            SET taken = kept.taken + 1
         RETURNING scope, taken)"""
"""A part of WITH that counts a booking; see `values_of_counted`."""

COUNTS = "ARRAY(SELECT scope || ' ' || taken FROM counted)"
"""The amounts taken on this day, with this booking; see `is_over`."""


def is_over(counts: list[str]) -> bool:
    """True if one was too many: the caller rolls back, and it was never counted."""
    pairs = (count.split() for count in counts)
    return any(int(taken) > MOST[BookingCount.Scope(scope)] for scope, taken in pairs)


def values_of_counted(
    *, hold: Hold, email: str, phone: str, by: Actor, now: dt.datetime
) -> list[object]:
    """The values of COUNTED, in its order. Nothing is counted of staff and of keys."""
    counts = by.kind == Actor.Kind.CUSTOMER and not hold.network.startswith(OF_KEYS)
    wanted = sorted(_subjects(hold, email, phone)) if counts else []
    scopes, subjects = [scope for scope, _ in wanted], [mark for _, mark in wanted]
    return [hold.brand_id, now.date(), scopes, subjects]


def _subjects(hold: Hold, email: str, phone: str) -> set[tuple[str, str]]:
    contacts = filter(None, (email.strip().lower(), phone))
    found = {(BookingCount.Scope.CONTACT.value, _mark(text)) for text in contacts}
    if hold.network:
        at_store = f"{hold.network} {hold.store_id}"
        found.add((BookingCount.Scope.NETWORK.value, _mark(hold.network)))
        found.add((BookingCount.Scope.STORE.value, _mark(at_store)))
    return found


def _mark(text: str) -> str:
    return salted_hmac(PURPOSE, text, algorithm="sha256").hexdigest()
