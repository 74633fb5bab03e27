"""Keyed hashes of addresses: to know one again without keeping it.

HMAC-SHA256 with the keys of the permanent links, because both must outlive a change of
`SECRET_KEY`; a number has too few values for a hash without a key.
"""

from __future__ import annotations

from stores.derived import derived_by_each

PURPOSE = b"notifications.marks:"


def mark_of(address: str) -> str:
    """Returns the mark to write down: with the first of the keys."""
    return marks_of(address)[0]


def marks_of(address: str) -> list[str]:
    """Returns all marks that may have been written down, one per key; [] for no
    address."""
    told = address.strip().lower().encode()
    if not told:
        return []
    found = derived_by_each(told, purpose=PURPOSE)
    return [f"{key_id}:{mark.hex()}" for key_id, mark in found.items()]
