"""Mails about accounts. One that did not leave is asked for again by its reader."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from celery import shared_task
from django.utils import timezone

from booking.reports.writing import write_due_facts
from notifications.errors import DeliveryError
from notifications.outbox.facts import write_due_message_facts
from visavis.accounts.mails import Kind, send
from visavis.accounts.queries import open_account

logger = logging.getLogger(__name__)

PAUSES = (1.0, 5.0, 15.0)
"""Seconds between the tries: longer than a mail server takes to start again."""


@shared_task  # type: ignore[untyped-decorator]  # celery has no types
def send_account_mail(kind: str, user_id: int | None, to: str, new: str = "") -> str:
    """Returns `sent`, `failed`, or `nobody` if there was nobody to write to."""
    user = open_account(user_id)
    if user is None:
        return "nobody"
    sent = _tried(kind, lambda: send(kind=Kind(kind), user=user, to=to, new=new))
    return "sent" if sent else "failed"


def _tried(kind: str, act: Callable[[], None]) -> bool:
    for pause in (*PAUSES, None):
        try:
            act()
        except DeliveryError as error:
            logger.warning("account mail %s: %s", kind, error.code)
            if pause is None or error.permanent:
                break
            time.sleep(pause)
        else:
            return True
    logger.error("account mail %s: given up", kind)
    return False


@shared_task  # type: ignore[untyped-decorator]  # celery has no types
def write_facts_due() -> int:
    """Writes the measures of days that are over; how many days."""
    written = write_due_facts(now=timezone.now())
    write_due_message_facts()
    return written
