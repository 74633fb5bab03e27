"""One customer, two visits at one time: refused until said on purpose."""

from __future__ import annotations

from booking.states import LIVE

_VISIT_OF = """EXISTS (
    SELECT FROM booking_customer known
      JOIN booking_appointment visit ON visit.customer_id = known.id
     WHERE known.brand_id = hold.brand_id AND {same}
       AND visit.status = ANY(%s)
       AND visit.starts_at < hold.ends_at AND visit.ends_at > hold.starts_at)"""
# From the few customers to their visits, by an index each. Asked the other way round,
# the plan that PostgreSQL keeps for all values read every visit of the brand.
_SAME_EMAIL = _VISIT_OF.format(
    same="UPPER(known.email) = UPPER(%s) AND known.email <> ''"
)
_SAME_PHONE = _VISIT_OF.format(same="known.phone = %s AND known.phone <> ''")
BUSY = f"({_SAME_EMAIL} OR {_SAME_PHONE})"
"""Whether a live visit of the brand overlaps the hold's time and its customer has the
same address (in any case) or number; a column of a question about a `hold`.

Says only that, never where or with whom: a telephone may be a family's. It is a
question, not a wall: two bookings of one customer in the same moment may both pass,
and nothing is sold twice by that. So it takes no lock of its own.
"""


def values_of_busy(email: str, phone: str) -> list[object]:
    """For BUSY, in its order. Nothing matches an address or a number left empty."""
    live = sorted(map(str, LIVE))
    return [email, live, phone, live]
