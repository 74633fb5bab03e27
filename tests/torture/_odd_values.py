"""Values that nobody means and somebody sends."""

from __future__ import annotations

import datetime as dt
import random
import traceback
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar
from urllib.parse import parse_qsl

from django.core.cache import cache
from django.db import transaction
from django.test import Client

from tests.cast import now_utc
from tests.house.page import Element, Page
from tests.house.routes import Scene, our_routes, signed_in

T = TypeVar("T")
HUGE = "9" * 23
ODD = (
    *(HUGE, "9" * 5000, "-1", "0", "1e400", "nan", "٣", "²", "Ⅷ", " 7 ", "07", "true"),
    *("\0", "a\0b", "\ud7ff", "\ufffe", "\u202e", "🕳", "''\"<>%s{}", "a" * 3000),
    *("9999-12-31", "0001-01-01", "2026-02-30", "9999-12-31T23:59:59.999999+00:00"),
    *("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "-0001-01-01", "24:00"),
    *("00000000-0000-0000-0000-000000000000", "{}", "[]", "null", "../..", "%"),
)
PARAMETERS = (
    *("store", "who", "day", "with", "topic", "channel", "visit", "offer", "hour"),
    *("town", "limit", "cursor", "staff", "part", "p", "agenda", "q", "lat", "lon"),
    *("since", "until", "next", "list", "as", "start", "status", "format", "lang"),
    *("version", "from", "to", "page", "fortnight", "week", "reason", "answer"),
)
FEW = (HUGE, "9" * 5000, "\0", "9999-12-31T23:59:59.999999+00:00", "0001-01-01", "{}")
"""For who has no hours; `./run torture schema` has."""
BODIES = (
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b'{"a":' + b"[" * 20_000 + b"]" * 20_000 + b"}",
    *(b"", b"null", b"[]", b"0", b'"x"', b"true", b"{", b"\xff\xfe", b"\0", b"NaN"),
    b'{"starts_at": "\\ud800", "store": "\\ud800", "topic": "\\udfff"}',
    b'{"channel": "\\ud800", "name": "\\ud800", "sdp": "\\ud800", "lang": "\\udfff"}',
    b'{"store": "\\u0000", "topic": "\\u0000", "channel": "\\u0000", "sdp": "\\u0000"}',
    b'{"staff_member": ' + b"9" * 23 + b"}",
    b'{"staff_member": ' + b"9" * 5000 + b"}",
    b'{"staff_member": 1e400, "starts_at": 1e400}',
    b'{"staff_member": [[]], "starts_at": {}, "store": [], "topic": {}, "channel": []}',
    b'{"name": {}, "email": [], "phone": 0, "language": [], "also": {}, "sdp": {}}',
)


Fault = tuple[str, str]
"""What went wrong and where, and a request that did it."""


def answered(ask: Callable[[], Any]) -> Any:
    """The answer; what the request wrote is taken back."""
    with transaction.atomic():
        response = ask()
        transaction.set_rollback(True)
    return response


def fault_of(response: Any) -> str:
    """The error and the line of ours that it left last; empty for an answer below
    500, and for a polite refusal."""
    if response.status_code < 500:
        return ""
    if response.status_code == 503 and "Retry-After" in response:
        return ""
    error = getattr(response, "exc_info", None)
    if not error:
        return str(response.status_code)
    frames = traceback.extract_tb(error[2])
    ours = [f for f in frames if "site-packages" not in f.filename] or frames
    return f"{error[0].__name__} at {ours[-1].filename}:{ours[-1].lineno}"


def share_of(values: Sequence[T], seed: str) -> list[T]:
    """A sixth of them, for one address always the same: over all addresses each value
    has its turn, and `./run torture schema` has all of them."""
    return random.Random(seed).sample(list(values), -(-len(values) // 6))


def people_of(scene: Scene) -> dict[str, Client]:
    """Whoever gets further than the door of some page."""
    people = {
        "Alice": scene.browser_of_alice(),
        "a guest": scene.browser_of_a_guest(),
        "Bob": signed_in(scene.world.bob.user),
        "Dora": signed_in(scene.world.dora),
        "Bob with his mails": scene.browser_with_mails(),
        "nobody": Client(),
    }
    for client in people.values():
        client.raise_request_exception = False
    return people


def shoot_ids(scene: Scene) -> Iterator[Fault]:
    """Each address with a number in it, with numbers that are none of ours."""
    people = people_of(scene)
    for route in our_routes():
        address = scene.address(route)
        for parameter in route.parameters:
            value = str(scene.value_of(parameter, route.name))
            for odd in (HUGE, "9" * 5000, str(2**63 - 1)) if value.isdecimal() else ():
                wrong = address.replace(f"/{value}/", f"/{odd}/")
                for name in ("Alice", "Dora"):
                    yield from _shoot(people[name].get, wrong)
                    yield from _shoot(people[name].post, wrong)


def shoot_queries(
    scene: Scene, odd_ones: Sequence[str], *, one_by_one: bool
) -> Iterator[Fault]:
    """Each page with all parameters that any page reads, odd, for every second page; or
    one odd at a time."""
    people = people_of(scene)
    for route in our_routes()[:: 1 if one_by_one else 2]:
        odd_here = odd_ones if one_by_one else share_of(odd_ones, route.name)
        address, _, usual = scene.address(route).partition("?")
        client = _who_gets_a_page(people, f"{address}?{usual}")
        for odd in odd_here if client else ():
            yield from _shoot(client.get, address, dict.fromkeys(PARAMETERS, odd))
            for name in PARAMETERS if one_by_one else ():
                query = dict(parse_qsl(usual)) | {name: odd}
                yield from _shoot(client.get, address, query)


def _who_gets_a_page(people: dict[str, Client], address: str) -> Any:
    for client in people.values():
        if client.get(address).status_code == 200:
            return client
    return None


def shoot_bodies(scene: Scene) -> Iterator[Fault]:
    """Each address of the API with each odd body, as whoever may write there."""
    people = people_of(scene)
    for route in our_routes():
        address = scene.address(route)
        if not address.startswith("/api/v1/"):
            continue
        cache.clear()
        for body in BODIES:
            for method in ("POST", "PATCH"):
                send = people["Alice"].generic
                yield from _shoot(send, method, address, body, "application/json")
        yield from _shoot(people["Alice"].post, address, b"\xff", "application/sdp")


def shoot_forms(
    scene: Scene, odd_ones: Sequence[str], *, one_by_one: bool
) -> Iterator[Fault]:
    """Each form of each page, or of every second: as it stands, with all fields odd,
    with one odd."""
    seen: set[tuple[str, ...]] = set()
    people = people_of(scene)
    for route in our_routes()[:: 1 if one_by_one else 2]:
        client = _who_gets_a_page(people, scene.address(route))
        for action, fields in forms_of(client, scene.address(route)) if client else ():
            key = (action.partition("?")[0], *sorted(fields))
            if key in seen or "logout" in action:
                continue
            seen.add(key)
            cache.clear()
            yield from _shoot(client.post, action, fields)
            for odd in odd_ones if one_by_one else share_of(odd_ones, str(key)):
                yield from _shoot(client.post, action, dict.fromkeys(fields, odd))
                for field in fields if one_by_one else ():
                    yield from _shoot(client.post, action, fields | {field: odd})


def _shoot(send: Callable[..., Any], *arguments: Any) -> Iterator[Fault]:
    fault = fault_of(answered(lambda: send(*arguments)))
    if fault:
        yield fault, " ".join(map(str, arguments))[:300]


def forms_of(client: Client, address: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Where each form of the page posts to, and what it would send as it stands."""
    response = client.get(address)
    kind = response.get("Content-Type", "")
    if response.status_code != 200 or not kind.startswith("text/html"):
        return
    for form in Page(response.content.decode()).all("form"):
        if form.attributes.get("method", "").lower() != "post":
            continue
        fields = {
            element.attributes["name"]: _typed(element)
            for element in _below(form.children)
            if element.attributes.get("name")
        }
        yield form.attributes.get("action") or address, fields


def _typed(element: Element) -> str:
    """What stands in the field, or what somebody would write there."""
    written = element.attributes.get("value", "")
    if element.tag == "select":
        options = [o.attributes.get("value", "") for o in _below(element.children)]
        written = next(filter(None, options), "")
    kind = element.attributes.get("type", "text")
    tomorrow = (now_utc() + dt.timedelta(days=1)).date().isoformat()
    examples = {"date": tomorrow, "time": "10:00", "email": "x@y.example"}
    return written or examples.get(kind, "some text")


def _below(elements: list[Element]) -> Iterator[Element]:
    for element in elements:
        yield element
        yield from _below(element.children)
