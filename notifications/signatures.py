"""Signed calls between Visavis and others: HMAC-SHA256 over time, method, path, body.

Headers: `Visavis-Timestamp` (seconds since 1970) and `Visavis-Signature: v1=<hex>` over
`timestamp.METHOD.path.body`; two with a comma while a secret is changed. What is more
than five minutes off is refused, so that a call cannot be heard and played again much
later.
"""

from __future__ import annotations

import datetime as dt
import hmac
from collections.abc import Mapping

TIMESTAMP = "Visavis-Timestamp"
SIGNATURE = "Visavis-Signature"
LONGEST_AGE_SECONDS = 300
TOLERANCE = dt.timedelta(minutes=5)


def signed_headers(
    *keys: str, method: str, path: str, body: bytes, now: dt.datetime
) -> dict[str, str]:
    timestamp = str(int(now.timestamp()))
    return {
        TIMESTAMP: timestamp,
        SIGNATURE: ",".join(
            f"v1={_digest(key, timestamp, method, path, body)}" for key in keys
        ),
    }


def is_signed(
    key: str,
    headers: Mapping[str, str],
    *,
    method: str,
    path: str,
    body: bytes,
    now: dt.datetime,
) -> bool:
    """False without a key: an unset secret must not be one that everybody knows."""
    timestamp = headers.get(TIMESTAMP, "")
    if not (key and timestamp.isascii() and timestamp.isdigit()):
        return False
    if abs(now.timestamp() - int(timestamp[:12])) > TOLERANCE.total_seconds():
        return False
    expected = f"v1={_digest(key, timestamp, method, path, body)}".encode()
    given = headers.get(SIGNATURE, "").encode()[:LONGEST_AGE_SECONDS].split(b",")
    return any(hmac.compare_digest(one.strip(), expected) for one in given)


def _digest(key: str, timestamp: str, method: str, path: str, body: bytes) -> str:
    signed = f"{timestamp}.{method}.{path}.".encode() + body
    return hmac.digest(key.encode(), signed, "sha256").hex()
