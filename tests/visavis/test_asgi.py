"""The web process: one hop to a thread, one connection to the cache."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
from typing import Any

import pytest
from django.core.cache import cache, caches
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path

from visavis.asgi import OneHopHandler, application

seen: list[int] = []


def view(request: HttpRequest) -> HttpResponse:
    seen.append(threading.get_ident())
    return HttpResponse("here")


class Notes:
    """A middleware that says where it runs."""

    sync_capable = async_capable = True

    def __init__(self, get_response: Any) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> Any:
        seen.append(threading.get_ident())
        return self.get_response(request)


urlpatterns = [path("", view)]


async def status_of(app: Any) -> int:
    scope = {
        "type": "http",
        "method": "GET",
        "path": "/",
        "query_string": b"",
        "headers": [(b"host", b"127.0.0.1")],
    }
    sent: list[dict[str, Any]] = []
    over = asyncio.Event()
    asked = iter([{"type": "http.request", "body": b""}])

    async def receive() -> dict[str, Any]:
        for message in asked:
            return message
        await over.wait()
        return {"type": "http.disconnect"}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
    over.set()
    return int(sent[0]["status"])


@pytest.mark.django_db
def test_middleware_and_view_run_in_one_thread() -> None:
    seen.clear()
    own = {"MIDDLEWARE": [f"{__name__}.Notes"], "ROOT_URLCONF": __name__}
    with override_settings(**own):
        assert asyncio.run(status_of(OneHopHandler())) == 200
    in_middleware, in_view = seen
    assert in_middleware == in_view
    assert isinstance(application, OneHopHandler)


def test_all_threads_of_a_process_share_one_client_of_the_cache() -> None:
    found: list[Any] = []

    def look() -> None:
        cache.get("anything")
        found.append(caches["default"]._cache)  # type: ignore[attr-defined]  # its client

    for _ in range(2):
        thread = threading.Thread(target=lambda: asyncio.run(_in_own_context(look)))
        thread.start()
        thread.join()
    one, other = found
    assert one is other


async def _in_own_context(work: Any) -> None:
    work()


def test_what_stands_at_the_start_is_not_looked_at_again() -> None:
    """A collection of it would stop every answer meanwhile."""
    assert gc.get_freeze_count() > len(sys.modules)
