"""Limits of requests per network, generous to a village behind one address."""

from __future__ import annotations

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from booking.visitors import network_of
from stores.counts import count_up


class NetworkThrottle(SimpleRateThrottle):
    """Counts by keyed hash of the network, from its first request on for as long as
    the rate says: one number and one question to the cache, where the class above
    would send each request the times of a thousand before it.

    A courtesy only: the database refuses what must not happen twice, and while the
    cache is away everybody is let in.
    """

    scope = "network"
    rate = "1200/min"
    num_requests: int
    duration: int

    def allow_request(self, request: Request, view: APIView) -> bool:
        count = count_up(self.get_cache_key(request, view), seconds=self.duration)
        return count <= self.num_requests

    def wait(self) -> float:
        """At the longest: when the count began is nowhere."""
        return self.duration

    def get_cache_key(self, request: Request, view: APIView) -> str:
        return f"throttle:{self.scope}:{network_of(request)}"


class WriteThrottle(NetworkThrottle):
    scope = "network-write"
    rate = "600/min"
