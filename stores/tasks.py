"""Housekeeping of floor 1. It may run late: what is due stays due."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from stores.erasing import erase_due
from stores.files.door import remove_loose


@shared_task  # type: ignore[untyped-decorator]  # celery has no types
def erase_what_is_due() -> int:
    now = timezone.now()
    return erase_due(now=now).total() + remove_loose(now=now)
