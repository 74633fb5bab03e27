"""Probes for a supervisor or a balancer: alive, and ready to serve.

They ask a process by its private address, over http, whatever name the site has:
`ProbeMiddleware` stands before everything that would refuse or redirect them.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Gauge
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest

from booking.visitors import client_address
from visavis.errors import RETRY_AFTER
from visavis.queries import gauges


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers; says nothing of its servers."""
    return JsonResponse({"status": "alive"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """The database answers too."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        return JsonResponse(
            {"status": "database"},
            status=HTTPStatus.SERVICE_UNAVAILABLE,
            headers={"Retry-After": RETRY_AFTER[HTTPStatus.SERVICE_UNAVAILABLE]},
        )
    return JsonResponse({"status": "ready"})


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text. With METRICS_TOKEN only for its bearer; without one only for
    this machine, and never through a proxy, whose address would be ours."""
    if not _may_watch(request):
        raise Http404
    registry = CollectorRegistry()
    known: dict[str, Gauge] = {}
    for fact in gauges():
        if fact.name not in known:
            known[fact.name] = Gauge(
                fact.name, fact.help, fact.labels.keys(), registry=registry
            )
        gauge = known[fact.name]
        (gauge.labels(**fact.labels) if fact.labels else gauge).set(fact.value)
    return HttpResponse(
        generate_latest(registry), content_type=CONTENT_TYPE_PLAIN_0_0_4
    )


def _may_watch(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}")
    is_direct = "X-Forwarded-For" not in request.headers
    return is_direct and ipaddress.ip_address(client_address(request)).is_loopback


PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "/healthz": healthz,
    "/readyz": readyz,
    "/metrics": metrics,
}


class ProbeMiddleware:
    """Answers the probes on any host name and over http. Stands first: what follows
    refuses unknown hosts and redirects to https."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = PROBES.get(request.path_info, self.get_response)
        return answer(request)
