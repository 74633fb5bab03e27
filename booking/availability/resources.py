"""Things that a visit needs for itself beside its adviser: a booth, a fitting room.

An offer names kinds, and a kind twice where two are needed. Which of a store's things
it will be is nobody's choice; each one that is taken has its own row and is locked.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from booking.availability import bits
from booking.availability.occupied import busy_masks, taken_agendas
from booking.availability.seats import Place, resource_agendas
from booking.models import Appointment
from stores.calendar.periods import Period
from stores.models import Agenda


@dataclass(frozen=True)
class ResourceTime:
    """A thing and when it is free; it is there at all hours."""

    agenda: Agenda
    kind: str
    free: int


def resource_times(
    place: Place,
    *,
    base: dt.datetime,
    now: dt.datetime,
    ignoring: Appointment | None = None,
    visitor: str = "",
) -> tuple[ResourceTime, ...]:
    """The store's things of the kinds that the offer needs; no query for none."""
    agendas = resource_agendas(place.store, place.offer.resource_kinds)
    if not agendas:
        return ()
    busy = busy_masks(agendas, base=base, now=now, ignoring=ignoring, visitor=visitor)
    return tuple(
        ResourceTime(agenda, kind_of(agenda), bits.FULL & ~busy[agenda.pk])
        for agenda in agendas
    )


def kind_of(agenda: Agenda) -> str:
    return agenda.resource.kind if agenda.resource else ""


def enough_of_each(kinds: Sequence[str], masks: Sequence[tuple[str, int]]) -> int:
    """The bits at which each kind has as many set masks as it is named times."""
    enough = bits.FULL
    for kind, wanted in Counter(kinds).items():
        # at_least[n]: bits of at least n things, of all that were looked at so far.
        at_least = [bits.FULL] + [0] * wanted
        for _, mask in (pair for pair in masks if pair[0] == kind):
            for n in range(wanted, 0, -1):
                at_least[n] |= at_least[n - 1] & mask
        enough &= at_least[wanted]
    return enough


def one_of_each(
    kinds: Sequence[str], things: Sequence[tuple[str, Agenda]], *, turn: int = 0
) -> tuple[Agenda, ...]:
    """For each name of a kind a thing of its own, beginning at the `turn`-th. There
    must be enough of each."""
    chosen: list[Agenda] = []
    for kind, wanted in Counter(kinds).items():
        of_kind = [agenda for name, agenda in things if name == kind]
        chosen += [of_kind[(turn + n) % len(of_kind)] for n in range(wanted)]
    return tuple(chosen)


def free_resources(
    place: Place, period: Period, *, now: dt.datetime, ignoring: Appointment
) -> tuple[Agenda, ...] | None:
    """Things that are free for a period, which may be past; None where one lacks. What
    the appointment itself takes is free. Read without locks: inserting finds out."""
    kinds = place.offer.resource_kinds
    agendas = resource_agendas(place.store, kinds)
    busy = set()
    if agendas:
        busy = taken_agendas(agendas, period, now=now, ignoring=ignoring)
    things = [(kind_of(a), a) for a in agendas if a.pk not in busy]
    there = Counter(kind for kind, _ in things)
    if Counter(kinds) - there:
        return None
    return one_of_each(kinds, things)
