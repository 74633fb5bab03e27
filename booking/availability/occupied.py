"""The taken time of agendas: appointments, kept by version, and living holds.

A hold comes and goes without raising a version, so it is read each time; an
appointment never does, so its bits are read once per version.
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Max, Q

from booking.availability import bits
from booking.availability.query import StartQuery
from booking.models import Appointment, Occupancy
from stores.calendar.periods import Period
from stores.models import Agenda
from stores.statements import ask

_CACHE_SIZE = 60_000
_Key = tuple[int, int, dt.datetime]
_masks: OrderedDict[_Key, int] = OrderedDict()


# In bits already: an instant that is only to become a number need not be made. One
# snapshot says it all: the appointments of some agendas, the living holds of all, and
# whose version is no longer the one that was read. Were they asked one after another, a
# hold could become an appointment in between, and its time would seem free.
_SPANS = """
SELECT agenda_id, 'taken', floor(date_part('epoch', starts_at - %s) / 300)::bigint,
       ceil(date_part('epoch', ends_at - %s) / 300)::bigint
  FROM booking_occupancy
 WHERE active AND agenda_id = ANY(%s::bigint[]) AND ends_at > %s AND starts_at < %s
   AND appointment_id IS NOT NULL AND (%s::uuid IS NULL OR appointment_id <> %s)
 UNION ALL
SELECT taken.agenda_id, 'held',
       floor(date_part('epoch', taken.starts_at - %s) / 300)::bigint,
       ceil(date_part('epoch', taken.ends_at - %s) / 300)::bigint
  FROM booking_hold hold JOIN booking_occupancy taken ON taken.hold_id = hold.id
 WHERE hold.expires_at > %s AND (%s = '' OR hold.visitor <> %s)
   AND taken.active AND taken.agenda_id = ANY(%s::bigint[])
   AND taken.ends_at > %s AND taken.starts_at < %s
 UNION ALL
SELECT agenda.id, 'version', agenda.version, 0
  FROM unnest(%s::bigint[], %s::bigint[]) AS known (id, version)
  JOIN stores_agenda agenda ON agenda.id = known.id
 WHERE agenda.version <> known.version
"""


def busy_masks(
    agendas: Sequence[Agenda], query: StartQuery, *, base: dt.datetime
) -> dict[int, int]:
    """Agenda id → bits taken at the query's moment; one SELECT, and one more where a
    version rose since the agendas were read: they are given the new one."""
    known = {} if query.ignoring else _known(agendas, base)
    unknown = {agenda.pk: agenda for agenda in agendas if agenda.pk not in known}
    taken, held = dict.fromkeys(unknown, 0), dict[int, int]()
    risen: list[Agenda] = []
    for agenda_id, kind, first, last in _spans(
        agendas,
        unknown,
        base=base,
        now=query.now,
        ignoring=query.ignoring,
        visitor=query.visitor,
    ):
        if kind == "version":
            risen += [a for a in agendas if a.pk == agenda_id]
            risen[-1].version = first
            continue
        masks = taken if kind == "taken" else held
        masks[agenda_id] = masks.get(agenda_id, 0) | bits.span(first, last)
    if not query.ignoring:
        remember({agenda: taken[pk] for pk, agenda in unknown.items()}, base)
    found = known | taken
    for agenda_id, mask in held.items():
        found[agenda_id] |= mask
    again = [agenda for agenda in risen if agenda.pk in known]
    if again:
        found |= busy_masks(again, query, base=base)
    return found


def _spans(
    agendas: Sequence[Agenda],
    unknown: Iterable[int],
    *,
    base: dt.datetime,
    now: dt.datetime,
    ignoring: Appointment | None = None,
    visitor: str = "",
) -> list[tuple[Any, ...]]:
    without = ignoring.pk if ignoring else None
    ids, versions = [a.pk for a in agendas], [a.version for a in agendas]
    end = base + dt.timedelta(days=bits.DAYS)
    appointments = [base, base, list(unknown), base, end, without, without]
    holds = [base, base, now, visitor, visitor, ids, base, end]
    return ask(_SPANS, [*appointments, *holds, ids, versions])


def _known(agendas: Iterable[Agenda], base: dt.datetime) -> dict[int, int]:
    """Returns the kept bits of appointments, if read at the agenda's version."""
    found = {a.pk: _masks.get((a.pk, a.version, base)) for a in agendas}
    return {pk: mask for pk, mask in found.items() if mask is not None}


def knows(agenda: Agenda, base: dt.datetime) -> bool:
    return (agenda.pk, agenda.version, base) in _masks


def compute_taken(agendas: Sequence[Agenda], base: dt.datetime) -> dict[Agenda, int]:
    """Computes from the rows what appointments take, and keeps nothing. Agendas whose
    version has risen since they were read are given the new one."""
    by_id = {agenda.pk: agenda for agenda in agendas}
    taken = dict.fromkeys(by_id, 0)
    for agenda_id, kind, first, last in _spans(agendas, by_id, base=base, now=base):
        if kind == "version":
            by_id[agenda_id].version = first
        elif kind == "taken":
            taken[agenda_id] |= bits.span(first, last)
    return {by_id[pk]: mask for pk, mask in taken.items()}


def remember(masks: Mapping[Agenda, int], base: dt.datetime) -> None:
    for agenda, mask in masks.items():
        _masks[agenda.pk, agenda.version, base] = mask
    while len(_masks) > _CACHE_SIZE:
        _masks.popitem(last=False)


def forget(agendas: Iterable[int]) -> None:
    """Drops this process's copies; see `booking.availability.opening.forget`."""
    wanted = set(agendas)
    for key in [key for key in list(_masks) if key[0] in wanted]:
        _masks.pop(key, None)


def last_given(agendas: Sequence[Agenda]) -> dict[int, dt.datetime]:
    """Returns when each agenda was last given a visit, without those that never
    were."""
    rows = Occupancy.objects.all_brands().of_agendas([a.pk for a in agendas])
    rows = rows.filter(appointment__isnull=False)
    return dict(rows.values_list("agenda_id").annotate(Max("created_at")))


def visits_of_offer(
    query: StartQuery, agendas: Iterable[Agenda], *, after: dt.datetime
) -> list[tuple[int, dt.datetime]]:
    """(agenda, start) of each visit or hold that takes time for the offer's topic and
    channel: under the brand's row, too, where the store has a row of its own by now."""
    kind = {"topic_id": query.offer.topic_id, "channel": query.offer.channel}
    rows = Occupancy.objects.all_brands().of_agendas([a.pk for a in agendas])
    rows = rows.filter(
        Q(**{f"appointment__{name}": value for name, value in kind.items()})
        | Q(**{f"hold__{name}": value for name, value in kind.items()}),
        active=True,
        ends_at__gt=after,
    )
    if query.ignoring is not None:
        rows = rows.exclude(appointment=query.ignoring)
    if query.visitor:
        rows = rows.exclude(hold__visitor=query.visitor)
    return list(rows.values_list("agenda_id", "starts_at"))


def agendas_of_visit(appointment: Appointment) -> set[int]:
    """The ids of agendas that the visit takes time from now."""
    rows = Occupancy.objects.for_brand(appointment.brand).filter(
        appointment=appointment
    )
    return set(rows.filter(active=True).values_list("agenda_id", flat=True))


def taken_agendas(
    agendas: Sequence[Agenda],
    period: Period,
    *,
    now: dt.datetime,
    ignoring: Appointment,
) -> set[int]:
    """The ids of those that are taken at some time of a period, by others than that
    appointment. The period may be past; overlaps that staff allowed count too."""
    rows = Occupancy.objects.all_brands().busy(now).of_agendas([a.pk for a in agendas])
    rows = rows.exclude(appointment=ignoring).between(period.start, period.end)
    return set(rows.values_list("agenda_id", flat=True))
