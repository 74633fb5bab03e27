"""When a visit may begin at all, whoever is free."""

from __future__ import annotations

import datetime as dt

from booking.availability import bits
from booking.availability.seats import Place
from stores.models import Offer

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
