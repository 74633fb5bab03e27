"""What the desk computes while somebody waits: `./run bench desk [--quick]`.

`sick_day_ms`: proposals for the 200 visits of one store whose advisers, twelve of
thirty, are away that day; the median of some runs, with all masks read anew. `placed`
of them find somebody, `cost` is the trouble of all together (see proposals.py). The
rows are written in a transaction that is rolled back.

`search_1m_ms`: visits by what somebody typed, names, beginnings and numbers, of a brand
with a million customers; p95 at the desk of the whole brand and of one store.

`dry_run_20k_s` and `import_20k_s`: the files of 20,000 people, with stores and topics,
and of their weeks, into 400 branches, tried and written in this process;
`import_peak_mb` is its peak of memory. While the hours of all are written once more,
four clients book: `bookings_refused_by_import`, `booking_p95_during_import_ms`, and the
search after it, `first_search_after_import_ms`.

On the server, 95th percentiles: `stores_10k_page_ms` of the list of 10,000 stores,
`team_2k_page_ms` of a team of 2,000, `measures_year_ms` of the measures over a year of
a million visits in 400 stores.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
import uuid

from django.db import transaction
from django.utils import timezone

from benchmarks._exchange import PEOPLE, exchange_figures, stores_page_ms
from benchmarks._figures import bench_brand, best_ms
from benchmarks._machine import machine
from benchmarks._meanwhile import meanwhile_figures
from benchmarks._measures import measures_year_ms
from benchmarks._pages import new_user
from benchmarks._search import searches
from booking.models import Appointment, Customer, Occupancy
from booking.rota.conflicts import ReOffers
from booking.rota.proposals import proposals
from booking.states import Status
from stores.access import offer_for
from stores.calendar.recurrence import instant
from stores.models import (
    Absence,
    Agenda,
    Brand,
    Channel,
    Competence,
    Offer,
    Posting,
    StaffMember,
    Store,
    Topic,
    WorkingHours,
)

GOALS = {
    "sick_day_ms": 1000,
    "search_1m_ms": 50,
    "dry_run_20k_s": 45,
    "import_20k_s": 90,
    "import_peak_mb": 500,
    "bookings_refused_by_import": 0,
    "booking_p95_during_import_ms": 300,
    "first_search_after_import_ms": 500,
    "stores_10k_page_ms": 150,
    "team_2k_page_ms": 150,
    "measures_year_ms": 300,
}
TEAM, AWAY, VISITS = 30, 12, 200
WHOLE, QUICK = {"count": PEOPLE, "rounds": 20}, {"count": 40, "rounds": 3}
MEANWHILE = {"count": PEOPLE, "advisers": 100}
QUICK_MEANWHILE = {"count": 40, "advisers": 2}
YEAR = {"visits": 1_000_000, "stores": 400, "rounds": 20}
QUICK_YEAR = {"visits": 500, "stores": 5, "rounds": 3}
OPEN_FROM, OPEN_MINUTES = dt.time(9), 600


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run bench desk", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args(argv).quick
    brand, _ = bench_brand(quick=quick)
    with transaction.atomic():
        figures = _told(sick_day(brand, rounds=2 if quick else 5))
        figures |= _told(searches(brand, customers=500 if quick else 1_000_000))
        figures |= _told(
            {"stores_10k_page_ms": stores_page_ms(brand, rounds=3 if quick else 20)}
        )
        year = measures_year_ms(brand, new_user(), **(QUICK_YEAR if quick else YEAR))
        figures |= _told({"measures_year_ms": year})
        transaction.set_rollback(True)
    with transaction.atomic():
        figures |= _told(exchange_figures(**(QUICK if quick else WHOLE)))
        transaction.set_rollback(True)
    figures |= meanwhile_figures(**(QUICK_MEANWHILE if quick else MEANWHILE))
    figures |= {**machine(), "goals": GOALS, "quick": quick}
    print(json.dumps(figures), flush=True)
    return 0


def _told(figures: dict[str, object]) -> dict[str, object]:
    """The same figures, said at once: the whole takes half an hour."""
    print(json.dumps(figures), file=sys.stderr, flush=True)
    return figures


def sick_day(brand: Brand, *, rounds: int) -> dict[str, object]:
    store = Store.objects.for_brand(brand).open_to_booking().earliest("pk")
    topic = Topic.objects.for_brand(brand).earliest("pk")
    day = timezone.now().astimezone(store.zone).date() + dt.timedelta(days=2)
    now = instant(day, dt.time(8), store.zone)
    visits = _visits(store, topic, _team(store, topic), day)
    planned = proposals(visits, ReOffers(now=now), now=now)

    def again() -> None:
        proposals(visits, ReOffers(now=now), now=now)

    return {
        "sick_day_ms": best_ms(again, rounds=rounds),
        "visits": len(visits),
        "placed": len(planned),
    }


def _team(store: Store, topic: Topic) -> list[Agenda]:
    brand = store.brand
    people = StaffMember.objects.bulk_create(
        StaffMember(brand=brand, first_name=f"Bench {n}") for n in range(TEAM)
    )
    agendas = Agenda.objects.bulk_create(
        Agenda(brand=brand, staff_member=one) for one in people
    )
    Posting.objects.bulk_create(
        Posting(brand=brand, staff_member=one, store=store) for one in people
    )
    Competence.objects.bulk_create(
        Competence(brand=brand, staff_member=one, topic=topic) for one in people
    )
    WorkingHours.objects.bulk_create(
        WorkingHours(
            brand=brand,
            agenda=agenda,
            store=store,
            weekday=weekday,
            starts_at=OPEN_FROM,
            minutes=OPEN_MINUTES,
            channels=list(Channel.values),
        )
        for agenda in agendas
        for weekday in range(7)
    )
    return agendas


def _visits(
    store: Store, topic: Topic, agendas: list[Agenda], day: dt.date
) -> list[Appointment]:
    """The visits of those who are away, one after another on each agenda."""
    offer = offer_for(store=store, topic=topic, channel=Channel.VIDEO)
    if offer is None:
        raise ValueError("The bench brand offers video.")
    opens = instant(day, OPEN_FROM, store.zone)
    took = dt.timedelta(
        minutes=offer.buffer_before + offer.duration + offer.buffer_after
    )
    rows = [
        _visit(offer, store, agendas[n % AWAY], opens + n // AWAY * took)
        for n in range(VISITS)
    ]
    Appointment.objects.bulk_create(visit for visit, _ in rows)
    Occupancy.objects.bulk_create(taken for _, taken in rows)
    Absence.objects.bulk_create(
        Absence(
            brand=store.brand,
            agenda=agenda,
            starts_at=opens,
            ends_at=opens + dt.timedelta(hours=15),
            reason=Absence.Reason.SICKNESS,
        )
        for agenda in agendas[:AWAY]
    )
    return [visit for visit, _ in rows]


def _visit(
    offer: Offer, store: Store, agenda: Agenda, starts_at: dt.datetime
) -> tuple[Appointment, Occupancy]:
    brand, ends_at = store.brand, starts_at + dt.timedelta(minutes=offer.duration)
    customer = Customer.objects.create(
        brand=brand, name="Bench", phone="+33612345678", erase_after=ends_at
    )
    visit = Appointment(
        id=uuid.uuid4(),
        brand=brand,
        store=store,
        customer=customer,
        topic=offer.topic,
        offer=offer,
        staff_member=agenda.staff_member,
        channel=offer.channel,
        status=Status.CONFIRMED,
        starts_at=starts_at,
        ends_at=ends_at,
        time_zone=store.time_zone,
        created_at=starts_at,
        erase_after=ends_at,
    )
    taken = Occupancy(
        brand=brand,
        agenda=agenda,
        appointment=visit,
        starts_at=starts_at,
        ends_at=ends_at,
    )
    return visit, taken
