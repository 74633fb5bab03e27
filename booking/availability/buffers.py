"""The time that a visit takes from an agenda: its own and the buffers around it.

Exactly in rows (`with_buffers`), outward to whole bits in the search (`lengths_of`,
`needed`). Both buffers are rounded apart, so a search may refuse five minutes that the
rows would allow, and never the other way round.
"""

from __future__ import annotations

import datetime as dt

from booking.availability import bits
from booking.models import Appointment
from stores.calendar.periods import Period
from stores.models import Offer


def with_buffers(offer: Offer, starts_at: dt.datetime) -> Period:
    """The period that is stored as taken for a visit of the offer."""
    return Period(
        starts_at - dt.timedelta(minutes=offer.buffer_before),
        starts_at + dt.timedelta(minutes=offer.duration + offer.buffer_after),
    )


def taken_by(appointment: Appointment, base: dt.datetime) -> int:
    """The bits of a visit as it was booked, whatever its offer lasts today."""
    before = dt.timedelta(minutes=appointment.offer.buffer_before)
    after = dt.timedelta(minutes=appointment.offer.buffer_after)
    return bits.busy_mask(
        base, [Period(appointment.starts_at - before, appointment.ends_at + after)]
    )


def lengths_of(offer: Offer) -> tuple[int, int]:
    """Bits before the visit, and bits of all that it takes: a buffer of 1 minute
    before and one of 4 after take two bits more than the visit."""
    return lengths(offer.buffer_before, offer.duration + offer.buffer_after)


def lengths(before: int, rest: int) -> tuple[int, int]:
    """The same of minutes: a buffer, and the visit with the buffer after it."""
    first = bits.of_minutes(before)
    return first, first + bits.of_minutes(rest)


def needed(offer: Offer, starts_at: dt.datetime) -> Period:
    """The period of `lengths_of`: what must be free for the start to be offered."""
    before, length = lengths_of(offer)
    first = starts_at - before * bits.BIT
    return Period(first, first + length * bits.BIT)
