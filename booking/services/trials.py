"""Visits that a shop books to try its own page: marked, in no figure, and removable.

Only a browser that came by the link of the set-up page books them.
"""

from __future__ import annotations

import datetime as dt
import uuid

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.db import transaction
from django.urls import reverse

from booking.models import Appointment, Customer
from booking.services import locking
from stores.models import Brand

SALT = "trial"
LASTS = dt.timedelta(days=1)


def trial_url(brand: Brand) -> str:
    """Good for a day. Under /r/, as all that a secret opens."""
    token = signing.dumps(brand.pk, salt=SALT)
    return str(settings.SITE_URL).rstrip("/") + reverse(
        "booking:open_trial", args=[token]
    )


def brand_of_trial(token: str) -> Brand | None:
    """None for a link that ran out or was forged."""
    try:
        brand_id = signing.loads(token, salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    return Brand.objects.filter(pk=brand_id, active=True).first()


def note_opened(brand: Brand, now: dt.datetime) -> None:
    """For the eyes of who sets the brand up: no row, for opening a page is no act."""
    key = f"trial:opened:{brand.pk}"
    cache.add(key, now.isoformat(), timeout=int(LASTS.total_seconds()))


def opened_at(brand: Brand) -> dt.datetime | None:
    text = cache.get(f"trial:opened:{brand.pk}")
    return dt.datetime.fromisoformat(text) if text else None


def mark_trial(appointment: Appointment) -> None:
    """Of an appointment that was booked in the caller's transaction."""
    appointment.is_trial = True
    appointment.save(update_fields=["is_trial"])


def remove_trials(*, brand: Brand) -> int:
    """Deletes the trial visits with all that hangs on them: links, messages, rooms,
    and customers who have no other visit. Their time is free again. Returns how many.
    """
    rows = Appointment.objects.for_brand(brand).filter(is_trial=True)
    trials = list(rows.order_by("pk"))
    for appointment in trials:
        with locking.changing_visit(appointment):
            locking.free_time_of(appointment)
            customer = appointment.customer_id
            appointment.delete()
            _forget(brand, customer)
    return len(trials)


def _forget(brand: Brand, customer_id: uuid.UUID) -> None:
    with transaction.atomic():
        rows = Customer.objects.for_brand(brand).filter(pk=customer_id)
        rows.filter(appointments__isnull=True).delete()
