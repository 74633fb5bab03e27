"""Processor time of a booking: ours, the server's, and that of a plain ORM row."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path

from django.db import connection

from benchmarks import _clients
from booking.models import Appointment, Customer
from stores.models import Offer


def costs(targets: Sequence[_clients.Target]) -> dict[str, object]:
    """One client books each target once, the first to warm up; then as many plain
    `Appointment.objects.create()`, each a transaction, and taken back at the end.

    `creates_per_booking` compares the processor time of this process alone: what our
    code adds to the least that Django can do. The server's is read from its process.
    """
    _clients.book(targets[0])
    ours, theirs = _each(len(targets) - 1, lambda n: _clients.book(targets[n + 1]))
    create = _create_like(Appointment.objects.all_brands().latest("created_at"))
    create(-1)
    plain, _ = _each(len(targets) - 1, create)
    Appointment.objects.all_brands().filter(network=MARK).delete()
    return {
        "python_ms_per_booking": round(1000 * ours, 2),
        "server_ms_per_booking": None if theirs is None else round(1000 * theirs, 2),
        "python_ms_per_create": round(1000 * plain, 2),
        "creates_per_booking": round(ours / plain, 2),
    }


MARK = "bench create"


def _create_like(model: Appointment) -> Callable[[int], object]:
    """A maker of rows with the same values, for the same people."""
    names = [field.attname for field in Appointment._meta.concrete_fields]
    values = {name: getattr(model, name) for name in names}
    # Read once, as a view would have them.
    customer = Customer.objects.all_brands().get(pk=model.customer_id)
    offer = Offer.objects.all_brands().get(pk=model.offer_id)

    def create(_number: int) -> object:
        facts = values | {"id": uuid.uuid4(), "network": MARK}
        del facts["customer_id"], facts["offer_id"]
        return Appointment.objects.create(**facts, customer=customer, offer=offer)

    return create


def _each(count: int, work: Callable[[int], object]) -> tuple[float, float | None]:
    """Processor seconds of one round: of this process, and of its database session."""
    own, server = time.process_time(), _server_seconds()
    for number in range(count):
        work(number)
    spent, after = time.process_time() - own, _server_seconds()
    if server is None or after is None:
        return spent / count, None
    return spent / count, (after - server) / count


def _server_seconds() -> float | None:
    """What this connection's server process has used; None where it is not here."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9
    except OSError:
        return None
