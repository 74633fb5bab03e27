"""Reads of the pages of people: a fixed number of queries each."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.dates import WEEKDAYS

from booking.desk.queries import EXPECTED
from booking.models import Appointment
from booking.states import LIVE
from stores.accounts.workplace import Workplace
from stores.models import (
    Absence,
    Agenda,
    Brand,
    Posting,
    Region,
    Role,
    StaffMember,
    Store,
    WorkingHours,
)
from stores.models.brand import BrandQuerySet
from stores.texts import folded_like

A_PAGE = 50


def team(workplace: Workplace, store: Store, wanted: str, number: str) -> Page[Agenda]:
    """Those of the store; for a name, those of all stores that one may see, also who
    has left. By name, fifty a page."""
    if not wanted:
        rows = _team_of(store)
    else:
        rows = Agenda.objects.for_brand(workplace.brand)
        rows = rows.filter(staff_member__isnull=False)
        if not workplace.sees_whole_brand:
            seen = [one.pk for one in workplace.stores]
            rows = rows.filter(staff_member__in=_posted_to(workplace.brand, seen))
        name = ("staff_member__first_name", "staff_member__last_name")
        rows = folded_like(rows, name, wanted)
    rows = rows.select_related(
        *(f"staff_member__{one}" for one in ("user", "invitation", "departure"))
    )
    order = ("staff_member__first_name", "staff_member__last_name", "pk")
    return Paginator(rows.order_by(*order), A_PAGE).get_page(number)


def _team_of(store: Store) -> BrandQuerySet[Agenda]:
    """Agendas of people who are met there, or will be."""
    rows = Agenda.objects.for_brand(store.brand)
    return rows.filter(EXPECTED, staff_member__in=_posted_to(store.brand, [store.pk]))


def _posted_to(brand: Brand, stores: Sequence[int]) -> QuerySet[Posting, Any]:
    """By a set, not by a join: each person is one row, with nothing to sort out."""
    rows = Posting.objects.for_brand(brand).filter(store__in=stores)
    return rows.values("staff_member")


def away_today(
    store: Store, listed: Page[Agenda], *, is_store: bool, now: dt.datetime
) -> dict[int, Absence]:
    """By agenda, the first absence that is not over and touches the store's day: of the
    whole team where the list `is_store`'s, else of those listed. One query."""
    today = now.astimezone(store.zone).date()
    midnight = dt.datetime.combine(
        today + dt.timedelta(days=1), dt.time(0), store.zone
    ).astimezone(dt.UTC)
    rows = Absence.objects.for_brand(store.brand).filter(
        ends_at__gt=now, starts_at__lt=midnight
    )
    if is_store:
        rows = rows.filter(agenda__in=_team_of(store).values("pk"))
    else:
        rows = rows.filter(agenda__in=[one.pk for one in listed])
    found: dict[int, Absence] = {}
    for row in rows.order_by("starts_at", "pk"):
        found.setdefault(row.agenda_id, row)
    return found


def week_of_person(agenda: Agenda | None) -> list[tuple[Store, list[tuple[str, str]]]]:
    """By store, the weekdays with their hours that return each week, as they are
    read: Monday – Friday, 09:00 – 13:00, 14:00 – 18:00."""
    if agenda is None:
        return []
    rows = WorkingHours.objects.for_brand(agenda.brand).filter(agenda=agenda)
    found: dict[Store, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    order = ("store__name", "weekday", "starts_at", "pk")
    for row in rows.select_related("store").order_by(*order):
        found[row.store][row.weekday].append(_span(row))
    return [(store, _lines(days)) for store, days in found.items()]


def _lines(days: dict[int, list[str]]) -> list[tuple[str, str]]:
    """Days in a row with the same hours are one line."""
    lines: list[tuple[int, int, str]] = []
    for day, spans in days.items():
        said = ", ".join(spans)
        if lines and lines[-1][1:] == (day - 1, said):
            lines[-1] = lines[-1][0], day, said
        else:
            lines.append((day, day, said))
    return [(_days(first, last), said) for first, last, said in lines]


def _days(first: int, last: int) -> str:
    names = [str(WEEKDAYS[day]) for day in (first, last)]
    return names[0] if first == last else " – ".join(names)


def _span(row: WorkingHours) -> str:
    starts_at = dt.datetime.combine(dt.date.min, row.starts_at)
    ends_at = starts_at + dt.timedelta(minutes=row.minutes)
    return f"{starts_at:%H:%M} – {ends_at:%H:%M}"


def count_ahead(person: StaffMember, now: dt.datetime) -> int:
    rows = Appointment.objects.for_brand(person.brand)
    rows = rows.filter(staff_member=person, status__in=LIVE, ends_at__gt=now)
    return rows.count()


def regions_for(workplace: Workplace) -> list[Region]:
    """Those in which the workplace may give a role."""
    if workplace.sees_whole_brand:
        return list(Region.objects.for_brand(workplace.brand).order_by("name"))
    own = workplace.region if workplace.role == Role.MANAGER else None
    return [own] if own else []


def patterns(stores: Sequence[Store]) -> list[Agenda]:
    """Agendas with a week at one of the stores, for somebody new to work like."""
    if not stores:
        return []
    rows = Agenda.objects.for_brand(stores[0].brand).filter(
        staff_member__active=True, working_hours__store__in=stores
    )
    rows = rows.select_related("staff_member")
    return list(rows.order_by("staff_member__first_name", "pk").distinct()[:200])
