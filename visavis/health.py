"""What a supervisor or a balancer asks: alive, and ready to serve."""

from __future__ import annotations

import ipaddress
from http import HTTPStatus

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache

from booking.access import client_address
from visavis.errors import RETRY_AFTER
from visavis.queries import gauges


@never_cache
def healthz(request: HttpRequest) -> JsonResponse:
    """The process answers; says nothing of its servers."""
    return JsonResponse({"status": "alive"})


@never_cache
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
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus text. With METRICS_TOKEN only for its bearer; without one only for
    this machine, and never through a proxy, whose address would be ours."""
    if not _may_watch(request):
        raise Http404
    lines, named = [], set()
    for gauge in gauges():
        if gauge.name not in named:
            lines += [f"# HELP {gauge.name} {gauge.help}", f"# TYPE {gauge.name} gauge"]
            named.add(gauge.name)
        label = f"{{{gauge.label}}}" if gauge.label else ""
        lines.append(f"{gauge.name}{label} {gauge.value}")
    text = "\n".join(lines) + "\n"
    return HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_watch(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        given = request.headers.get("Authorization", "")
        return constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}")
    is_direct = "X-Forwarded-For" not in request.headers
    return is_direct and ipaddress.ip_address(client_address(request)).is_loopback
