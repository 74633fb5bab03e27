"""Housekeeping that may run late: nothing a customer was promised depends on it."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from booking.availability.snapshots import write_bits
from booking.exchange.runs import go_on
from booking.rota.leaving import end_departures

AT_A_TIME = 60.0
"""Seconds for which a worker goes on with imports."""


@shared_task  # type: ignore[untyped-decorator]  # celery has no types
def write_old_bits() -> int:
    return write_bits(now=timezone.now())


@shared_task  # type: ignore[untyped-decorator]  # celery has no types
def go_on_with_imports() -> int:
    """Looked for every ten seconds, and nudged by the page that begins one."""
    return go_on(clock=timezone.now, seconds=AT_A_TIME)


@shared_task  # type: ignore[untyped-decorator]  # celery has no types
def end_departures_due() -> int:
    return end_departures(now=timezone.now())
