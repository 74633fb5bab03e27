"""Nobody gets a time twice, and nothing is half written: `./run torture book`.

Two hundred clients ask over HTTP for the same hours of two small stores: aligned,
overlapping (half hours in steps of a quarter), and with an adviser and a booth in one
appointment. Two web processes serve them, and one of the two is killed every few
seconds. A client counts as acknowledged what it has on disk after a 2xx.

Keys: `attempts`, `double` (pairs of active rows of one agenda that overlap), `half`
(appointments without each of their agendas, their link or their first event),
`acknowledged_minus_stored`, `client_5xx` (a 503 is an answer to try again, counted in
`busy_503`), `resets`.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from django.db import connection
from django.utils import timezone

from booking import search
from booking.models import Appointment
from stores.models import Agenda, Brand, Offer, Resource, Store
from tests.torture._shoppers import Shopper, Tally, Wish
from visavis.demo.bench_database import NAME, use_bench_database
from visavis.demo.nation import TOPIC, plant_nation
from visavis.devstack.ports import free_port
from visavis.devstack.product import web
from visavis.devstack.state import ROOT

STORES, STAFF = 2, 6
BOOTH = "booth"
KILL_EVERY = 6.0
MUST_BE_ZERO = ("double", "half", "acknowledged_minus_stored", "client_5xx")

DOUBLE = """
SELECT count(*) FROM booking_occupancy a JOIN booking_occupancy b
    ON a.agenda_id = b.agenda_id AND a.id < b.id AND a.during && b.during
 WHERE a.active AND b.active AND NOT a.overlap_allowed AND NOT b.overlap_allowed
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


class Webs:
    """Two web processes; `kill` ends one as a power cut would, and starts it anew."""

    def __init__(self, database_url: str, log: Path) -> None:
        self.ports = [free_port(), free_port()]
        self._url = database_url
        self._log = log.open("wb")
        self._running = [self._start(port) for port in self.ports]
        self.kills = 0

    def _start(self, port: int) -> subprocess.Popen[bytes]:
        program = web(port)
        named = {"DATABASE_URL": self._url, "TRUSTED_PROXIES": "1", "PORT": str(port)}
        return subprocess.Popen(
            [str(part) for part in program.args],
            cwd=ROOT,
            env=dict(os.environ) | dict(program.env) | named,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    def kill(self, number: int) -> None:
        self._running[number].send_signal(signal.SIGKILL)
        self._running[number].wait()
        self._running[number] = self._start(self.ports[number])
        self.kills += 1

    def is_up(self, number: int) -> bool:
        try:
            socket.create_connection(("127.0.0.1", self.ports[number]), 1).close()
        except OSError:
            return False
        return True

    def stop(self) -> None:
        for process in self._running:
            process.kill()
            process.wait()
        self._log.close()


@contextlib.contextmanager
def nemesis(webs: Webs) -> Iterator[None]:
    """Kills one web process after the other for the length of a `with`."""
    over = threading.Event()

    def work() -> None:
        number = 0
        while not over.wait(KILL_EVERY):
            # Never the last one that answers: somebody must be there to be asked.
            if webs.is_up(1 - number % 2):
                webs.kill(number % 2)
                number += 1

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def ground() -> tuple[Brand, str]:
    """A small brand, new each time, with one booth per store."""
    url = use_bench_database(f"{NAME}_torture")
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE stores_brand CASCADE")
    brand = plant_nation(
        stores=STORES, staff=STAFF, now=timezone.now(), progress=lambda *_: None
    )
    Offer.objects.for_brand(brand).filter(channel="in_store").update(
        resource_kind=BOOTH
    )
    for store in Store.objects.for_brand(brand):
        booth = Resource.objects.create(
            brand=brand, store=store, kind=BOOTH, name=BOOTH
        )
        Agenda.objects.create(brand=brand, resource=booth)
    return brand, url


def wishes_of(brand: Brand) -> list[Wish]:
    now = timezone.now()
    return [
        Wish(store.slug, TOPIC, offer.channel, start.starts_at.isoformat())
        for store in Store.objects.for_brand(brand)
        for offer in Offer.objects.for_brand(brand)
        for start in search.starts(offer=offer, store=store, now=now)[:400]
    ]


def rush(brand: Brand, webs: Webs, acks: Path, *, clients: int, attempts: int) -> Tally:
    tally, wishes = Tally(), wishes_of(brand)
    threads = []
    for number in range(clients):
        shopper = Shopper(
            number, ports=webs.ports, brand=brand.slug, tally=tally, acks=acks
        )
        share = attempts // clients
        dice = random.Random(number)
        threads.append(
            threading.Thread(
                target=shopper.run, args=(wishes, share), kwargs={"dice": dice}
            )
        )
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tally


def verdict(acks: Path) -> dict[str, int]:
    """What the database holds, against what the clients have on disk."""
    with connection.cursor() as cursor:
        cursor.execute(DOUBLE)
        (double,) = cursor.fetchone()
        cursor.execute(HALF)
        (half,) = cursor.fetchone()
    rows = Appointment.objects.all_brands().filter(source=Appointment.Source.API)
    stored = {str(pk) for pk in rows.values_list("pk", flat=True)}
    told = {line for path in acks.iterdir() for line in path.read_text().split()}
    return {
        "double": double,
        "half": half,
        "acknowledged_minus_stored": len(told - stored),
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
            with nemesis(webs):
                tally = rush(brand, webs, acks, clients=clients, attempts=attempts)
        finally:
            webs.stop()
        found = verdict(acks)
    counts = tally.counts
    seen = {name: counts[name] for name in ("attempts", *SEEN)}
    return {
        **seen,
        **found,
        "refused": {name: n for name, n in counts.items() if name not in seen},
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
        clients=chosen.clients or (20 if chosen.quick else 200),
        attempts=chosen.attempts or (120 if chosen.quick else 20_000),
    )
    figures |= {
        "took_s": round(time.monotonic() - began, 1),
        "load": round(os.getloadavg()[0], 1),
        "quick": chosen.quick,
    }
    print(json.dumps(figures), flush=True)
    return int(any(figures[name] for name in MUST_BE_ZERO))
