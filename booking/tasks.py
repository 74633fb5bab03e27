"""Housekeeping that may run late: nothing a customer was promised depends on it."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from booking.idempotency import KEPT_FOR
from booking.services.agenda_bits import write_bits
from booking.services.budgets import forget_counts
from booking.services.keys import forget_keys


@shared_task  # type: ignore[untyped-decorator]  # celery has no types
def forget_old_keys() -> int:
    return forget_keys(before=timezone.now() - KEPT_FOR)


@shared_task  # type: ignore[untyped-decorator]  # celery has no types
def forget_old_counts() -> int:
    return forget_counts(now=timezone.now())


@shared_task  # type: ignore[untyped-decorator]  # celery has no types
def write_old_bits() -> int:
    return write_bits(now=timezone.now())
