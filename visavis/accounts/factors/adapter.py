"""Our answers to allauth.mfa: its secrets are sealed, and passkeys are Visavis's."""

from __future__ import annotations

import base64
import ipaddress
import os

from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.http import HttpRequest

from stores.derived import as_text, derived, newest_key_id

NONCE = 12


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # untyped base
    """Seals with a key derived from LINK_KEYS: a copy of the database makes no codes,
    and a key may be replaced as long as the old one stays behind it."""

    def encrypt(self, text: str) -> str:
        return seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Raises KeyError once the key that sealed it was removed."""
        key_id, _colon, text = encrypted_text.partition(":")
        sealed = base64.urlsafe_b64decode(text)
        nonce, rest = sealed[:NONCE], sealed[NONCE:]
        return _cipher(key_id).decrypt(nonce, rest, key_id.encode()).decode()

    def get_totp_issuer(self) -> str:
        return "Visavis"

    def _get_site_name(self) -> str:
        return "Visavis"


def seal(text: str) -> str:
    """For a secret that must be read again: `key:nonce and cipher text`."""
    key_id, nonce = newest_key_id(), os.urandom(NONCE)
    sealed = _cipher(key_id).encrypt(nonce, text.encode(), key_id.encode())
    return f"{key_id}:{as_text(nonce + sealed)}"


def _cipher(key_id: str) -> AESGCM:
    return AESGCM(derived(key_id, b"", purpose=b"second factor"))


def host_takes_passkeys(request: HttpRequest) -> bool:
    """False at an address of numbers: a passkey belongs to a name."""
    host = request.get_host()
    name = host.rpartition(":")[0] if not host.endswith("]") else host
    try:
        ipaddress.ip_address((name or host).strip("[]"))
    except ValueError:
        return True
    return False
