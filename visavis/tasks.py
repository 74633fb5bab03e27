"""Mails about accounts. One that did not leave is asked for again by its reader."""

from __future__ import annotations

import logging
import time

from celery import shared_task

from notifications.errors import DeliveryError
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
    for pause in (*PAUSES, None):
        try:
            send(kind=Kind(kind), user=user, to=to, new=new)
        except DeliveryError as error:
            logger.warning("account mail %s: %s", kind, error.code)
            if pause is None or error.permanent:
                break
            time.sleep(pause)
        else:
            return "sent"
    logger.error("account mail %s: given up", kind)
    return "failed"
