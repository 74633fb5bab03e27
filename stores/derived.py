"""Secrets that are derived from LINK_KEYS whenever they are needed.

No table holds one, so a leaked copy of the database opens, signs and names nothing;
and they outlive a change of SECRET_KEY. A `purpose` keeps two uses of one key apart.
"""

from __future__ import annotations

import base64
import hmac
import uuid

from django.conf import settings


def newest_key_id() -> str:
    """The key for what is made now: the first of the configured ones."""
    return next(iter(settings.LINK_KEYS))


def derived(key_id: str, message: bytes, *, purpose: bytes = b"") -> bytes:
    """HMAC-SHA256 of purpose ‖ message. Raises KeyError for a key that was removed."""
    key: bytes = settings.LINK_KEYS[key_id]
    return hmac.digest(key, purpose + message, "sha256")


def derived_by_each(message: bytes, *, purpose: bytes) -> dict[str, bytes]:
    """By key id, the newest first: what may have been derived at some time."""
    return {
        key_id: derived(key_id, message, purpose=purpose)
        for key_id in settings.LINK_KEYS
    }


def generation_of(row_id: uuid.UUID, generation: int) -> bytes:
    """The message that names a row and how often its secret was replaced."""
    return row_id.bytes + generation.to_bytes(4, "big")


def as_text(secret: bytes) -> str:
    return base64.urlsafe_b64encode(secret).decode()
