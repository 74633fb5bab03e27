"""How often one network may ask: generous to a village behind one address."""

from __future__ import annotations

from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from booking.access import network_of


class NetworkThrottle(SimpleRateThrottle):
    """Counts by keyed hash of the network. Not a wall: what must not happen twice is
    refused by the database, and while its cache is away everybody is let in."""

    cache = cache
    scope = "network"
    rate = "1200/min"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        return f"throttle:{self.scope}:{network_of(request)}"


class WriteThrottle(NetworkThrottle):
    scope = "network-write"
    rate = "600/min"
