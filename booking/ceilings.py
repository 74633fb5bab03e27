"""How many visits of an offer one agenda takes on a day."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable

from booking.availability import bits
from booking.availability.occupied import visits_of_offer
from booking.availability.opening import Seat
from booking.availability.seats import Place
from booking.models import Appointment
from stores.models import Store
from stores.recurrence import instant


def full_days(
    place: Place,
    seats: Iterable[Seat],
    base: dt.datetime,
    ignoring: Appointment | None,
    visitor: str,
) -> dict[int, int]:
    """Local days on which an agenda has as many visits of the offer as its ceiling.

    Counted by agenda, because the agenda's lock is what makes the count true.
    """
    offer, store = place.offer, place.store
    if offer.daily_ceiling is None:
        return {}
    agendas = [seat.agenda for seat in seats]
    visits = visits_of_offer(
        offer, agendas, after=base, ignoring=ignoring, visitor=visitor
    )
    counts: Counter[tuple[int, dt.date]] = Counter(
        (agenda_id, starts_at.astimezone(store.zone).date())
        for agenda_id, starts_at in visits
    )
    full: dict[int, int] = {}
    for (agenda_id, day), count in counts.items():
        if count >= offer.daily_ceiling:
            full[agenda_id] = full.get(agenda_id, 0) | day_mask(store, base, day)
    return full


def day_mask(store: Store, base: dt.datetime, day: dt.date) -> int:
    """The bits of one local day of the store."""
    after = day + dt.timedelta(days=1)
    return bits.span(
        bits.ceil_bit(base, instant(day, dt.time(), store.zone)),
        bits.ceil_bit(base, instant(after, dt.time(), store.zone)),
    )
