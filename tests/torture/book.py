"""Nobody gets a time twice, and nothing is half written: `./run torture book`.

Two hundred clients ask over HTTP for the same few hours of two small stores. Video is
aligned (half hours on the half hour), callbacks overlap (half hours every ten minutes),
a visit in store needs three agendas: its adviser, the one booth and one of two chairs.
All three are served by the same six people. Two web processes answer; every few seconds
one of them is killed (SIGKILL) and started again, once the other is there to be asked.

A client counts as acknowledged what it has on disk (fsync) after a 2xx. A reset, which
is what a killed process leaves of a request, is tried again with the same key until
it is answered.

Keys: `attempts`; `double` (pairs of active rows of one agenda that overlap, and pairs
of appointments of one adviser); `half` (appointments and live holds without each of
their agendas, appointments without their link or their one event);
`acknowledged_minus_stored`; `client_5xx`; `resets`. A 503 with Retry-After is a polite
refusal, which clients try again: it is counted apart, in `busy_503`. `unanswered` are
requests that nobody answered in two minutes, `stored_minus_acknowledged` appointments
that no client was told of. `web_cpu_s` is the processor time of all web processes.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import random
import resource
import sys
import tempfile
import threading
import time
from pathlib import Path

from django.db import connection
from django.utils import timezone

from booking.availability.query import StartQuery
from booking.models import Appointment
from stores.models import Agenda, Brand, Channel, Offer, Resource, Store
from tests.booking.starts import bookable_starts
from tests.torture._shoppers import Shopper, Tally, Window, Wish
from tests.torture._webs import Webs, nemesis
from visavis.demo.bench_database import NAME, use_bench_database
from visavis.demo.nation import TOPIC, plant_nation

STORES, STAFF = 2, 6
THINGS = {"booth": 1, "chair": 2}
"""What each store has, one of each for a visit in store; three people serve there."""
SHAPES: dict[str, dict[str, object]] = {
    Channel.VIDEO: {"duration": 30, "step": 30},
    Channel.CALLBACK: {"duration": 30, "step": 10},
    Channel.IN_STORE: {
        "duration": 45,
        "step": 15,
        "resource_kind": "booth",
        "further_resources": ["chair"],
    },
}
NAMES = {
    Channel.VIDEO: "aligned",
    Channel.CALLBACK: "overlapping",
    Channel.IN_STORE: "three_agendas",
}
MUST_BE_ZERO = (
    "double", "half", "acknowledged_minus_stored", "client_5xx", "unanswered",
)  # fmt: skip

DOUBLE = """
SELECT count(*) FROM booking_occupancy a JOIN booking_occupancy b
    ON a.agenda_id = b.agenda_id AND a.id < b.id AND a.during && b.during
 WHERE a.active AND b.active AND NOT a.overlap_allowed AND NOT b.overlap_allowed
"""
DOUBLE_VISITS = """
SELECT count(*) FROM booking_appointment a JOIN booking_appointment b
    ON a.staff_member_id = b.staff_member_id AND a.id < b.id
   AND a.starts_at < b.ends_at AND b.starts_at < a.ends_at
 WHERE a.status IN ('confirmed', 'requested') AND b.status IN ('confirmed', 'requested')
"""
HALF = """
SELECT count(*) FROM booking_appointment v JOIN stores_offer o ON o.id = v.offer_id
 WHERE v.source = 'api' AND (
   (SELECT count(*) FROM booking_occupancy t WHERE t.appointment_id = v.id AND t.active)
     <> 1 + (o.resource_kind <> '')::int + cardinality(o.further_resources)
   OR NOT EXISTS (SELECT FROM booking_accesslink l WHERE l.appointment_id = v.id)
   OR (SELECT count(*) FROM booking_appointmentevent e WHERE e.appointment_id = v.id)
     <> 1)
"""
HALF_HOLDS = """
SELECT count(*) FROM booking_hold h JOIN stores_offer o ON o.id = h.offer_id
 WHERE (SELECT count(*) FROM booking_occupancy t WHERE t.hold_id = h.id AND t.active)
     <> 1 + (o.resource_kind <> '')::int + cardinality(o.further_resources)
"""


def ground() -> tuple[Brand, str]:
    """A small brand, new each time."""
    url = use_bench_database(f"{NAME}_torture")
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE stores_brand CASCADE")
    brand = plant_nation(
        stores=STORES, staff=STAFF, now=timezone.now(), progress=lambda *_: None
    )
    for channel, shape in SHAPES.items():
        Offer.objects.for_brand(brand).filter(channel=channel).update(**shape)
    for store in Store.objects.for_brand(brand):
        for kind, count in THINGS.items():
            for number in range(count):
                thing = Resource.objects.create(
                    brand=brand, store=store, kind=kind, name=f"{kind} {number}"
                )
                Agenda.objects.create(brand=brand, resource=thing)
    return brand, url


def wishes_of(brand: Brand, *, days: int) -> list[Wish]:
    """All starts of some days from tomorrow, in order of time, all kinds together."""
    now = timezone.now()
    first = timezone.localdate() + dt.timedelta(days=2)
    until = first + dt.timedelta(days=days - 1)
    found = [
        (
            start.starts_at,
            Wish(store.slug, TOPIC, offer.channel, start.local.isoformat()),
        )
        for store in Store.objects.for_brand(brand)
        for offer in Offer.objects.for_brand(brand)
        for start in bookable_starts(
            StartQuery(offer=offer, store=store, now=now), since=first, until=until
        )
    ]
    found.sort(key=lambda pair: pair[0])
    return [wish for _, wish in found]


def rush(brand: Brand, webs: Webs, acks: Path, *, clients: int, attempts: int) -> Tally:
    tally = Tally()
    # Eight times as many attempts as wishes: each is fought for, many are sold.
    wishes = wishes_of(brand, days=max(1, attempts // 2_000))
    window = Window(wishes[: max(attempts // 8, 48)], attempts)
    threads = []
    for number in range(clients):
        shopper = Shopper(
            number, ports=webs.ports, brand=brand.slug, tally=tally, acks=acks
        )
        threads.append(
            threading.Thread(
                target=shopper.run,
                args=(window, attempts // clients),
                kwargs={"dice": random.Random(number)},
                # They ask until they are answered: a trial that is stopped ends them.
                daemon=True,
            )
        )
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():
            thread.join(timeout=20)
            print(dict(tally.counts), file=sys.stderr, flush=True)
    return tally


def count_of(query: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(query)
        (count,) = cursor.fetchone()
    return int(count)


def verdict(acks: Path) -> dict[str, int]:
    """What the database holds, against what the clients have on disk."""
    rows = Appointment.objects.all_brands().filter(source=Appointment.Source.API)
    stored = {str(pk) for pk in rows.values_list("pk", flat=True)}
    told = {line for path in acks.iterdir() for line in path.read_text().split()}
    return {
        "double": count_of(DOUBLE) + count_of(DOUBLE_VISITS),
        "half": count_of(HALF) + count_of(HALF_HOLDS),
        "acknowledged_minus_stored": len(told - stored),
        "stored_minus_acknowledged": len(stored - told),
        "stored": len(stored),
    }


SEEN = ("client_5xx", "resets", "busy_503", "acknowledged", "unanswered")


def trial(*, clients: int, attempts: int) -> dict[str, object]:
    brand, url = ground()
    with tempfile.TemporaryDirectory() as folder:
        acks = Path(folder) / "acks"
        acks.mkdir()
        webs = Webs(url, Path(folder) / "web.log")
        try:
            webs.wait_until_up()
            with nemesis(webs):
                tally = rush(brand, webs, acks, clients=clients, attempts=attempts)
        finally:
            webs.stop()
        found = verdict(acks)
    counts = tally.counts
    seen = {name: counts[name] for name in ("attempts", *SEEN)}
    sold = {name: counts.pop(f"sold_{channel}", 0) for channel, name in NAMES.items()}
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        **seen,
        **found,
        "sold": sold,
        "refused": {name: n for name, n in counts.items() if name not in seen},
        "web_cpu_s": round(used.ru_utime + used.ru_stime, 1),
        "kills": webs.kills,
        "clients": clients,
        "p99_s": round(sorted(tally.seconds)[int(0.99 * len(tally.seconds))], 2),
    }


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run torture book", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--clients", type=int)
    parser.add_argument("--attempts", type=int)
    chosen = parser.parse_args(argv)
    began = time.monotonic()
    figures = trial(
        clients=chosen.clients or (50 if chosen.quick else 200),
        attempts=chosen.attempts or (300 if chosen.quick else 20_000),
    )
    figures |= {
        "took_s": round(time.monotonic() - began, 1),
        "load": round(os.getloadavg()[0], 1),
        "quick": chosen.quick,
    }
    print(json.dumps(figures), flush=True)
    return int(any(figures[name] for name in MUST_BE_ZERO))
