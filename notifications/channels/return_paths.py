"""The address that a mail comes back to names the message that it was.

`bounces@visavis.example` becomes `bounces+<key><seal>@visavis.example`: the key of the
delivery and a keyed hash over it, so that nobody can report a message of others. In
base 32, which a server may write in capitals without harm.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import uuid

from django.conf import settings

from stores.derived import derived_by_each

PURPOSE = b"notifications.return_paths:"
SEAL = 8


def return_path(key: uuid.UUID) -> str:
    """Empty where no address is set for mails to come back to."""
    local, at, domain = settings.BOUNCE_ADDRESS.rpartition("@")
    if not at:
        return ""
    sealed = base64.b32encode(key.bytes + _seals(key)[0]).decode()
    return f"{local}+{sealed.rstrip('=').lower()}@{domain}"


def key_of(address: str) -> uuid.UUID | None:
    """The delivery that the address was made for, or None for any other address."""
    local = address.rpartition("@")[0]
    coded = local.rpartition("+")[2].upper()
    try:
        raw = base64.b32decode(coded + "=" * (-len(coded) % 8))
    except (binascii.Error, ValueError):
        return None
    if len(raw) != 16 + SEAL:
        return None
    key, seal = uuid.UUID(bytes=raw[:16]), raw[16:]
    good = any(hmac.compare_digest(seal, ours) for ours in _seals(key))
    return key if good else None


def _seals(key: uuid.UUID) -> list[bytes]:
    """Returns a seal per LINK_KEY; the first is written."""
    found = derived_by_each(key.bytes, purpose=PURPOSE)
    return [seal[:SEAL] for seal in found.values()]
