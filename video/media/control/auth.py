"""Signing and checking calls to a worker's control API. Pure: bytes in, strings out.

`X-Visavis-Signature` is the hex HMAC-SHA256, under the workers' own key, of six
lines: method, path (as sent, without query), hex SHA-256 of the body, unix time in
whole seconds, nonce, and the boot id of the worker that it is for. A call is good for
30 seconds either way and for one use: neither another worker takes it, nor the same
one after a restart, that has forgotten which nonces were used.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping

from video.media.errors import SignatureRefused

TIME_HEADER = "X-Visavis-Time"
NONCE_HEADER = "X-Visavis-Nonce"
SIGNATURE_HEADER = "X-Visavis-Signature"
TOLERANCE = 30
MIN_KEY = 16
MAX_NONCE = 64


def sign_request(
    *, key: bytes, method: str, path: str, body: bytes, now: float, to: str = ""
) -> dict[str, str]:
    """The three headers of one call `to` a worker; each call needs its own."""
    nonce = secrets.token_urlsafe(16)
    stamp = str(int(now))
    return {
        TIME_HEADER: stamp,
        NONCE_HEADER: nonce,
        SIGNATURE_HEADER: _signature(key, (method, path, stamp, nonce, to), body),
    }


class RequestVerifier:
    """Checks calls to one worker; remembers each nonce while it could be reused.

    Only the holder of the key gets a nonce remembered, so strangers cannot fill the
    memory.
    """

    def __init__(self, key: bytes, to: str = "") -> None:
        if len(key) < MIN_KEY:
            raise ValueError(f"the control key needs at least {MIN_KEY} bytes")
        self._key, self._to = key, to
        self._nonces: dict[str, float] = {}

    def verify(
        self,
        *,
        method: str,
        path: str,
        body: bytes,
        headers: Mapping[str, str],
        now: float,
    ) -> None:
        """Raises `SignatureRefused`; `headers` has lower-case names."""
        stamp = headers.get(TIME_HEADER.lower(), "")
        nonce = headers.get(NONCE_HEADER.lower(), "")
        given = headers.get(SIGNATURE_HEADER.lower(), "")
        facts = (method, path, stamp, nonce, self._to)
        expected = _signature(self._key, facts, body)
        if not hmac.compare_digest(expected.encode(), given.encode(errors="replace")):
            raise SignatureRefused("the signature does not fit")
        if not stamp.isascii() or not stamp.isdigit() or len(stamp) > 12:
            raise SignatureRefused("the time is no unix time")
        if abs(now - int(stamp)) > TOLERANCE:
            raise SignatureRefused("the call is too old or too early")
        if not 8 <= len(nonce) <= MAX_NONCE or nonce in self._nonces:
            raise SignatureRefused("the nonce was used before")
        self._forget_old(now)
        self._nonces[nonce] = int(stamp) + TOLERANCE

    def _forget_old(self, now: float) -> None:
        # Insertion order is nearly order of expiry: look from the oldest on.
        for nonce, expiry in list(self._nonces.items()):
            if expiry >= now:
                break
            del self._nonces[nonce]


def _signature(key: bytes, facts: tuple[str, ...], body: bytes) -> str:
    method, path, *others = facts
    digest = hashlib.sha256(body).hexdigest()
    signed = "\n".join((method.upper(), path, digest, *others))
    return hmac.new(key, signed.encode(errors="replace"), hashlib.sha256).hexdigest()
