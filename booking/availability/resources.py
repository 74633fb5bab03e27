"""Resources that a visit needs beside its adviser: a booth, a fitting room.

An offer names kinds, and a kind twice where two are needed. Nobody chooses which of a
store's resources it will be; each one that is taken has its own row and is locked.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from booking.availability import bits
from booking.availability.agendas import resource_agendas
from booking.availability.occupied import busy_masks, taken_agendas
from booking.availability.query import StartQuery
from booking.models import Appointment
from stores.calendar.periods import Period
from stores.models import Agenda


@dataclass(frozen=True)
class ResourceTime:
    """A resource and when it is free; it has no opening hours of its own."""

    agenda: Agenda
    kind: str
    free: int


def resource_times(query: StartQuery, base: dt.datetime) -> tuple[ResourceTime, ...]:
    """The store's resources of the kinds that the offer needs; no SELECT for none."""
    agendas = resource_agendas(query.store, query.offer.resource_kinds)
    if not agendas:
        return ()
    busy = busy_masks(agendas, query, base=base)
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
        # at_least[n]: bits with at least n free, of all that were looked at so far.
        at_least = [bits.FULL] + [0] * wanted
        for _, mask in (pair for pair in masks if pair[0] == kind):
            for n in range(wanted, 0, -1):
                at_least[n] |= at_least[n - 1] & mask
        enough &= at_least[wanted]
    return enough


def one_of_each(
    kinds: Sequence[str], free: Sequence[tuple[str, Agenda]], *, turn: int = 0
) -> tuple[Agenda, ...]:
    """A resource for each name of a kind, beginning at the `turn`-th. There must be
    enough of each."""
    chosen: list[Agenda] = []
    for kind, wanted in Counter(kinds).items():
        of_kind = [agenda for name, agenda in free if name == kind]
        chosen += [of_kind[(turn + n) % len(of_kind)] for n in range(wanted)]
    return tuple(chosen)


def free_resources(
    appointment: Appointment, period: Period, *, now: dt.datetime
) -> tuple[Agenda, ...] | None:
    """Resources that are free for the visit in a period, which may be past; None where
    one lacks. What the visit itself takes is free. Read without locks: inserting finds
    out."""
    kinds = appointment.offer.resource_kinds
    agendas = resource_agendas(appointment.store, kinds)
    busy = set()
    if agendas:
        busy = taken_agendas(agendas, period, now=now, ignoring=appointment)
    free = [(kind_of(a), a) for a in agendas if a.pk not in busy]
    there = Counter(kind for kind, _ in free)
    if Counter(kinds) - there:
        return None
    return one_of_each(kinds, free)
