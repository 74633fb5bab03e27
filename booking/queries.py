"""The page-sized questions of staff and desk: each asks a fixed number of queries,
however many people work and come. What they mean is decided by `booking.staff.board`
and `booking.desk.grid`, which ask nothing."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import (
    Count,
    DateTimeField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
)

from booking.availability.opening import closed_days
from booking.models import (
    Appointment,
    AppointmentAnswer,
    AppointmentEvent,
    CallAttempt,
    EventKind,
    Hold,
)
from booking.models.appointment_fields import OPEN_CALL
from booking.models.querysets import AppointmentQuerySet
from booking.states import CANCELLED, MISSED, STANDING
from stores.calendar.periods import Period
from stores.calendar.recurrence import expand, expand_overrides
from stores.models import (
    Absence,
    Brand,
    DayOverride,
    StaffMember,
    Store,
    WorkingHours,
)

Row = TypeVar("Row", WorkingHours, DayOverride, Absence)

MOST_UNDO = 3


def visits_of_store(
    *, store: Store, staff_member: StaffMember | None, window: Period
) -> list[Appointment]:
    """The board's visits: the store's of the window, and the staff member's at any
    store. Two queries; each row knows `tries`, `next_try_at` and its promises."""
    place = Q(store=store)
    if staff_member is not None:
        place |= Q(staff_member=staff_member)
    rows = Appointment.objects.for_brand(store.brand).between(window.start, window.end)
    rows = rows.filter(place, status__in=STANDING | MISSED).with_people()
    found = _with_tries(rows).prefetch_related("promises")
    return list(found.order_by("starts_at", "id"))


def cancelled_just_now(store: Store, now: dt.datetime) -> list[Appointment]:
    """Visits that the store's staff cancelled and can still take back, latest first."""
    holds = Hold.objects.for_brand(store.brand).live(now)
    holds = holds.filter(store=store, purpose=Hold.Purpose.UNDO)
    # The row stands in for its visit, whose id is all that it knows of it.
    ids = holds.order_by("-expires_at").values_list("visitor", flat=True)[:MOST_UNDO]
    if not ids:
        return []
    rows = Appointment.objects.for_brand(store.brand).with_people()
    found = {
        appointment.pk.hex: appointment for appointment in rows.filter(pk__in=list(ids))
    }
    return [found[hex_id] for hex_id in ids if hex_id in found]


def callbacks_due(
    *, store: Store, staff_member: StaffMember | None, until: dt.datetime
) -> list[Appointment]:
    """With the tries so far; see `callback_rows`."""
    rows = callback_rows(store=store, staff_member=staff_member, until=until)
    found = _with_tries(rows.with_people()).prefetch_related("promises")
    return list(found.order_by("starts_at", "id"))


def callback_rows(
    *, store: Store, staff_member: StaffMember | None, until: dt.datetime
) -> AppointmentQuerySet[Appointment]:
    """Callbacks of the store (or of one staff member) that are promised before
    `until` and not over, however old the promise is."""
    rows = Appointment.objects.for_brand(store.brand)
    rows = rows.filter(OPEN_CALL, starts_at__lt=until)
    if staff_member is None:
        return rows.filter(store=store)
    return rows.filter(staff_member=staff_member)


def _with_tries(rows: QuerySet[Appointment]) -> QuerySet[Appointment]:
    """Both count from when the customer was last told an hour."""
    told = AppointmentEvent.objects.all_brands().filter(
        appointment=OuterRef("appointment"),
        kind=EventKind.CALL_TRIED,
        sequence=OuterRef("appointment__sequence"),
        occurred_at=OuterRef("made_at"),
    )
    latest = CallAttempt.objects.all_brands().filter(appointment=OuterRef("pk"))
    next_try_at = latest.filter(Exists(told)).order_by("-number").values("next_try_at")
    tried = Q(events__kind=EventKind.CALL_TRIED, events__sequence=F("sequence"))
    return rows.annotate(
        tries=Count("events", filter=tried),
        next_try_at=Subquery(next_try_at[:1], output_field=DateTimeField()),
    )


def last_call(appointment: Appointment) -> tuple[CallAttempt | None, int]:
    """The last call since the customer was told an hour, and how many there were."""
    times = AppointmentEvent.objects.for_brand(appointment.brand).filter(
        appointment=appointment,
        kind=EventKind.CALL_TRIED,
        sequence=appointment.sequence,
    )
    calls = CallAttempt.objects.for_brand(appointment.brand).filter(
        appointment=appointment, made_at__in=times.values("occurred_at")
    )
    found = list(calls.order_by("number"))
    return (found[-1] if found else None), len(found)


def staff_of_store(store: Store, days: Sequence[dt.date]) -> list[StaffMember]:
    """Active staff posted to the store on any of the days, by first name."""
    rows = StaffMember.objects.for_brand(store.brand).active().filter(
        Q(postings__valid_from__isnull=True) | Q(postings__valid_from__lte=days[-1]),
        Q(postings__valid_until__isnull=True) | Q(postings__valid_until__gte=days[0]),
        postings__store=store,
    )  # fmt: skip
    return list(rows.select_related("agenda").order_by("first_name", "id").distinct())


def who_can(appointment: Appointment) -> QuerySet[StaffMember]:
    """Active staff of the visit's store who know its topic, by first name."""
    rows = StaffMember.objects.for_brand(appointment.brand).active().filter(
        postings__store=appointment.store_id,
        competences__topic=appointment.topic_id,
        agenda__isnull=False,
    )  # fmt: skip
    return rows.order_by("first_name", "id").distinct()


def who_works_at(appointment: Appointment) -> QuerySet[StaffMember]:
    """Active staff of the visit's store, and its own adviser, by first name."""
    rows = StaffMember.objects.for_brand(appointment.brand).active()
    here = Q(postings__store=appointment.store_id) | Q(pk=appointment.staff_member_id)
    return rows.filter(here).order_by("first_name", "id").distinct()


@dataclass(frozen=True)
class AgendaHours:
    """Of one agenda at one store: when it is open by its hours, and its absences."""

    opened: tuple[Period, ...]
    away: tuple[Absence, ...]


def agenda_hours_of(
    agenda_ids: Sequence[int], *, store: Store, days: Sequence[dt.date], window: Period
) -> dict[int, AgendaHours]:
    """By agenda id, in four queries. A day before the first is expanded too: hours may
    cross midnight."""
    first = days[0] - dt.timedelta(days=1)
    wanted = [first, *days]
    closed = closed_days(store, first, days[-1])
    brand = store.brand
    hours = _grouped(
        WorkingHours.objects.for_brand(brand).filter(agenda__in=agenda_ids, store=store)
    )
    overrides = _grouped(
        DayOverride.objects.for_brand(brand).filter(
            agenda__in=agenda_ids, day__gte=first, day__lte=days[-1]
        )
    )
    away = _grouped(
        Absence.objects.for_brand(brand)
        .filter(agenda__in=agenda_ids, ends_at__gt=window.start)
        .filter(starts_at__lt=window.end)
    )
    found = {}
    for agenda_id in agenda_ids:
        replaced = overrides.get(agenda_id, [])
        unusual = frozenset(row.day for row in replaced) | closed
        opened = list(
            expand(hours.get(agenda_id, []), wanted, store.zone, except_days=unusual)
        )
        here = [row for row in replaced if row.store_id == store.pk]
        opened += expand_overrides(here, store.zone, except_days=closed)
        found[agenda_id] = AgendaHours(
            opened=_merged(p for p in opened if p.overlaps(window)),
            away=tuple(sorted(away.get(agenda_id, []), key=lambda a: a.starts_at)),
        )
    return found


def _merged(periods: Iterable[Period]) -> tuple[Period, ...]:
    """Sorted, with stretches that touch or overlap (two channels) made one."""
    merged: list[Period] = []
    for period in sorted(periods):
        if merged and period.start <= merged[-1].end:
            last = merged.pop()
            merged.append(Period(last.start, max(last.end, period.end)))
        else:
            merged.append(period)
    return tuple(merged)


def _grouped(rows: Iterable[Row]) -> dict[int, list[Row]]:
    grouped: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row.agenda_id].append(row)
    return grouped


def history_of(appointment: Appointment) -> list[AppointmentEvent]:
    """Events of the appointment, latest first, with their authors."""
    rows = AppointmentEvent.objects.for_brand(appointment.brand)
    rows = rows.filter(appointment=appointment).select_related("actor_user")
    return list(rows.order_by("-occurred_at", "-id"))


def calls_of(appointment: Appointment) -> list[CallAttempt]:
    rows = CallAttempt.objects.for_brand(appointment.brand)
    rows = rows.filter(appointment=appointment).select_related("user")
    return list(rows.order_by("number"))


def answers_of(appointment: Appointment) -> list[AppointmentAnswer]:
    """To the questions of its topic, without those that were erased."""
    rows = AppointmentAnswer.objects.for_brand(appointment.brand)
    return list(rows.filter(appointment=appointment).exclude(text=""))


def first_awaiting(stores: QuerySet[Store], now: dt.datetime) -> Store | None:
    """Of several stores the first with a visit still to come, else the first. Two
    queries, of one row each."""
    coming = (
        Appointment.objects.all_brands()
        .live()
        .filter(store=OuterRef("pk"), ends_at__gt=now)
    )
    return stores.filter(Exists(coming)).first() or stores.first()


def appointments_after(
    brand: Brand,
    after: tuple[str, str] | None,
    count: int,
    *,
    store: Store | None = None,
    channel: str = "",
    status: str = "",
    since: dt.datetime | None = None,
    until: dt.datetime | None = None,
) -> list[Appointment]:
    """At most `count` appointments by start and id, after a pair of them (ISO, UUID).
    One query, by the index of brand and start."""
    rows = Appointment.objects.for_brand(brand).with_people()
    equal = {"store": store, "channel": channel, "status": status}
    rows = rows.filter(**{name: value for name, value in equal.items() if value})
    if since is not None:
        rows = rows.filter(starts_at__gte=since)
    if until is not None:
        rows = rows.filter(starts_at__lt=until)
    if after is not None:
        at, pk = after
        rows = rows.filter(Q(starts_at__gt=at) | Q(starts_at=at, pk__gt=pk))
    return list(rows.order_by("starts_at", "pk")[:count])


def visits_of_feed(staff_member: StaffMember, now: dt.datetime) -> list[Appointment]:
    """Of a month back and all ahead, those that stand or stood; one query."""
    rows = Appointment.objects.for_brand(staff_member.brand)
    rows = rows.with_staff_member(staff_member).exclude(status__in=CANCELLED)
    rows = rows.filter(ends_at__gt=now - dt.timedelta(days=30))
    return list(rows.with_people().order_by("starts_at", "id"))


def agenda_id(member: StaffMember) -> int:
    """0 for somebody who has no agenda: nothing can be booked with them."""
    agenda = getattr(member, "agenda", None)
    return agenda.pk if agenda else 0
