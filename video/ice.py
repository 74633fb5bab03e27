"""Which STUN and TURN servers the room's page is told to use.

None by default: our forwarding unit is ICE-lite on an address that browsers reach,
so a browser needs no help to find itself.
"""

from __future__ import annotations

from typing import TypedDict


class IceServer(TypedDict, total=False):
    """RTCIceServer of the W3C's WebRTC, as its constructor takes it."""

    urls: list[str]
    username: str
    credential: str


def ice_servers() -> list[IceServer]:
    """For `RTCPeerConnection({iceServers})` in the page."""
    return []
