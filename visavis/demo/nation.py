"""A chain as large as a country has, for the measurements: one topic, three channels.

Planted in pieces of 500 stores, each in one transaction: if stopped it goes on
later where it stopped. Same numbers, same rows: places and visits follow from the
number of the store, not from chance.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import connection, transaction

from booking.models import Customer
from stores.models import (
    Agenda,
    Brand,
    Channel,
    Competence,
    Offer,
    Posting,
    StaffMember,
    Store,
    Topic,
)

SLUG = "nation"
TOPIC = "first-visit"
PIECE = 500
VISITS = 10
GOLDEN, SILVER = 0.6180339887498949, 0.4142135623730951
MINUTES = {Channel.VIDEO: 30, Channel.CALLBACK: 15, Channel.IN_STORE: 45}

HOURS = """
INSERT INTO stores_workinghours (brand_id, agenda_id, store_id, weekday, starts_at,
                                 minutes, channels, every_n_weeks)
SELECT p.brand_id, a.id, p.store_id, weekday, '09:00', 600,
       ARRAY['video', 'callback', 'in_store'], 1
  FROM stores_posting p JOIN stores_agenda a USING (staff_member_id)
       CROSS JOIN generate_series(0, 5) weekday
 WHERE p.store_id = ANY(%(stores)s)
"""
# One visit per day and person at most, so that no two of a person overlap: five and
# the 56 days have no common divisor.
BUSY = """
WITH made AS (
  INSERT INTO booking_appointment (id, brand_id, store_id, customer_id, topic_id,
      offer_id, staff_member_id, channel, status, outcome, starts_at, ends_at,
      time_zone, language, question, source, version, sequence, delay_minutes,
      created_at, erase_after)
  SELECT gen_random_uuid(), p.brand_id, p.store_id, c.id, o.topic_id, o.id,
         p.staff_member_id, o.channel, 'confirmed', '', t.at,
         t.at + interval '30 minutes', 'Europe/Paris', 'fr', '', 'web', 1, 0, 0,
         %(now)s, %(now)s + interval '90 days'
    FROM stores_posting p
         JOIN booking_customer c ON c.brand_id = p.brand_id
              AND c.name = 'Store ' || p.store_id
         JOIN stores_offer o ON o.id = %(offer)s
         CROSS JOIN generate_series(1, %(visits)s) n
         CROSS JOIN LATERAL (SELECT %(midnight)s
             + make_interval(days => (1 + (p.staff_member_id * 7 + n * 5) %% 56)::int,
                             hours => (8 + (p.staff_member_id + n * 3) %% 8)::int)
             AS at) t
   WHERE p.store_id = ANY(%(stores)s)
  RETURNING id, brand_id, staff_member_id, starts_at, ends_at)
INSERT INTO booking_occupancy (brand_id, agenda_id, appointment_id, starts_at, ends_at,
                               active, overlap_allowed, created_at)
SELECT made.brand_id, a.id, made.id, starts_at, ends_at, true, false, %(now)s
  FROM made JOIN stores_agenda a USING (staff_member_id)
"""


def plant_nation(
    *, stores: int, staff: int, now: dt.datetime, progress: Callable[[int, int], None]
) -> Brand:
    """The brand with that many stores and people; what stands already is kept.

    `progress(done, all)` is told in stores.
    """
    brand, offers = _brand()
    done = Store.objects.for_brand(brand).count()
    progress(done, stores)
    while done < stores:
        until = min(done + PIECE, stores)
        with transaction.atomic():
            homes = _plant_stores(brand, range(done, until), stores, staff)
            _plant_people(brand, offers[0].topic, homes)
            _plant_time({home.pk for home in homes}, brand, offers, now)
        done = until
        progress(done, stores)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return brand


def _brand() -> tuple[Brand, list[Offer]]:
    with transaction.atomic():
        brand, _ = Brand.objects.get_or_create(
            slug=SLUG,
            defaults={"name": "Nation", "short_name": "Nation", "languages": ["fr"]},
        )
        topic, _ = Topic.objects.for_brand(brand).get_or_create(
            slug=TOPIC, defaults={"brand": brand, "name": {"fr": "Premier rendez-vous"}}
        )
        for channel, minutes in MINUTES.items():
            Offer.objects.for_brand(brand).get_or_create(
                topic=topic,
                channel=channel,
                store=None,
                defaults={"brand": brand, "duration": minutes, "horizon": 60},
            )
    return brand, list(Offer.objects.for_brand(brand).select_related("topic"))


def _point(number: int) -> tuple[float, float]:
    """Spread over the country by two irrational steps: even, no two in one place."""
    return 42.5 + 8.4 * (number * GOLDEN % 1), -4.5 + 12.5 * (number * SILVER % 1)


def _plant_stores(brand: Brand, numbers: range, stores: int, staff: int) -> list[Store]:
    """The home of each person to plant; a store without any gets no hours either."""
    rows = Store.objects.bulk_create(
        Store(
            brand=brand,
            slug=f"store-{number}",
            name=f"Store {number}",
            city=f"Town {number}",
            latitude=_point(number)[0],
            longitude=_point(number)[1],
        )
        for number in numbers
    )
    # Shares of the people, in whole persons, that add up over all stores.
    return [
        row
        for number, row in zip(numbers, rows, strict=True)
        for _ in range(number * staff // stores, (number + 1) * staff // stores)
    ]


def _plant_time(
    stores: set[int], brand: Brand, offers: list[Offer], now: dt.datetime
) -> None:
    """Hours, and visits of one customer per store."""
    Customer.objects.bulk_create(
        Customer(
            brand=brand,
            name=f"Store {pk}",
            email="nobody@nation.example",
            erase_after=now + dt.timedelta(days=90),
        )
        for pk in stores
    )
    facts: dict[str, Any] = {
        "stores": list(stores),
        "now": now,
        "midnight": now.replace(hour=0, minute=0, second=0, microsecond=0),
        "offer": next(o.pk for o in offers if o.channel == Channel.VIDEO),
        "visits": VISITS,
    }
    with connection.cursor() as cursor:
        cursor.execute(HOURS, facts)
        cursor.execute(BUSY, facts)


def _plant_people(brand: Brand, topic: Topic, homes: list[Store]) -> None:
    people = StaffMember.objects.bulk_create(
        StaffMember(brand=brand, first_name=f"Person {n}") for n in range(len(homes))
    )
    Posting.objects.bulk_create(
        Posting(brand=brand, staff_member=person, store=store, is_home=True)
        for person, store in zip(people, homes, strict=True)
    )
    Competence.objects.bulk_create(
        Competence(brand=brand, staff_member=person, topic=topic) for person in people
    )
    Agenda.objects.bulk_create(
        Agenda(brand=brand, staff_member=person) for person in people
    )
