"""A brand with as many customers as a bank has, and words that its staff types."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.db import connection
from django.utils import timezone

from benchmarks._figures import p95_ms, timed
from booking.staff.search import queries
from stores.accounts.workplace import Workplace
from stores.models import Brand, Membership, Role, Store, User

FIRST = (
    *("Marie", "Jean", "Élodie", "Karim", "Léa", "Hugo", "Zoé", "Françoise", "Théo"),
    *("Inès", "Paul", "Jade", "Louis", "Aya", "Noé", "Maud", "Nadia", "Chloé", "Émile"),
    *("Agathe", "Yanis", "Camille", "Ève", "Mathilde", "Gaël", "Rosa", "Anaïs", "Luc"),
)
SYLLABLES = (
    *("mar", "tin", "ber", "nard", "du", "bois", "ro", "bert", "ri", "chard", "pe"),
    *("tit", "mo", "reau", "lau", "rent", "si", "mon"),
)

PLANT = """
WITH first AS (SELECT %(first)s::text[] AS names),
     syllables AS (SELECT %(syllables)s::text[] AS parts),
     people AS (
        SELECT n, gen_random_uuid() AS customer, gen_random_uuid() AS visit,
               names[1 + mod(n * 5, cardinality(names))] || ' ' || initcap(
               parts[1 + mod(n * 11, cardinality(parts))] ||
               parts[1 + mod(n / 17, cardinality(parts))] ||
               CASE WHEN mod(n, 3) = 0 THEN '' ELSE
               parts[1 + mod(n / 289, cardinality(parts))] END) AS name
        FROM generate_series(1, %(customers)s) AS n, first, syllables),
     customers AS (
        INSERT INTO booking_customer (id, brand_id, name, email, phone, language,
            created_at, erase_after)
        SELECT customer, %(brand)s, name, 'c' || n || '@example.org',
            '+336' || lpad(n::text, 8, '0'), 'fr', now(), now() + interval '1 year'
        FROM people)
INSERT INTO booking_appointment (id, brand_id, store_id, customer_id, topic_id,
    offer_id, staff_member_id, channel, status, outcome, starts_at, ends_at, time_zone,
    language, question, answer, source, is_trial, network, version, sequence,
    delay_minutes, created_at, erase_after)
SELECT visit, like_it.brand_id, stores.ids[1 + mod(n, cardinality(stores.ids))],
    customer, topic_id, offer_id, staff_member_id, channel, 'done', '',
    now() - n * interval '1 minute', now() - n * interval '1 minute' + interval
    '20 minutes', time_zone, 'fr', '', '', '', false, '', 1, 0, 0, now(),
    now() + interval '1 year'
FROM people, (SELECT * FROM booking_appointment WHERE brand_id = %(brand)s LIMIT 1)
    AS like_it, (SELECT array_agg(id) AS ids FROM stores_store
    WHERE brand_id = %(brand)s AND active) AS stores
"""


# The words of all at once, as the trigger writes them one visit at a time: a million
# calls of it take ten minutes. `_check_words` compares some.
WORDS = """
INSERT INTO booking_searchword (brand_id, appointment_id, store_id, word)
SELECT visit.brand_id, visit.id, visit.store_id, found.word
FROM booking_appointment visit JOIN booking_customer customer
    ON customer.id = visit.customer_id
CROSS JOIN LATERAL (
    SELECT unnest(string_to_array(booking_folded(customer.name), ' '))
    UNION SELECT ltrim(customer.phone, '+')
    UNION SELECT customer.email) AS found (word)
WHERE visit.brand_id = %(brand)s AND visit.status = 'done' AND found.word <> ''
    AND customer.email LIKE 'c%%@example.org'
"""
SOME = """
SELECT array_agg(word ORDER BY word) FROM booking_searchword WHERE appointment_id IN (
    SELECT id FROM booking_appointment WHERE brand_id = %(brand)s AND status = 'done'
    ORDER BY starts_at LIMIT 50)
"""
AGAIN = """
SELECT count(booking_write_words(id)) FROM (
    SELECT id FROM booking_appointment WHERE brand_id = %(brand)s AND status = 'done'
    ORDER BY starts_at LIMIT 50) AS visit
"""
BY_HAND = ("booking_customer", "booking_appointment", "booking_searchword")
"""Tables whose triggers rest while a million rows are written; it ends with the
transaction, which is rolled back."""


def _plant(brand: Brand, customers: int) -> None:
    facts: dict[str, Any] = {
        "first": list(FIRST),
        "syllables": list(SYLLABLES),
        "customers": customers,
        "brand": brand.pk,
    }
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in BY_HAND:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
        cursor.execute(PLANT, facts)
        # The planner still takes the tables for empty ones.
        cursor.execute("ANALYZE booking_customer, booking_appointment")
        cursor.execute(WORDS, facts)
        cursor.execute(SOME, facts)
        before = cursor.fetchone()
        cursor.execute(AGAIN, facts)
        cursor.execute(SOME, facts)
        if before != cursor.fetchone():
            raise ValueError("The trigger writes other words than this file.")
        for table in BY_HAND:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER ALL")
        cursor.execute("ANALYZE booking_searchword")


def searches(brand: Brand, *, customers: int) -> dict[str, object]:
    """Needs one visit of the brand to write others like it. A million take some
    minutes."""
    _plant(brand, customers)
    store = Store.objects.for_brand(brand).open_to_booking().earliest("pk")
    store.brand = brand
    took = {
        "brand": _timed(_workplace(brand, None, Role.ADMIN), customers),
        "store": _timed(_workplace(brand, store, Role.MANAGER), customers),
    }
    return {
        "search_1m_ms": max(map(p95_ms, took.values())),
        "search_brand_ms": p95_ms(took["brand"]),
        "search_store_ms": p95_ms(took["store"]),
        "customers": customers,
    }


def _workplace(brand: Brand, store: Store | None, role: Role) -> Workplace:
    membership = Membership(brand=brand, store=store, role=role, user=User())
    return Workplace(
        membership=membership, brand=brand, store=store, staff_member=None, role=role
    )


def _timed(workplace: Workplace, customers: int) -> list[float]:
    def search(typed: str) -> None:
        queries.visits(workplace, typed, region="FR", now=timezone.now())

    return [timed(partial(search, typed)) for typed in _typed(customers)]


def _typed(customers: int) -> Iterator[str]:
    """Two hundred times what people type: whole names, beginnings, both names, numbers,
    addresses, and names that nobody has."""
    draw = random.Random(9)
    for _ in range(34 if customers > 10_000 else 3):
        n, syllable = draw.randrange(1, customers), draw.choice(SYLLABLES)
        last = syllable + draw.choice(SYLLABLES) + draw.choice(SYLLABLES)
        first = draw.choice(FIRST)
        yield from (last, syllable, f"{first} {last}", f"{first[:3]} {syllable}")
        yield from (f"06{n:08}", f"c{n}@example.org", f"{last}ov")
