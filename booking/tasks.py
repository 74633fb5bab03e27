"""Housekeeping that may run late: nothing a customer was promised depends on it."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from booking.availability.snapshots import write_bits
from booking.rota.leaving import end_departures


@shared_task  # type: ignore[untyped-decorator]  # celery has no types
def write_old_bits() -> int:
    return write_bits(now=timezone.now())


@shared_task  # type: ignore[untyped-decorator]  # celery has no types
def end_departures_due() -> int:
    return end_departures(now=timezone.now())
