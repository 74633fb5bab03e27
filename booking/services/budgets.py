"""Budgets of bookings: a day's appointments for one person, and from one network.

Each sends mails and takes an hour, and the address may be a stranger's. Staff and a
brand's own systems are not counted: they know whom they book for.
"""

from __future__ import annotations

import datetime as dt

from django.utils.crypto import salted_hmac

from booking.errors import TooManyBookings
from booking.models import Actor, BookingCount, Hold
from stores.statements import ask

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

# One statement, whose rows are locked until the booking commits, in ascending order
# and after all agendas: exact however many book at once, and no deadlock. A booking
# that is rolled back was never counted.
_TAKE = """
INSERT INTO booking_bookingcount AS kept (brand_id, day, scope, subject, taken)
VALUES {rows}
ON CONFLICT (brand_id, day, scope, subject) DO UPDATE SET taken = kept.taken + 1
RETURNING scope, taken
"""


def take_from_budget(
    *, hold: Hold, email: str, phone: str, by: Actor, now: dt.datetime
) -> None:
    """Within the transaction that books. Raises TooManyBookings with the store, whose
    telephone is the way on."""
    if by.kind != Actor.Kind.CUSTOMER or hold.network.startswith(OF_KEYS):
        return
    wanted = sorted(_subjects(hold, email, phone))
    sql = _TAKE.format(rows=", ".join(["(%s, %s, %s, %s, 1)"] * len(wanted)))
    values = [v for pair in wanted for v in (hold.brand_id, now.date(), *pair)]
    rows = ask(sql, values)
    if any(taken > MOST[BookingCount.Scope(scope)] for scope, taken in rows):
        raise TooManyBookings(hold.store)


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
