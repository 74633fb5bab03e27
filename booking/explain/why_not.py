"""Reasons why a start is not offered, in the order in which they decide.

The masks of the search say whether it is (the same function offers and books); the
rows around the moment say why not. So the first reason's code is always the code with
which holding the start would be refused.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace

from booking.availability import bits
from booking.availability.buffers import needed
from booking.availability.query import StartQuery
from booking.availability.starts import AgendaTime, StartMasks, masks_for
from booking.explain.reasons import (
    AdviserReasons,
    Explanation,
    Fact,
    Reason,
    Why,
    buffer_between,
)
from booking.explain.rows import AgendaRows, MomentRows, rows_around
from booking.models import Occupancy
from stores.access import offer_for
from stores.calendar.recurrence import expand, expand_overrides
from stores.models import Channel, Closure, StaffMember, Store, Topic


def why_not(
    *,
    store: Store,
    topic: Topic,
    channel: Channel | str,
    starts_at: dt.datetime,
    now: dt.datetime,
    staff_member: StaffMember | None = None,
) -> Explanation:
    """Asks as a customer would: with this adviser, or with anybody of the store."""
    offer = offer_for(store=store, topic=topic, channel=channel)
    if offer is None:
        return Explanation(starts_at, store, None, (Reason(Why.NOT_OFFERED),))
    query = StartQuery(offer=offer, store=store, now=now, staff_member=staff_member)
    rows = rows_around(query, needed(offer, starts_at))
    return answer_of(masks_for(query), rows, starts_at=starts_at)


def answer_of(
    found: StartMasks, rows: MomentRows, *, starts_at: dt.datetime
) -> Explanation:
    """From what was read already, of a period that holds all that is `needed`."""
    rows = rows.within(needed(found.offer, starts_at), found.store)
    general = _general(found, starts_at)
    if not rows.people:
        general = (*general, Reason(Why.NOBODY))
    judge = _Judge(found, rows, starts_at)
    advisers = sorted(map(judge.answer, rows.people), key=lambda a: a.rank)
    return Explanation(starts_at, found.store, found.offer, general, tuple(advisers))


def _general(found: StartMasks, starts_at: dt.datetime) -> tuple[Reason, ...]:
    offer, now, reasons = found.offer, found.query.now, []
    if starts_at <= now:
        reasons.append(Reason(Why.PAST))
    elif starts_at < now + dt.timedelta(minutes=offer.minimum_notice):
        reasons.append(Reason(Why.NOTICE, offer))
    if starts_at > now + dt.timedelta(days=offer.horizon):
        reasons.append(Reason(Why.HORIZON, offer))
    if not _on_grid(found, starts_at):
        reasons.append(Reason(Why.OFF_GRID, offer))
    return tuple(reasons)


def _on_grid(found: StartMasks, starts_at: dt.datetime) -> bool:
    if (starts_at - found.base) % bits.BIT:
        return False
    local = starts_at.astimezone(found.store.zone)
    return (local.hour * 60 + local.minute) % found.offer.step == 0


class _Judge:
    """Says of each person what stands against the start. Asks no query."""

    def __init__(
        self, found: StartMasks, rows: MomentRows, starts_at: dt.datetime
    ) -> None:
        # The window is everybody's and has been judged.
        self._found = replace(found, window=bits.FULL)
        self._rows = rows
        self._at = starts_at
        self._bit = bits.floor_bit(found.base, starts_at)
        self._day = starts_at.astimezone(found.store.zone).date()
        self._need = bits.busy_mask(found.base, [needed(found.offer, starts_at)])
        self._closed = frozenset(
            day
            for closure in rows.closures
            for day in rows.days
            if closure.first_day <= day <= closure.last_day
        )

    def answer(self, person: AgendaRows) -> AdviserReasons:
        found = self._found
        time = next((t for t in found.times if t.agenda.pk == person.agenda.pk), None)
        reasons: list[Reason] = []
        if time is None or not self._has(found.of(time, ignoring_busy=True)):
            reasons += self._not_open(person) + self._kept(person, time)
            reasons = reasons or [self._reason(Why.NO_HOURS, person)]
        if time is None or not self._has(found.of(time)):
            taken = self._taken(person)
            if not reasons and not taken:
                taken = [self._reason(Why.BOOKED, person)]
            reasons += taken
        return AdviserReasons(person.staff_member, tuple(reasons))

    def _has(self, mask: int) -> bool:
        return self._bit >= 0 and bool(mask >> self._bit & 1)

    def _reason(self, why: Why, person: AgendaRows, fact: Fact = None) -> Reason:
        return Reason(why, fact, person.staff_member, person.agenda.pk, self._day)

    def _not_open(self, person: AgendaRows) -> list[Reason]:
        reasons = []
        closing = self._closing(person)
        if closing is not None:
            reasons.append(self._reason(Why.CLOSED, person, closing))
        if not self._covers(self._posted(person)):
            reasons.append(self._reason(Why.NO_POSTING, person, person.posting))
        knows = person.competence
        if knows is None or not knows.covers(self._found.offer.channel):
            reasons.append(self._reason(Why.NO_COMPETENCE, person, knows))
        if not self._covers(self._opened(person, frozenset())):
            unusual = next((r for r in person.overrides if r.day == self._day), None)
            why = Why.NO_HOURS if unusual is None else Why.DAY_OVERRIDE
            reasons.append(self._reason(why, person, unusual))
        reasons += [self._reason(Why.ABSENT, person, row) for row in person.absences]
        return reasons

    def _kept(self, person: AgendaRows, time: AgendaTime | None) -> list[Reason]:
        return [
            self._reason(Why.KEPT, person, one.topic)
            for one in (time.kept if time else ())
            if one.mask & self._need
        ]

    def _closing(self, person: AgendaRows) -> Closure | None:
        """The closure without which the hours would reach, or that closes the day."""
        if self._covers(self._opened(person, self._closed)):
            return None
        opened = self._covers(self._opened(person, frozenset()))
        for closure in self._rows.closures:
            if closure.first_day <= self._day <= closure.last_day:
                return closure
        return self._rows.closures[0] if opened and self._rows.closures else None

    def _opened(self, person: AgendaRows, closed: frozenset[dt.date]) -> int:
        store, channel = self._found.store, self._found.offer.channel
        unusual = frozenset(row.day for row in person.overrides) | closed
        here = [
            row
            for row in person.overrides
            if row.store_id == store.pk and channel in row.channels
        ]
        return bits.open_mask(
            self._found.base,
            [
                *expand(person.hours, self._rows.days, store.zone, except_days=unusual),
                *expand_overrides(here, store.zone, except_days=closed),
            ],
        )

    def _posted(self, person: AgendaRows) -> int:
        posting, base, zone = person.posting, self._found.base, self._found.store.zone
        if posting is None:
            return 0
        return bits.local_days(base, zone, posting.valid_from, posting.valid_until)

    def _covers(self, mask: int) -> bool:
        return mask & self._need == self._need

    def _taken(self, person: AgendaRows) -> list[Reason]:
        reasons = list(self._occupied(person, person.taken))
        found = self._found
        if self._has(found.full.get(person.agenda.pk, 0)):
            reasons.append(self._reason(Why.CEILING, person, found.offer))
        for kind, wanted in Counter(found.offer.resource_kinds).items():
            things = {r.agenda.pk for r in found.resources if r.kind == kind}
            taken_by = [r for r in self._rows.resources if r.agenda_id in things]
            if len(things - {row.agenda_id for row in taken_by}) < wanted:
                blocking = next(iter(taken_by), None)
                reasons.append(self._reason(Why.RESOURCE, person, blocking))
        return reasons

    def _occupied(
        self, person: AgendaRows, taken: Sequence[Occupancy]
    ) -> Iterable[Reason]:
        for row in taken:
            if row.hold_id is None:
                yield self._booked(person, row)
        for row in taken:
            if row.hold_id is not None:
                yield self._reason(Why.HELD, person, row)

    def _booked(self, person: AgendaRows, row: Occupancy) -> Reason:
        buffer = buffer_between(self._found.offer, self._at, row)
        if buffer is None:
            return self._reason(Why.BOOKED, person, row)
        return replace(self._reason(Why.BUFFER, person, row), buffer=buffer)
