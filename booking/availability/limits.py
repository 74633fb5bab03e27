"""Limits that do not depend on staff: notice, horizon, step grid, daily ceiling."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable

from booking.availability import bits
from booking.availability.occupied import visits_of_offer
from booking.availability.opening import PostedAgenda
from booking.availability.query import StartQuery

LONGEST_HORIZON = dt.timedelta(days=60)


class Windows:
    """For customers the step grid between the notice and the horizon; for staff every
    bit after now. Many stores share one."""

    def __init__(self, base: dt.datetime) -> None:
        self._base = base
        self._known: dict[tuple[object, ...], int] = {}

    def of(self, query: StartQuery) -> int:
        offer, zone = query.offer, query.store.time_zone
        if query.as_staff:
            return self._reach(query.now, 0, LONGEST_HORIZON)
        notice = 0 if query.without_notice else offer.minimum_notice
        key = (query.now, zone, notice, offer.horizon, offer.step)
        if key not in self._known:
            self._known[key] = self._reach(
                query.now, notice, dt.timedelta(days=offer.horizon)
            ) & bits.step_grid(self._base, zone, offer.step)
        return self._known[key]

    def _reach(self, now: dt.datetime, notice: int, horizon: dt.timedelta) -> int:
        first = now + dt.timedelta(minutes=notice)
        # What begins at this very moment can be held and booked by nobody.
        after_now = bits.floor_bit(self._base, now) + 1
        return bits.span(
            max(bits.ceil_bit(self._base, first), after_now),
            bits.floor_bit(self._base, now + horizon) + 1,
        )


def full_days(
    query: StartQuery, agendas: Iterable[PostedAgenda], base: dt.datetime
) -> dict[int, int]:
    """Local days on which an agenda has as many visits of the offer as its ceiling.

    Counted by agenda, because the agenda's lock is what makes the count true.
    """
    ceiling, zone = query.offer.daily_ceiling, query.store.zone
    if ceiling is None:
        return {}
    appointments = visits_of_offer(query, [one.agenda for one in agendas], after=base)
    counts: Counter[tuple[int, dt.date]] = Counter(
        (agenda_id, starts_at.astimezone(zone).date())
        for agenda_id, starts_at in appointments
    )
    full: dict[int, int] = {}
    for (agenda_id, day), count in counts.items():
        if count >= ceiling:
            whole = bits.local_days(base, zone, day, day)
            full[agenda_id] = full.get(agenda_id, 0) | whole
    return full
