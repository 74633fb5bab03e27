"""Requests that are made from the API's own description, right ones and wrong ones.

Every second one is sent as it was made; the others ask for things that exist, as
somebody who may, for most doors open to nobody else. What a request writes is taken
back, so that the next one finds the same world.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

import schemathesis
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, Phase, given, seed, settings

from booking.availability.query import StartQuery
from booking.availability.starts import masks_for
from booking.models import ApiKey
from booking.services.api_keys import create_api_key
from tests.cast import now_utc
from tests.house.routes import Scene
from tests.torture._odd_values import answered, fault_of
from visavis.schema import OnceGenerator

HALVES = (
    schemathesis.GenerationMode.POSITIVE,
    schemathesis.GenerationMode.NEGATIVE,
)
OFTEN = 400
"""Requests after which the throttles forget: they are another test's."""


@dataclass
class Tally:
    """`faults`: what went wrong and where → how often, and one request that did it."""

    cases: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    faults: dict[str, tuple[int, str]] = field(default_factory=dict)

    def note(self, what: str, example: str) -> None:
        times, first = self.faults.get(what, (0, example))
        self.faults[what] = (times + 1, first)


def operations() -> Iterator[Any]:
    """Each method of each address that the description names."""
    document = OnceGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]
    schema = schemathesis.openapi.from_dict(document)
    for result in schema.get_all_operations():
        yield result.ok()  # type: ignore[union-attr]  # the other is an error here


class Shooter:
    """Sends what is generated to the product in this process, one after the other."""

    def __init__(self, scene: Scene, tally: Tally) -> None:
        self._scene, self._tally = scene, tally
        _key, text = create_api_key(
            brand=scene.world.brand,
            name="Trial",
            scopes=list(ApiKey.Scope.values),
            user=scene.world.dora,
            now=now_utc(),
        )
        world = scene.world
        offer, store = world.offers["video"], world.store
        start = masks_for(StartQuery(offer=offer, store=store, now=now_utc())).first()
        assert start is not None
        self._known = {
            "store": store.slug,
            "topic": world.topic.slug,
            "channel": "video",
            "starts_at": start.starts_at.isoformat(),
            "staff_member": world.bob.staff_member.pk,
            "name": "Alice Martin",
            "email": "alice@example.org",
            "phone": "",
        }
        self._clients = [
            scene.browser_of_alice(),
            Client(headers={"authorization": f"Api-Key {text}"}),
        ]
        for client in self._clients:
            client.raise_request_exception = False

    def fire_at(self, operation: Any, *, cases: int, first: int) -> None:
        """So many requests to one operation, half of them against its description."""
        for mode in HALVES:
            self._fire(operation.as_strategy(generation_mode=mode), cases // 2, first)

    def _fire(self, strategy: Any, cases: int, first: int) -> None:
        @seed(first)
        @settings(
            max_examples=cases,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(strategy)
        def shoot(case: Any) -> None:
            self.send(case)

        shoot()

    def send(self, case: Any) -> None:
        self._tally.cases += 1
        if self._tally.cases % OFTEN == 0:
            cache.clear()
        if self._tally.cases % 2:
            for name in case.path_parameters or {}:
                known = self._scene.value_of(name, "booking_api:")
                case.path_parameters[name] = str(known)
            if isinstance(case.body, dict) and self._tally.cases % 4 == 1:
                case.body |= {k: v for k, v in self._known.items() if k in case.body}
        client = self._clients[self._tally.cases // 2 % len(self._clients)]
        request = case.as_transport_kwargs(base_url="http://testserver")
        response = answered(lambda: _answer(client, request))
        self._tally.statuses[response.status_code] += 1
        if fault := fault_of(response):
            told = f"{request['method']} {request['url']} {request.get('json', '')!r}"
            self._tally.note(fault, told[:400])


def _answer(client: Client, request: dict[str, Any]) -> Any:
    body = request.get("data", b"")
    if "json" in request:
        body = json.dumps(request["json"])
    headers = {name: value for name, value in request["headers"].items() if value}
    kind = headers.pop("Content-Type", "application/json")
    # The client's own: who asks is not the description's to say.
    headers.pop("Authorization", None)
    return client.generic(
        request["method"],
        urlsplit(request["url"]).path,
        body if isinstance(body, str | bytes) else json.dumps(body),
        content_type=kind,
        headers=headers,
        QUERY_STRING=urlencode(request.get("params") or {}, doseq=True),
    )
