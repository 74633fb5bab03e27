"""How often one network may ask: generous to a village behind one address."""

from __future__ import annotations

import logging

from django.core.cache import cache
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from booking.access import network_of

log = logging.getLogger(__name__)


class NetworkThrottle(SimpleRateThrottle):
    """Counts by keyed hash of the network. Not a wall: what must not happen twice is
    refused by the database, so without its cache this throttle lets everybody in."""

    cache = cache
    scope = "network"
    rate = "1200/min"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        return f"throttle:{self.scope}:{network_of(request)}"

    def allow_request(self, request: Request, view: APIView) -> bool:
        try:
            return bool(super().allow_request(request, view))
        except RedisError:
            log.warning("The cache is away: requests are not counted.")
            return True


class WriteThrottle(NetworkThrottle):
    scope = "network-write"
    rate = "600/min"
