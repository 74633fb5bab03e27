"""`./run bench deliver`: how fast one sweeper is, what a claim costs in a full table.

For the goal the provider answers at once, in the process, so what is measured is ours:
claim, read again, render, mark; and before that, planning. `smtp_…` is the same to an
SMTP server of its own process, which takes a core for itself. A database is made for
it all and dropped again.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime as dt
import json
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from benchmarks._machine import machine
from booking.links import issue_link
from booking.models import Actor, Appointment, Customer, EventKind
from booking.states import Status
from notifications.channels.base import Channel as MessageChannel
from notifications.channels.base import Handed, Message
from notifications.channels.email import EmailChannel
from notifications.outbox.claims import claim_next
from notifications.outbox.dispatch import Sender
from notifications.outbox.planner import plan_many
from stores.models import Brand, Channel, Offer, StaffMember, Store, Topic
from visavis.devstack.ports import LOOPBACK
from visavis.devstack.servers.mailbox import await_mailbox, start_mailbox

GOALS = {"per_second": 200, "claim_ms_at_1m": 5}
FULL_TABLE = 1_000_000
CLAIMS = 200
WARM_UP = 50

_FILL = """
INSERT INTO notifications_delivery
    (brand_id, appointment_id, sequence, kind, channel, recipient, due_at,
     useless_after, state, tries, provider_key, provider_reference, problem, created_at)
SELECT %s, %s, 100 + n, 'reminder_day', 'email', 'customer',
    now() + (n - %s) * interval '1 second', now() + interval '9 years',
    CASE WHEN n %% 20 = 0 THEN 'due' ELSE 'sent' END, 0, gen_random_uuid(), '', '',
    now()
FROM generate_series(1, %s) n
"""


class AtOnce:
    def send(self, message: Message) -> Handed:
        return Handed(message.key.hex)


def make_visits(count: int, now: dt.datetime) -> list[Appointment]:
    """Confirmed visits as a booking leaves them, with an event that nobody has read."""
    brand = Brand.objects.create(
        slug="bench", name="Bench", short_name="Bench", languages=["fr", "en"]
    )
    store = Store.objects.create(brand=brand, slug="one", name="One", city="Lille")
    topic = Topic.objects.create(
        brand=brand, slug="topic", name={"fr": "Sujet", "en": "Topic"}
    )
    offer = Offer.objects.create(
        brand=brand, topic=topic, channel=Channel.VIDEO, duration=20, step=5
    )
    staff = StaffMember.objects.create(brand=brand, first_name="Inès")
    return [_visit(store, offer, staff, now) for _ in range(count)]


def _visit(
    store: Store, offer: Offer, staff: StaffMember, now: dt.datetime
) -> Appointment:
    later = now + dt.timedelta(days=90)
    customer = Customer.objects.create(
        brand=store.brand, name="Léa", email="lea@customer.example", erase_after=later
    )
    visit = Appointment.objects.create(
        brand=store.brand, store=store, customer=customer, topic=offer.topic,
        offer=offer, staff_member=staff, channel=offer.channel,
        status=Status.CONFIRMED, starts_at=now + dt.timedelta(days=3),
        ends_at=now + dt.timedelta(days=3, minutes=20), time_zone=store.time_zone,
        created_at=now, erase_after=later,
    )  # fmt: skip
    issue_link(visit, now=now)
    visit.record(EventKind.BOOKED, by=Actor.customer(), now=now)
    return visit


@dataclass(frozen=True)
class Pace:
    """`each`: milliseconds of this process's processor, without waiting."""

    count: int
    per_second: float
    each: float


def paced(act: Callable[[], int]) -> Pace:
    """How many a second, and what each costs; `act` says how many it did."""
    began, worked = time.perf_counter(), time.process_time()
    count = act()
    took, work = time.perf_counter() - began, time.process_time() - worked
    return Pace(count, round(count / took, 1), round(work * 1000 / count, 2))


def plan_all(now: dt.datetime) -> int:
    planned = 0
    while some := plan_many(now=now):
        planned += some
    return planned


def claim_times(visit: Appointment, rows: int, claims: int) -> list[float]:
    """Milliseconds of each claim in a table with so many rows, one in twenty due."""
    with connection.cursor() as cursor:
        # Two foreign keys, asked a million times about one visit, take most of it.
        with contextlib.suppress(DatabaseError), transaction.atomic():
            cursor.execute("SET session_replication_role = replica")
        cursor.execute(_FILL, [visit.brand_id, visit.pk, rows // 2, rows])
        cursor.execute("RESET session_replication_role")
        cursor.execute("ANALYZE notifications_delivery")
    found = []
    for _ in range(claims):
        now, began = timezone.now(), time.perf_counter()
        claimed = claim_next("email", now)
        found.append((time.perf_counter() - began) * 1000)
        if claimed is None:
            raise RuntimeError("nothing was due")
    return found


def send(channel: MessageChannel, now: dt.datetime, limit: int) -> int:
    sender = Sender({"email": channel})
    return sum(1 for _ in sender.deliver(limit=limit, now=now))


@contextlib.contextmanager
def mail_server() -> Iterator[None]:
    """The development mailbox, which keeps each message as a file before it answers."""
    with tempfile.TemporaryDirectory() as folder:
        mailbox = start_mailbox(Path(folder))
        try:
            await_mailbox(mailbox)
            settings.EMAIL_BACKEND = "notifications.channels.smtp.Backend"
            settings.EMAIL_HOST, settings.EMAIL_PORT = LOOPBACK, mailbox.port
            settings.EMAIL_HOST_USER = ""
            settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
            yield
        finally:
            mailbox.child.process.terminate()
            mailbox.child.process.wait()


def send_by_smtp(now: dt.datetime, limit: int) -> int:
    """To a server of its own process, by Django's settings, over one connection."""
    channel = EmailChannel()
    try:
        return send(channel, now, limit)
    finally:
        channel.close()


def measure(*, quick: bool) -> dict[str, object]:
    now = timezone.now()
    count = 150 if quick else 2000
    visits = make_visits(2 * count + WARM_UP, now)
    planned = paced(lambda: plan_all(now))
    # A sender runs for weeks: its first messages read templates and catalogues.
    send(AtOnce(), now, WARM_UP)
    sent = paced(lambda: send(AtOnce(), now, count))
    with mail_server():
        by_smtp = paced(lambda: send_by_smtp(now, count))
    rows = 20_000 if quick else FULL_TABLE
    claims = claim_times(visits[0], rows, CLAIMS)
    return {
        "per_second": sent.per_second,
        "cpu_ms_per_message": sent.each,
        "smtp_per_second": by_smtp.per_second,
        "smtp_cpu_ms_per_message": by_smtp.each,
        "planned_per_second": planned.per_second,
        "planned_cpu_ms": planned.each,
        "claim_ms_at_1m": round(statistics.median(claims), 2),
        "claim_ms_p95": round(sorted(claims)[len(claims) * 95 // 100], 2),
        "rows": rows,
        "n": sent.count,
        "goals": GOALS,
        **machine(),
        "quick": quick,
    }


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="./run bench deliver", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer messages and rows")
    chosen = parser.parse_args(argv)
    settings.DEBUG = False  # which keeps every statement in memory, and its time
    before = connection.settings_dict["NAME"]
    connection.settings_dict["TEST"]["NAME"] = f"visavis_deliver_{uuid.uuid4().hex[:8]}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        facts = measure(quick=chosen.quick)
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)
    print(json.dumps(facts), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
