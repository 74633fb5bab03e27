"""What must hold on any day and with any number of rows."""

from __future__ import annotations

import datetime as dt
import zoneinfo
from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from benchmarks._statements import kept_statements
from booking.availability import bits
from booking.availability.query import StartQuery
from booking.models import Appointment, Customer, Occupancy
from stores.calendar.recurrence import expand
from stores.models import Agenda, Brand, Offer, Store, WorkingHours
from tests.booking.starts import bookable_starts
from tests.flushing import delete_all_rows
from visavis.demo.nation import plant_nation

HOUR = dt.timedelta(hours=1)
NAMED = [
    "Europe/Paris", "Indian/Reunion", "America/Martinique", "Pacific/Noumea",
    "America/New_York", "Australia/Lord_Howe", "Africa/Casablanca",
]  # fmt: skip
SAMPLE = sorted(zoneinfo.available_timezones())[::12]


def clock_changes(zone: zoneinfo.ZoneInfo, years: range) -> list[dt.date]:
    """The local days on which the offset at noon differs from the day before."""
    day = dt.datetime(years.start, 1, 1, 12, tzinfo=dt.UTC)
    found = []
    while day.year < years.stop:
        after = day + dt.timedelta(days=1)
        if day.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
            found.append(after.astimezone(zone).date())
        day = after
    return found


@pytest.mark.parametrize("name", sorted({*NAMED, *SAMPLE}))
def test_hours_are_local_on_every_day_that_changes_the_clock(name: str) -> None:
    """Nine to five on the wall is what the bits say, the day before, on and after."""
    zone = zoneinfo.ZoneInfo(name)
    hours = [
        WorkingHours(weekday=n, starts_at=dt.time(9), minutes=480, every_n_weeks=1)
        for n in range(7)
    ]
    for change in clock_changes(zone, range(2026, 2031)):
        days = [change + dt.timedelta(days=n) for n in (-1, 0, 1)]
        base = bits.base_of(
            dt.datetime.combine(days[0], dt.time(), zone) - 7 * 24 * HOUR
        )
        mask = bits.open_mask(base, expand(hours, days, zone))
        local = [bits.at(base, b).astimezone(zone) for b in bits.each_bit(mask)]
        for day in days:
            times = [at.time() for at in local if at.date() == day]
            assert times[0] == dt.time(9), (name, day)
            assert times[-1] == dt.time(16, 55), (name, day)
        assert all(dt.time(9) <= at.time() < dt.time(17) for at in local)


@pytest.fixture(scope="module")
def planted(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Brand]:
    """Committed once for the module's tests, each of which takes its own rows back."""
    with django_db_blocker.unblock():
        brand = plant_nation(
            stores=60, staff=300, now=timezone.now(), progress=lambda *_: None
        )
    yield brand
    with django_db_blocker.unblock():
        delete_all_rows()


@pytest.fixture
def nation(planted: Brand, db: None) -> Brand:
    return planted


@pytest.mark.django_db
def test_the_statement_of_a_search_uses_the_scalar_index(nation: Brand) -> None:
    """The very statement, with the values that a search gave it, and years of visits
    behind it; of a handful any index is as good."""
    now = timezone.now()
    row = Occupancy.objects.for_brand(nation).earliest("pk")
    agendas = Agenda.objects.for_brand(nation).order_by("pk").values_list("pk")[:5]
    Occupancy.objects.bulk_create(
        Occupancy(
            brand=nation,
            agenda_id=agenda,
            appointment_id=row.appointment_id,
            starts_at=now - n * HOUR,
            ends_at=now - n * HOUR + HOUR / 2,
        )
        for (agenda,) in agendas
        for n in range(170, 1170)
    )
    offer = Offer.objects.for_brand(nation).get(channel="video", store=None)
    store = Store.objects.for_brand(nation).earliest("pk")
    with CaptureQueriesContext(connection) as queries:
        bookable_starts(StartQuery(offer=offer, store=store, now=now))
    (read,) = [q["sql"] for q in queries if "FROM booking_occupancy" in q["sql"]]
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE booking_occupancy")
        cursor.execute(f"EXPLAIN {read}")
        plan = "\n".join(line[0] for line in cursor.fetchall())
    assert "using occupancy_active" in plan or "on occupancy_active" in plan, plan
    assert "Seq Scan on booking_occupancy" not in plan


@pytest.mark.django_db
def test_queries_do_not_grow_with_people_or_days(nation: Brand) -> None:
    offer = Offer.objects.for_brand(nation).get(channel="video", store=None)
    now = timezone.now()
    counts = set()
    # Stores of which nobody has asked yet, whose hours are not remembered.
    for number, days in ((10, 1), (11, 30), (12, 60)):
        store = Store.objects.for_brand(nation).order_by("pk")[number]
        with CaptureQueriesContext(connection) as queries:
            bookable_starts(
                StartQuery(offer=offer, store=store, now=now),
                until=now.date() + dt.timedelta(days=days),
            )
        counts.add(len(queries))
    assert counts == {6}


@pytest.mark.django_db
def test_a_booking_reads_no_table_of_visits_from_end_to_end(nation: Brand) -> None:
    """By the plan that is kept for all values; psycopg prepares these statements."""
    visits = list(Appointment.objects.for_brand(nation))
    for number, visit in enumerate(visits):
        visit.customer = Customer(
            brand=nation,
            name="Alice",
            email=f"{number}@customer.example",
            erase_after=visit.erase_after,
        )
    Customer.objects.bulk_create(visit.customer for visit in visits)
    Appointment.objects.bulk_update(visits, ["customer"])
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE booking_appointment, booking_customer")
        for statement in kept_statements():
            first, *others = statement.split("%s")
            asked = first + "".join(f"${n}{part}" for n, part in enumerate(others, 1))
            cursor.execute(f"EXPLAIN (GENERIC_PLAN) {asked}")
            plan = "\n".join(line[0] for line in cursor.fetchall())
            assert "Seq Scan on booking_appointment" not in plan, plan
