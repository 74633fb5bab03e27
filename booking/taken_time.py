"""What is taken of agendas: appointments, kept by version, and holds that still live.

A hold comes and goes without raising a version, so it is read each time; an
appointment never does, so its bits are read once per version.
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict, defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Max, Q

from booking import free_time
from booking.models import Appointment, Occupancy
from booking.querysets import OccupancyQuerySet
from stores.models import Agenda, Offer
from stores.periods import Period

_CACHE_SIZE = 60_000
_Key = tuple[int, int, dt.datetime]
_masks: OrderedDict[_Key, int] = OrderedDict()


def busy_masks(
    agendas: Sequence[Agenda],
    *,
    base: dt.datetime,
    now: dt.datetime,
    ignoring: Appointment | None = None,
    visitor: str = "",
) -> dict[int, int]:
    """Agenda id → bits taken at `now`. One query while all versions are known, else
    two. `ignoring` frees what that appointment takes: where it may be moved to;
    `visitor` what that visitor holds, who gives it back by holding another time."""
    if ignoring is None:
        taken = _taken_of(agendas, base)
    else:
        taken = _busy_of(agendas, base, _appointments().exclude(appointment=ignoring))
    holds = _holds(now)
    if visitor:
        holds = holds.exclude(hold__visitor=visitor)
    held = _busy_of(agendas, base, holds)
    return {a.pk: taken.get(a.pk, 0) | held.get(a.pk, 0) for a in agendas}


def _appointments() -> OccupancyQuerySet[Occupancy]:
    return Occupancy.objects.all_brands().filter(hold__isnull=True, active=True)


def _holds(now: dt.datetime) -> OccupancyQuerySet[Occupancy]:
    rows = Occupancy.objects.all_brands().filter(hold__isnull=False, active=True)
    return rows.filter(hold__expires_at__gt=now)


def _busy_of(
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


def _taken_of(agendas: Sequence[Agenda], base: dt.datetime) -> dict[int, int]:
    """Time of appointments, kept by version; holds come and go without one."""
    found = {a.pk: _masks.get((a.pk, a.version, base)) for a in agendas}
    missing = [a for a in agendas if found[a.pk] is None]
    if missing:
        masks = _busy_of(missing, base, _appointments())
        for agenda in missing:
            mask = masks.get(agenda.pk, 0)
            found[agenda.pk] = _masks[agenda.pk, agenda.version, base] = mask
        while len(_masks) > _CACHE_SIZE:
            _masks.popitem(last=False)
    return {pk: mask or 0 for pk, mask in found.items()}


def forget(agendas: Iterable[int]) -> None:
    """Drops this process's copies; see `booking.open_time.forget`."""
    wanted = set(agendas)
    for key in [key for key in list(_masks) if key[0] in wanted]:
        _masks.pop(key, None)


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
    visitor: str = "",
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
    if visitor:
        rows = rows.exclude(hold__visitor=visitor)
    return list(rows.values_list("agenda_id", "starts_at"))


def agendas_of_visit(visit: Appointment) -> set[int]:
    """What the visit takes time from now."""
    rows = Occupancy.objects.for_brand(visit.brand).filter(appointment=visit)
    return set(rows.filter(active=True).values_list("agenda_id", flat=True))


def taken_agendas(
    agendas: Sequence[Agenda],
    period: Period,
    *,
    now: dt.datetime,
    ignoring: Appointment,
) -> set[int]:
    """Which of them anybody but that appointment has at some time of a period, which
    may be past; overlaps that staff allowed count too."""
    rows = Occupancy.objects.all_brands().busy(now).of_agendas([a.pk for a in agendas])
    rows = rows.exclude(appointment=ignoring).between(period.start, period.end)
    return set(rows.values_list("agenda_id", flat=True))
