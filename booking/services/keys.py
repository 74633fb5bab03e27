"""Claiming an idempotency key, keeping its answer, forgetting it after a day."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from booking.models import IdempotencyKey
from stores.models import Brand


def claim_key(
    *, brand: Brand, key: str, fingerprint: str, now: dt.datetime
) -> tuple[IdempotencyKey, bool]:
    """(row, True) for the first to name the key; (its row, False) for who comes after.

    Inside the caller's transaction. Whoever comes at the same moment waits here until
    the first commits, or takes its place where the first rolls back.
    """
    made = IdempotencyKey(brand=brand, key=key, fingerprint=fingerprint, created_at=now)
    rows = IdempotencyKey.objects.for_brand(brand)
    rows.bulk_create([made], ignore_conflicts=True)
    row = rows.get(key=key)
    return row, row.status == 0


def keep_answer(
    row: IdempotencyKey, *, status: int, document: Any, cookies: dict[str, str]
) -> None:
    row.status = status
    row.document = json.loads(json.dumps(document, cls=DjangoJSONEncoder))
    row.cookies = cookies
    row.save(update_fields=["status", "document", "cookies"])
