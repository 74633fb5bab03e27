"""The page of measures over a year of a million visits, with two years of facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from benchmarks._pages import pages_ms, signed_in
from stores.models import Brand, Store, User

CHANNELS = ("video", "callback", "in_store")
DAYS = 730
# Each visit is a row of its own at worst: two of a topic, channel, store and day are
# few where a store has seven a day.
FACTS = """
INSERT INTO booking_dayfacts (brand_id, store_id, topic_id, channel, day, due, kept,
    on_time, missed_by_customer, missed_by_staff, cancelled_by_customer,
    cancelled_by_store, switched, minutes)
SELECT %(brand)s, stores.ids[1 + mod(n, cardinality(stores.ids))],
    topics.ids[1 + mod(n / 7, cardinality(topics.ids))],
    (%(channels)s::text[])[1 + mod(n / 3, 3)], current_date - 1 - mod(n / 11, %(days)s),
    6, 5, 4, 1, 0, 1, 0, 1, 100
FROM generate_series(1, %(visits)s) AS n,
    (SELECT array_agg(id) AS ids FROM (SELECT id FROM stores_store
        WHERE brand_id = %(brand)s ORDER BY id LIMIT %(stores)s) AS few) AS stores,
    (SELECT array_agg(id) AS ids FROM stores_topic WHERE brand_id = %(brand)s) AS topics
ON CONFLICT DO NOTHING
"""
WHOLE_BRAND = """
INSERT INTO booking_dayfacts (brand_id, store_id, topic_id, channel, day, due, kept,
    on_time, missed_by_customer, missed_by_staff, cancelled_by_customer,
    cancelled_by_store, switched, minutes)
SELECT brand_id, NULL, topic_id, channel, day, sum(due), sum(kept), sum(on_time),
    sum(missed_by_customer), sum(missed_by_staff), sum(cancelled_by_customer),
    sum(cancelled_by_store), sum(switched), sum(minutes)
FROM booking_dayfacts WHERE brand_id = %(brand)s AND store_id IS NOT NULL
GROUP BY brand_id, topic_id, channel, day ON CONFLICT DO NOTHING
"""
HOURS = """
INSERT INTO booking_hourfacts (brand_id, store_id, day, hour, demand, present)
SELECT %(brand)s, place, current_date - day, hour, 2, 120
FROM (SELECT id FROM stores_store WHERE brand_id = %(brand)s
        ORDER BY id LIMIT %(stores)s) AS few (place),
    generate_series(1, %(days)s) AS day, generate_series(9, 18) AS hour
UNION ALL
SELECT %(brand)s, NULL, current_date - day, hour, 2 * %(stores)s, 120 * %(stores)s
FROM generate_series(1, %(days)s) AS day, generate_series(9, 18) AS hour
ON CONFLICT DO NOTHING
"""


def measures_year_ms(
    brand: Brand, user: User, *, visits: int, stores: int, rounds: int
) -> float:
    """p95 of the page over a year, of the whole brand and of one store; `visits` are
    those of one year. To be rolled back."""
    facts: dict[str, Any] = {
        "brand": brand.pk,
        "channels": list(CHANNELS),
        "days": DAYS,
        "visits": 2 * visits,
        "stores": stores,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        for statement in (FACTS, WHOLE_BRAND, HOURS):
            cursor.execute(statement, facts)
        cursor.execute("ANALYZE booking_dayfacts, booking_hourfacts")
    return pages_ms(signed_in(brand, user), _pages(brand), rounds)


def _pages(brand: Brand) -> Sequence[str]:
    store = Store.objects.for_brand(brand).earliest("pk")
    year = f"/desk/measures/?store={store.pk}&days=365"
    return [f"{year}&whole=1", year]
