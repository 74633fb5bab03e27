"""One customer, two visits at one time: refused until said on purpose."""

from __future__ import annotations

from booking.states import LIVE

BUSY = """EXISTS (
    SELECT 1 FROM booking_appointment visit
     WHERE visit.brand_id = hold.brand_id AND visit.status = ANY(%s)
       AND visit.starts_at < hold.ends_at AND visit.ends_at > hold.starts_at
       AND visit.customer_id IN (
           SELECT id FROM booking_customer
            WHERE brand_id = hold.brand_id AND UPPER(email) = UPPER(%s) AND %s <> ''
            UNION ALL
           SELECT id FROM booking_customer
            WHERE brand_id = hold.brand_id AND phone = %s AND %s <> ''))"""
"""Whether a live visit of the brand overlaps the hold's time and its customer has the
same address (in any case) or number; a column of a question about a `hold`.

Says only that, never where or with whom: a telephone may be a family's. It is a
question, not a wall: two bookings of one customer in the same moment may both pass,
and nothing is sold twice by that. So it takes no lock of its own.
"""


def values_of_busy(email: str, phone: str) -> list[object]:
    """For BUSY, in its order. Nothing matches an address or a number left empty."""
    return [sorted(map(str, LIVE)), email, email, phone, phone]
