"""The customer's side: opening the file, its code, who has looked, and closing it.

The code is eight signs that cannot be taken for one another, so that it may be said
aloud. A leaked copy of the database holds none: they are derived from LINK_KEYS, and
what is kept for looking them up is keyed, too.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from booking.models import Appointment, Case, CaseView
from stores.derived import derived, newest_key_id

OPEN_FOR = dt.timedelta(minutes=15)
SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""No 0 and O, no 1, I and L, no U."""
LENGTH = 8
MOST_VIEWS = 20


def open_case(
    *, appointment: Appointment, shows: Collection[str], now: dt.datetime
) -> Case:
    """With another code each time; what was open of it before is closed."""
    case_id, key_id = uuid.uuid4(), newest_key_id()
    with transaction.atomic():
        _close(appointment, now)
        return Case.objects.create(
            id=case_id,
            brand_id=appointment.brand_id,
            appointment=appointment,
            key_id=key_id,
            code_hash=hash_of(key_id, _derive(case_id, key_id)),
            shows=sorted(set(shows) & set(Case.Piece.values)),
            opened_at=now,
            closes_at=now + OPEN_FOR,
        )


def close_case(*, appointment: Appointment, now: dt.datetime) -> None:
    """At once: a counter that asks again finds nothing. Twice changes nothing."""
    with transaction.atomic():
        _close(appointment, now)


def _close(appointment: Appointment, now: dt.datetime) -> None:
    """Under the lock of the visit, so that of two openings one is closed."""
    rows = Appointment.objects.for_brand(appointment.brand)
    rows.select_for_update(no_key=True, of=("self",)).get(pk=appointment.pk)
    open_ones = Case.objects.for_brand(appointment.brand).filter(
        appointment=appointment, closed_at__isnull=True
    )
    open_ones.update(closed_at=now)


def open_case_of(appointment: Appointment, now: dt.datetime) -> Case | None:
    """None, too, where its key was taken away: then no counter finds it either."""
    rows = Case.objects.for_brand(appointment.brand).filter(
        appointment=appointment, key_id__in=list(settings.LINK_KEYS)
    )
    return rows.filter(closed_at__isnull=True, closes_at__gt=now).first()


def views_of(appointment: Appointment) -> QuerySet[CaseView]:
    """Each look into the file, the latest first, also of earlier openings."""
    rows = CaseView.objects.for_brand(appointment.brand)
    rows = rows.filter(case__appointment=appointment)
    return rows.select_related("user", "store")[:MOST_VIEWS]


def code_of(case: Case) -> str:
    return _derive(case.id, case.key_id)


def hash_of(key_id: str, code: str) -> str:
    return derived(key_id, code.encode(), purpose=b"case code:").hex()


def _derive(case_id: uuid.UUID, key_id: str) -> str:
    secret = derived(key_id, case_id.bytes, purpose=b"case:")
    number, signs = int.from_bytes(secret, "big"), []
    for _ in range(LENGTH):
        number, sign = divmod(number, len(SIGNS))
        signs.append(SIGNS[sign])
    return "".join(signs)
