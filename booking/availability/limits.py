"""Limits that do not depend on staff: notice, horizon, step grid, daily ceiling."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable

from booking.availability import bits
from booking.availability.occupied import visits_of_offer
from booking.availability.opening import Seat
from booking.availability.seats import Place
from booking.models import Appointment
from stores.calendar.recurrence import instant
from stores.models import Offer, Store

LONGEST_HORIZON = dt.timedelta(days=60)


class Windows:
    """For customers the step grid between the notice and the horizon; for staff every
    bit from now on. Many stores share one."""

    def __init__(self, base: dt.datetime, now: dt.datetime, *, as_staff: bool) -> None:
        self._base, self._now, self._as_staff = base, now, as_staff
        self._known: dict[tuple[object, ...], int] = {}

    def of(self, place: Place) -> int:
        offer = place.offer
        if self._as_staff:
            return self._reach(0, LONGEST_HORIZON)
        key = (place.store.time_zone, offer.minimum_notice, offer.horizon, offer.step)
        if key not in self._known:
            self._known[key] = self._reach(
                offer.minimum_notice, dt.timedelta(days=offer.horizon)
            ) & bits.step_grid(self._base, place.store.time_zone, offer.step)
        return self._known[key]

    def _reach(self, notice: int, horizon: dt.timedelta) -> int:
        first = self._now + dt.timedelta(minutes=notice)
        return bits.span(
            bits.ceil_bit(self._base, first),
            bits.floor_bit(self._base, self._now + horizon) + 1,
        )


def lengths_of(offer: Offer) -> tuple[int, int]:
    """Bits before the visit, and bits of all that it takes. Rounded apart: a breath of
    1 minute before and 4 after takes two bits more."""
    before = -(-offer.buffer_before // 5)
    return before, before - -(offer.duration + offer.buffer_after) // 5


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
