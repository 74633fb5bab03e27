"""Keys for a brand's own systems: made, and taken back."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Sequence

from django.db import transaction

from booking.errors import KeyScopesRefused
from booking.models import ApiKey
from booking.models.api_key import key_hash, text_of
from stores.models import Brand, User

MOST_KEYS = 50


def create_api_key(
    *,
    brand: Brand,
    name: str,
    scopes: Sequence[str],
    user: User,
    now: dt.datetime,
    secret: bytes | None = None,
) -> tuple[ApiKey, str]:
    """Returns the key and its text, which only the same `secret` gives again (32 bytes;
    drawn if none is given). Raises KeyScopesRefused without a scope,
    for one that does not exist, and beyond fifty living keys."""
    wanted = sorted(set(scopes))
    if not wanted or not set(wanted) <= set(ApiKey.Scope.values):
        raise KeyScopesRefused
    living = ApiKey.objects.for_brand(brand).filter(revoked_at__isnull=True)
    if living.count() >= MOST_KEYS:
        raise KeyScopesRefused("A brand has at most fifty keys: revoke one first.")
    prefix = secrets.token_hex(5)
    text = text_of(prefix, secret or secrets.token_bytes(32))
    key = ApiKey.objects.create(
        brand=brand,
        name=name,
        prefix=prefix,
        secret_hash=key_hash(text),
        scopes=wanted,
        created_by=user,
        created_at=now,
    )
    return key, text


def revoke_api_key(*, key: ApiKey, now: dt.datetime) -> None:
    """From the next request on nobody is let in by it; twice is once."""
    with transaction.atomic():
        rows = ApiKey.objects.for_brand(key.brand).filter(pk=key.pk)
        rows.filter(revoked_at__isnull=True).update(revoked_at=now)
