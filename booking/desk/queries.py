"""Reads of the desk's pages of hours: a fixed number of queries each."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from booking.models import ApiKey, Appointment, Occupancy
from booking.reports.expected import open_requests
from booking.states import LIVE, MISSED
from stores.accounts.workplace import Workplace
from stores.calendar.periods import Period
from stores.models import (
    Absence,
    AbsenceRequest,
    Agenda,
    Brand,
    Channel,
    Closure,
    Competence,
    DayOverride,
    Departure,
    Offer,
    Posting,
    Region,
    StaffMember,
    Store,
    Topic,
    WorkingHours,
)

SHOWN_ON_AGENDA = LIVE | MISSED | {"done"}


def week_of(agenda: Agenda, store: Store) -> list[WorkingHours]:
    rows = WorkingHours.objects.for_brand(store.brand).filter(
        agenda=agenda, store=store
    )
    return list(rows.order_by("weekday", "starts_at", "pk"))


def day_of(agenda: Agenda, store: Store, day: dt.date) -> list[DayOverride]:
    """The rows of an unusual day at this store; one without a start says that nothing
    is open. Empty if the day is as every week."""
    rows = DayOverride.objects.for_brand(store.brand).filter(agenda=agenda, day=day)
    here = [row for row in rows.order_by("starts_at", "pk") if row.store_id == store.pk]
    return here or list(rows[:1])


def overrides_of(agenda: Agenda, day: dt.date) -> list[DayOverride]:
    """Of one day, at all stores."""
    rows = DayOverride.objects.for_brand(agenda.brand).filter(agenda=agenda, day=day)
    return list(rows.order_by("starts_at", "pk"))


def overrides_from(agenda: Agenda, first: dt.date) -> list[DayOverride]:
    rows = DayOverride.objects.for_brand(agenda.brand).filter(
        agenda=agenda, day__gte=first
    )
    return list(rows.select_related("store").order_by("day", "starts_at"))


def absences_from(agenda: Agenda, now: dt.datetime) -> list[Absence]:
    rows = Absence.objects.for_brand(agenda.brand).filter(
        agenda=agenda, ends_at__gt=now
    )
    return list(rows.order_by("starts_at", "pk"))


def closures_from(store: Store, first: dt.date) -> list[Closure]:
    """Closures of the store, its region and its brand that are not over on that day."""
    rows = Closure.objects.for_brand(store.brand).of_stores([store])
    rows = rows.filter(last_day__gte=first)
    rows = rows.select_related("brand", "store", "region")
    return list(rows.order_by("first_day", "pk"))


def closure_by_id(workplace: Workplace, closure_id: int) -> Closure | None:
    """One of a store that the workplace sees, of its region or of the brand."""
    rows = Closure.objects.for_brand(workplace.brand)
    if not workplace.sees_whole_brand:
        rows = rows.of_stores(workplace.stores)
    rows = rows.select_related("brand", "store", "region")
    return rows.filter(pk=closure_id).first()


def regions_with_stores(workplace: Workplace) -> list[Region]:
    has_some = Exists(workplace.store_rows.filter(region=OuterRef("pk")))
    rows = Region.objects.for_brand(workplace.brand).filter(has_some)
    return list(rows.order_by("name", "pk"))


def visits_by_id(brand: Brand, ids: Iterable[uuid.UUID]) -> list[Appointment]:
    rows = Appointment.objects.for_brand(brand).filter(pk__in=set(ids))
    return list(rows.select_related("customer", "brand", "store", "staff_member"))


def postings_of(staff_member: StaffMember) -> dict[int, Posting]:
    """By store id."""
    rows = Posting.objects.for_brand(staff_member.brand).select_related("store")
    return {row.store_id: row for row in rows.filter(staff_member=staff_member)}


def names_of(staff_ids: Iterable[int], store: Store) -> dict[int, str]:
    rows = StaffMember.objects.for_brand(store.brand).filter(pk__in=set(staff_ids))
    return {row.pk: row.first_name for row in rows}


def absence_by_id(workplace: Workplace, absence_id: int) -> Absence | None:
    rows = Absence.objects.for_brand(workplace.brand).select_related("brand")
    return rows.filter(pk=absence_id).first()


EXPECTED = Q(staff_member__active=True) | Q(
    staff_member__user=None,
    staff_member__invitation__accepted_at=None,
    staff_member__invitation__email__gt="",
)
"""People who are met, or will be once they come in."""


def people_of(store: Store) -> list[Agenda]:
    """Agendas of staff posted to the store, active or expected."""
    rows = Agenda.objects.for_brand(store.brand)
    rows = rows.select_related("staff_member", "brand")
    rows = rows.filter(EXPECTED, staff_member__postings__store=store)
    return list(rows.order_by("staff_member__first_name", "pk").distinct())


def topic_and_channel(
    brand: Brand, topic_id: int, channel: str
) -> tuple[Topic, Channel]:
    """404 for another brand's topic, one that is no longer asked for, or no channel."""
    if channel not in Channel.values:
        raise Http404
    topics = Topic.objects.for_brand(brand)
    return get_object_or_404(topics, pk=topic_id, active=True), Channel(channel)


def rules_of(store: Store) -> dict[tuple[int, str], tuple[Offer | None, Offer | None]]:
    """By topic and channel: the brand's rule, and the store's own in its place."""
    rows = Offer.objects.for_brand(store.brand).for_store(store)
    rules: dict[tuple[int, str], tuple[Offer | None, Offer | None]] = {}
    for row in rows.filter(topic__active=True):
        key = row.topic_id, row.channel
        brands, own = rules.get(key, (None, None))
        rules[key] = (brands, row) if row.store_id else (row, own)
    return rules


def visits_ahead(
    brand: Brand, topic: Topic, channel: str, store: Store | None, now: dt.datetime
) -> int:
    """Booked visits that a rule of the store, or of the whole brand, is about."""
    appointments = Appointment.objects.for_brand(brand).filter(
        topic=topic, channel=channel, status__in=LIVE, ends_at__gt=now
    )
    return (appointments if store is None else appointments.at_store(store)).count()


def own_rules(brand: Brand, topic: Topic, channel: str) -> list[Store]:
    """The stores that have a rule of their own for the topic by the channel."""
    rows = Store.objects.for_brand(brand).open_to_booking()
    rules = Offer.objects.for_brand(brand).filter(topic=topic, channel=channel)
    return list(rows.filter(offers__in=rules).order_by("name"))


def competences_of(staff: Iterable[int], brand: Brand) -> dict[int, list[Competence]]:
    """By staff member: what they advise on, in the order of the topics."""
    rows = Competence.objects.for_brand(brand).filter(
        staff_member__in=list(staff), topic__active=True
    )
    known: dict[int, list[Competence]] = defaultdict(list)
    for row in rows.select_related("topic").order_by("topic__position", "topic_id"):
        known[row.staff_member_id].append(row)
    return known


def known_topics(staff_member: StaffMember) -> list[Competence]:
    """All rows of a person, also of topics that are not asked for at present."""
    rows = Competence.objects.for_brand(staff_member.brand)
    return list(rows.filter(staff_member=staff_member))


def departure_of(staff_member: StaffMember) -> Departure | None:
    rows = Departure.objects.for_brand(staff_member.brand)
    return rows.filter(staff_member=staff_member).first()


def visits_by_topic(staff_member: StaffMember, now: dt.datetime) -> dict[int, int]:
    """Topic → how many visits of it the person has ahead."""
    appointments = Appointment.objects.for_brand(staff_member.brand).filter(
        staff_member=staff_member, status__in=LIVE, ends_at__gt=now
    )
    counted = appointments.values_list("topic_id").annotate(Count("pk"))
    return dict(counted.order_by("topic_id"))


def api_keys_of(brand: Brand) -> list[ApiKey]:
    """The living ones first, the newest before all."""
    rows = ApiKey.objects.for_brand(brand).select_related("created_by")
    first = F("revoked_at").asc(nulls_first=True)
    return list(rows.order_by(first, "-created_at", "-pk"))


def agendas_of_store(store: Store) -> QuerySet[Agenda]:
    """Agendas of staff posted to the store, on which an absence may be written."""
    rows = Agenda.objects.for_brand(store.brand).select_related("staff_member")
    rows = rows.filter(staff_member__active=True, staff_member__postings__store=store)
    return rows.order_by("staff_member__first_name", "id").distinct()


def visits_for_agenda(
    *, store: Store, staff: Sequence[StaffMember], window: Period
) -> list[Appointment]:
    """The visits of the store's week, and those that its staff have at other stores
    meanwhile. One query."""
    rows = Appointment.objects.for_brand(store.brand).between(window.start, window.end)
    rows = rows.filter(
        Q(store=store) | Q(staff_member__in=[member.pk for member in staff]),
        status__in=SHOWN_ON_AGENDA,
    )
    return list(
        rows.with_people().select_related("staff_member__agenda").order_by("starts_at")
    )


def rooms_of(visits: Sequence[Appointment]) -> dict[uuid.UUID, list[str]]:
    """By visit: the names of the rooms and booths that it takes. One query."""
    rooms: dict[uuid.UUID, list[str]] = defaultdict(list)
    if not visits:
        return rooms
    rows = Occupancy.objects.for_brand(visits[0].brand).filter(
        appointment__in=[visit.pk for visit in visits],
        active=True,
        agenda__resource__isnull=False,
    )
    names = rows.values_list("appointment_id", "agenda__resource__name")
    for pk, name in names.order_by("agenda__resource__name"):
        rooms[pk].append(name)
    return rooms


def coming_absences(store: Store, now: dt.datetime) -> list[Absence]:
    """Absences of the store's staff that are not over, soonest first."""
    rows = Absence.objects.for_brand(store.brand).filter(
        agenda__staff_member__postings__store=store, ends_at__gt=now
    )
    rows = rows.select_related("agenda__staff_member", "created_by")
    return list(rows.order_by("starts_at", "id").distinct())


def requests_with_people(store: Store, now: dt.datetime) -> list[AbsenceRequest]:
    """Absences that the store's staff ask for and nobody has answered."""
    rows = open_requests(store, now)
    return list(rows.select_related("brand", "agenda__staff_member__brand"))


def visits_under(
    asked: Sequence[AbsenceRequest], now: dt.datetime
) -> dict[int, list[Appointment]]:
    """By request of one brand: the visits that its absence would touch. One query."""
    under: dict[int, list[Appointment]] = {one.pk: [] for one in asked}
    if not asked:
        return under
    rows = Appointment.objects.for_brand(asked[0].brand).live().with_people()
    rows = rows.filter(
        occupancies__active=True,
        occupancies__agenda__in=[one.agenda_id for one in asked],
        ends_at__gt=now,
    ).between(min(one.starts_at for one in asked), max(one.ends_at for one in asked))
    found = rows.annotate(agenda_id=F("occupancies__agenda"))
    for visit in found.order_by("starts_at", "pk"):
        for one in asked:
            away = Period(one.starts_at, one.ends_at)
            if visit.agenda_id == one.agenda_id and away.overlaps(
                Period(visit.starts_at, visit.ends_at)
            ):
                under[one.pk].append(visit)
    return under
