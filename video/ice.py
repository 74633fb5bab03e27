"""Which STUN and TURN servers the room's page is told to use.

None by default: our forwarding unit is ICE-lite on an address that browsers reach,
so a browser needs no help to find itself. Where a network lets no UDP through, a TURN
relay (deploy/coturn/) takes its media in over UDP, TCP or TLS.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
from typing import TypedDict

from django.conf import settings

LONGEST = dt.timedelta(hours=12)


class IceServer(TypedDict, total=False):
    """RTCIceServer of the W3C's WebRTC, as its constructor takes it."""

    urls: list[str]
    username: str
    credential: str


def ice_servers(*, who: str, until: dt.datetime, now: dt.datetime) -> list[IceServer]:
    """For `RTCPeerConnection({iceServers})` in the page: credentials for one seat,
    good until its room closes and at most twelve hours. `who` names no person: it
    stands in the relay's log, and the relay's quota counts by it."""
    if not settings.TURN_URLS:
        return []
    username = f"{int(min(until, now + LONGEST).timestamp())}:{who}"
    return [
        IceServer(
            urls=settings.TURN_URLS,
            username=username,
            credential=turn_credential(username, settings.TURN_SECRET),
        )
    ]


def turn_credential(username: str, secret: str) -> str:
    """The time-limited password of `<unix expiry>:<who>`, as coturn's
    `use-auth-secret` derives it (draft-uberti-behave-turn-rest-00): HMAC-SHA1."""
    digest = hmac.new(secret.encode(), username.encode(), hashlib.sha1)
    return base64.b64encode(digest.digest()).decode()
