"""From rows to masks: what agendas offer at a store, and what is taken of it.

A constant number of queries, however many agendas and days. Open time is kept in the
process by (agenda, version), so a copy is never wrong, only missing: whoever changes
what shapes time raises the version in the same transaction.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Q

from booking import free_time
from booking.models import Occupancy
from stores.models import (
    Absence,
    Agenda,
    Channel,
    Closure,
    DayOverride,
    Offer,
    Store,
    WorkingHours,
)
from stores.periods import Period
from stores.recurrence import expand, stretch

Row = TypeVar("Row", WorkingHours, DayOverride, Absence)

_CACHE_SIZE = 50_000
_Key = tuple[int, int, int, str, dt.datetime]
_open_masks: OrderedDict[_Key, int] = OrderedDict()


@dataclass(frozen=True)
class AgendaTime:
    """One agenda at one store by one channel: `open` hours and `busy` time."""

    agenda: Agenda
    open: int
    busy: int

    @property
    def free(self) -> int:
        return self.open & ~self.busy


def candidates(
    *, store: Store, offer: Offer, staff_id: int | None = None
) -> list[Agenda]:
    """Agendas of active staff of the store who know the topic by that channel."""
    agendas = Agenda.objects.for_brand(store.brand).filter(
        Q(staff_member__competences__channels=[])
        | Q(staff_member__competences__channels__contains=[offer.channel]),
        staff_member__active=True,
        staff_member__postings__store=store,
        staff_member__competences__topic=offer.topic_id,
    )
    if staff_id is not None:
        agendas = agendas.filter(staff_member=staff_id)
    return list(agendas.select_related("staff_member").order_by("id").distinct())


def agenda_times(
    agendas: Sequence[Agenda],
    *,
    store: Store,
    channel: Channel | str,
    base: dt.datetime,
    now: dt.datetime,
) -> list[AgendaTime]:
    """Free time of each agenda. One query while all versions are known, else six."""
    opens = _open_of(agendas, store, str(channel), base)
    busy = _busy_of(agendas, base, now)
    return [AgendaTime(a, opens[a.pk], busy.get(a.pk, 0)) for a in agendas]


def _busy_of(
    agendas: Sequence[Agenda], base: dt.datetime, now: dt.datetime
) -> dict[int, int]:
    end = base + dt.timedelta(days=free_time.DAYS)
    rows = (
        Occupancy.objects.all_brands()
        .of_agendas([a.pk for a in agendas])
        .busy(now)
        .between(base, end)
        .values_list("agenda_id", "starts_at", "ends_at")
    )
    taken: dict[int, list[Period]] = defaultdict(list)
    for agenda_id, starts_at, ends_at in rows:
        taken[agenda_id].append(Period(starts_at, ends_at))
    return {pk: free_time.busy_mask(base, periods) for pk, periods in taken.items()}


def _open_of(
    agendas: Sequence[Agenda], store: Store, channel: str, base: dt.datetime
) -> dict[int, int]:
    def key(agenda: Agenda) -> _Key:
        return (agenda.pk, agenda.version, store.pk, channel, base)

    found = {a.pk: _open_masks.get(key(a)) for a in agendas}
    missing = [a for a in agendas if found[a.pk] is None]
    if missing:
        for agenda, mask in _build_open(missing, store, channel, base):
            found[agenda.pk] = _open_masks[key(agenda)] = mask
        while len(_open_masks) > _CACHE_SIZE:
            _open_masks.popitem(last=False)
    return {pk: mask or 0 for pk, mask in found.items()}


def _build_open(
    agendas: Sequence[Agenda], store: Store, channel: str, base: dt.datetime
) -> Iterable[tuple[Agenda, int]]:
    # A day more on both sides: local days reach over the mask's UTC ends.
    first = base.date() - dt.timedelta(days=1)
    days = [first + dt.timedelta(days=n) for n in range(free_time.DAYS + 2)]
    ids = [a.pk for a in agendas]
    hours = _by_agenda(
        WorkingHours.objects.for_brand(store.brand).filter(
            agenda__in=ids, store=store, channels__contains=[channel]
        )
    )
    overrides = _by_agenda(
        DayOverride.objects.for_brand(store.brand).filter(
            agenda__in=ids, day__gte=days[0], day__lte=days[-1]
        )
    )
    absences = _by_agenda(
        Absence.objects.for_brand(store.brand).filter(agenda__in=ids, ends_at__gt=base)
    )
    closed = closed_days(store, days[0], days[-1])
    for agenda in agendas:
        replaced = overrides.get(agenda.pk, [])
        unusual = frozenset(row.day for row in replaced) | closed
        zone = store.zone
        opened = list(expand(hours.get(agenda.pk, []), days, zone, except_days=unusual))
        opened += _override_periods(replaced, store, channel, closed, zone)
        away = [Period(a.starts_at, a.ends_at) for a in absences.get(agenda.pk, [])]
        mask = free_time.open_mask(base, opened)
        yield agenda, mask & ~free_time.busy_mask(base, away)


def _override_periods(
    rows: Sequence[DayOverride],
    store: Store,
    channel: str,
    closed: frozenset[dt.date],
    zone: zoneinfo.ZoneInfo,
) -> Iterable[Period]:
    for row in rows:
        if row.starts_at is None or row.minutes is None or row.day in closed:
            continue
        if row.store_id == store.pk and channel in row.channels:
            period = stretch(row.day, row.starts_at, row.minutes, zone)
            if period is not None:
                yield period


def closed_days(store: Store, first: dt.date, last: dt.date) -> frozenset[dt.date]:
    """Local days on which the brand, the store's region or the store is closed."""
    place = Q(store=store) | Q(store__isnull=True, region__isnull=True)
    if store.region_id:
        place |= Q(region=store.region_id)
    rows = Closure.objects.for_brand(store.brand).filter(
        place, last_day__gte=first, first_day__lte=last
    )
    days: set[dt.date] = set()
    for row in rows:
        length = (row.last_day - row.first_day).days + 1
        days.update(row.first_day + dt.timedelta(days=n) for n in range(length))
    return frozenset(days)


def _by_agenda(rows: Iterable[Row]) -> dict[int, list[Row]]:
    grouped: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row.agenda_id].append(row)
    return grouped
