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

from django.db.models import Max, Q

from booking import free_time
from booking.models import Appointment, Occupancy
from booking.querysets import OccupancyQuerySet
from stores.models import (
    Absence,
    Agenda,
    Channel,
    Closure,
    DayOverride,
    Offer,
    Posting,
    Store,
    WorkingHours,
)
from stores.periods import Period
from stores.recurrence import expand, instant, stretch

Row = TypeVar("Row", WorkingHours, DayOverride, Absence)
Key = TypeVar("Key", bound=tuple[object, ...])

_CACHE_SIZE = 60_000
_OpenKey = tuple[int, int, int, str, dt.datetime]
_TakenKey = tuple[int, int, dt.datetime]
_open_masks: OrderedDict[_OpenKey, int] = OrderedDict()
_taken_masks: OrderedDict[_TakenKey, int] = OrderedDict()


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


def resource_times(
    *, store: Store, offer: Offer, base: dt.datetime, now: dt.datetime
) -> list[AgendaTime]:
    """The store's things of the kind that the offer needs; open at all hours."""
    if not offer.resource_kind:
        return []
    rows = Agenda.objects.for_brand(store.brand).filter(
        resource__store=store,
        resource__kind=offer.resource_kind,
        resource__active=True,
    )
    agendas = list(rows.order_by("id"))
    busy = busy_of(agendas, base, Occupancy.objects.all_brands().busy(now))
    return [AgendaTime(a, free_time.FULL, busy.get(a.pk, 0)) for a in agendas]


def agenda_times(
    agendas: Sequence[Agenda],
    *,
    store: Store,
    channel: Channel | str,
    base: dt.datetime,
    now: dt.datetime,
    ignoring: Appointment | None = None,
) -> list[AgendaTime]:
    """Free time of each agenda. One query while all versions are known, else seven.

    `ignoring` frees what that appointment takes: where it may be moved to.
    """
    opens = open_of(agendas, store, str(channel), base)
    if ignoring is None:
        taken = taken_of(agendas, base)
    else:
        taken = busy_of(agendas, base, _appointments().exclude(appointment=ignoring))
    held = busy_of(agendas, base, live_holds(now))
    return [
        AgendaTime(a, opens[a.pk], taken.get(a.pk, 0) | held.get(a.pk, 0))
        for a in agendas
    ]


def _appointments() -> OccupancyQuerySet[Occupancy]:
    return Occupancy.objects.all_brands().filter(hold__isnull=True, active=True)


def live_holds(now: dt.datetime) -> OccupancyQuerySet[Occupancy]:
    rows = Occupancy.objects.all_brands().filter(hold__isnull=False, active=True)
    return rows.filter(hold__expires_at__gt=now)


def busy_of(
    agendas: Sequence[Agenda], base: dt.datetime, rows: OccupancyQuerySet[Occupancy]
) -> dict[int, int]:
    end = base + dt.timedelta(days=free_time.DAYS)
    spans = (
        rows.of_agendas([a.pk for a in agendas])
        .between(base, end)
        .values_list("agenda_id", "starts_at", "ends_at")
    )
    taken: dict[int, list[Period]] = defaultdict(list)
    for agenda_id, starts_at, ends_at in spans:
        taken[agenda_id].append(Period(starts_at, ends_at))
    return {pk: free_time.busy_mask(base, periods) for pk, periods in taken.items()}


def taken_of(agendas: Sequence[Agenda], base: dt.datetime) -> dict[int, int]:
    """Time of appointments, kept by version; holds come and go without one."""
    found = {a.pk: _taken_masks.get((a.pk, a.version, base)) for a in agendas}
    missing = [a for a in agendas if found[a.pk] is None]
    if missing:
        masks = busy_of(missing, base, _appointments())
        for agenda in missing:
            mask = masks.get(agenda.pk, 0)
            found[agenda.pk] = _taken_masks[agenda.pk, agenda.version, base] = mask
        _trim(_taken_masks)
    return {pk: mask or 0 for pk, mask in found.items()}


def open_of(
    agendas: Sequence[Agenda], store: Store, channel: str, base: dt.datetime
) -> dict[int, int]:
    def key(agenda: Agenda) -> _OpenKey:
        return (agenda.pk, agenda.version, store.pk, channel, base)

    found = {a.pk: _open_masks.get(key(a)) for a in agendas}
    missing = [a for a in agendas if found[a.pk] is None]
    if missing:
        for agenda, mask in _build_open(missing, store, channel, base):
            found[agenda.pk] = _open_masks[key(agenda)] = mask
        _trim(_open_masks)
    return {pk: mask or 0 for pk, mask in found.items()}


def _trim(cache: OrderedDict[Key, int]) -> None:
    while len(cache) > _CACHE_SIZE:
        cache.popitem(last=False)


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
    posted = _posted_masks(agendas, store, base)
    for agenda in agendas:
        replaced = overrides.get(agenda.pk, [])
        unusual = frozenset(row.day for row in replaced) | closed
        zone = store.zone
        opened = list(expand(hours.get(agenda.pk, []), days, zone, except_days=unusual))
        opened += _override_periods(replaced, store, channel, closed, zone)
        away = [Period(a.starts_at, a.ends_at) for a in absences.get(agenda.pk, [])]
        mask = free_time.open_mask(base, opened) & posted.get(agenda.pk, 0)
        yield agenda, mask & ~free_time.busy_mask(base, away)


def _posted_masks(
    agendas: Sequence[Agenda], store: Store, base: dt.datetime
) -> dict[int, int]:
    """From which local day to which each person works for the store."""
    rows = Posting.objects.for_brand(store.brand).filter(
        store=store, staff_member__agenda__in=[a.pk for a in agendas]
    )
    masks: dict[int, int] = {}
    fields = ("staff_member__agenda", "valid_from", "valid_until")
    for agenda_id, first, last in rows.values_list(*fields):
        mask = free_time.FULL
        if first is not None:
            start = instant(first, dt.time(), store.zone)
            mask &= free_time.span(free_time.ceil_bit(base, start), free_time.SIZE)
        if last is not None:
            end = instant(last + dt.timedelta(days=1), dt.time(), store.zone)
            mask &= free_time.span(0, free_time.floor_bit(base, end))
        masks[agenda_id] = mask
    return masks


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


def last_given(agendas: Sequence[Agenda]) -> dict[int, dt.datetime]:
    """When each agenda was last given a visit; who never was is not in it."""
    rows = Occupancy.objects.all_brands().of_agendas([a.pk for a in agendas])
    rows = rows.filter(appointment__isnull=False)
    return dict(rows.values_list("agenda_id").annotate(Max("created_at")))


def visits_of_offer(
    offer: Offer,
    agendas: Iterable[Agenda],
    *,
    after: dt.datetime,
    ignoring: Appointment | None,
) -> list[tuple[int, dt.datetime]]:
    """(agenda, start) of each visit or hold of the offer that takes time."""
    rows = Occupancy.objects.all_brands().of_agendas([a.pk for a in agendas])
    rows = rows.filter(
        Q(appointment__offer=offer) | Q(hold__offer=offer),
        active=True,
        ends_at__gt=after,
    )
    if ignoring is not None:
        rows = rows.exclude(appointment=ignoring)
    return list(rows.values_list("agenda_id", "starts_at"))


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
