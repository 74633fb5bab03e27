"""Customers who book while the hours of a whole bank are written over by a file.

Written and committed: others must see it. What was written is taken out at the end.
"""

from __future__ import annotations

import time
from multiprocessing.synchronize import Event
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.utils import timezone
from psycopg import sql

from benchmarks import _clients
from benchmarks._exchange import all_of, branches, hours, new_bank, people, steps, tried
from benchmarks._figures import p95_ms, timed
from booking.availability.query import StartQuery
from booking.availability.starts import masks_for
from booking.errors import BookingError
from booking.exchange.runs import begin_writing
from stores.access import offer_for
from stores.editing.packs import PACKS
from stores.files.door import storage
from stores.models import Brand, Posting, StaffMember, StoredFile

CLIENTS = 4
KNOWN_TO_ALL = PACKS["bank"][2].slug
EARLIER = "08:30-12:00, 14:00-18:00"
"""No visit is touched by hours that only begin sooner."""


def meanwhile_figures(*, count: int, advisers: int) -> dict[str, object]:
    """`count` people whose hours change, and four clients with so many `advisers` each
    to book, from the first portion to the last."""
    brand, user = new_bank()
    try:
        for kind, header, rows in (branches(), people(count), hours(count)):
            all_of(tried(brand, user, kind, header, rows))
        # As if everybody had come in by their invitation.
        StaffMember.objects.for_brand(brand).update(active=True)
        targets = _targets(brand, CLIENTS * advisers)
        run = tried(brand, user, *hours(count, EARLIER))
        begin_writing(run=run)
        answers = _booked_until(targets, lambda: steps(run))
        searched = timed(lambda: _search(brand, targets[0]))
    finally:
        _take_out(brand)
    codes = [code for code, _ in answers]
    return {
        "bookings_refused_by_import": len(codes) - codes.count(""),
        "booking_p95_during_import_ms": p95_ms([took for _, took in answers if took]),
        "first_search_after_import_ms": round(1000 * searched, 1),
        "booked_meanwhile": codes.count(""),
    }


def _targets(brand: Brand, count: int) -> list[_clients.Target]:
    homes = Posting.objects.for_brand(brand).filter(is_home=True)
    homes = homes.select_related("store", "staff_member")
    every = max(1, homes.count() // count)
    some = list(homes.order_by("pk")[::every])[:count]
    return _clients.free_targets(some, KNOWN_TO_ALL)


def _booked_until(targets: list[_clients.Target], work: Any) -> list[tuple[str, float]]:
    """Each client has advisers of its own: nothing but the import is in its way. The
    first booking of a process opens connections; its time is left out."""
    over, answers = _clients.FORK.Event(), _clients.FORK.Queue()
    connection.close()
    clients = [
        _clients.FORK.Process(target=_book, args=(targets[n::CLIENTS], over, answers))
        for n in range(CLIENTS)
    ]
    for client in clients:
        client.start()
    work()
    over.set()
    found = [answers.get(timeout=_clients.ANSWER_WITHIN) for _ in clients]
    for client in clients:
        client.join(_clients.ANSWER_WITHIN)
    return [answer for of_client in found for answer in of_client]


def _book(targets: list[_clients.Target], over: Event, answers: Any) -> None:
    found: list[tuple[str, float]] = []
    number = 0
    while number < len(targets) or not over.is_set():
        target = targets[number % len(targets)]
        began, code = time.perf_counter(), ""
        try:
            _clients.book(target, number // len(targets))
        except BookingError as refusal:
            code = refusal.code
        found.append((code, time.perf_counter() - began if found else 0.0))
        number += 1
    answers.put(found)
    connection.close()


def _search(brand: Brand, target: _clients.Target) -> None:
    store = target.posting.store
    offer = offer_for(store=store, topic=target.topic, channel="video")
    if offer is None:
        raise ValueError("The bank offers video.")
    masks = masks_for(StartQuery(offer=offer, store=store, now=timezone.now()))
    if not masks.starts(masks.union()):
        raise ValueError("Nobody can be booked after the import.")


def _take_out(brand: Brand) -> None:
    """Every row of the brand, without asking what hangs on what."""
    for file in StoredFile.objects.for_brand(brand):
        storage().delete(file.name)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute("SET LOCAL session_replication_role = replica")
        tables = {
            model._meta.db_table: "brand_id"
            for model in apps.get_models()
            if any(one.column == "brand_id" for one in model._meta.concrete_fields)
        }
        for table, column in (tables | {"stores_brand": "id"}).items():
            statement = sql.SQL("DELETE FROM {} WHERE {} = %s").format(
                sql.Identifier(table), sql.Identifier(column)
            )
            cursor.execute(statement, [brand.pk])
