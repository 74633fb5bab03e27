"""Slows the guessing of passwords without shutting out the one who is guessed at.

A stranger's guesses are counted by account and address, so that nobody closes the door
for a colleague elsewhere. A browser in which somebody signed in before is known by a
signed cookie and has counts of its own: no stranger's guess shuts it out ("device
cookies" in OWASP's words).
"""

from __future__ import annotations

import ipaddress
import secrets
from dataclasses import dataclass
from typing import Any

from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from booking.visitors import client_address, set_cookie
from stores.counts import count_down, count_up
from stores.models import User
from visavis.accounts.queries import is_of_one_of

DEVICE_COOKIE = "device"
MOST_USERS = 20
"""Of one shared tablet; the ones who signed in longest ago give way."""


@dataclass(frozen=True)
class Limit:
    most: int
    seconds: int


OF_ACCOUNT_AND_ADDRESS = Limit(5, 300)
OF_ADDRESS = Limit(10, 60)
OF_ACCOUNT = Limit(100, 3600)
"""From however many addresses: a hundred guesses an hour find no password of twelve
characters, and the browsers that the account knows are not counted."""
OF_DEVICE = Limit(10, 300)


class Attempt:
    """One log-in, counted before the password is looked at: of a hundred that come at
    once no more are looked at than of a hundred in a row."""

    def __init__(self, request: HttpRequest, email: str) -> None:
        self._counts = _counts(request, email.strip().lower())

    def is_allowed(self) -> bool:
        """Counts it under each limit until one is passed."""
        return all(
            count_up(key, seconds=limit.seconds) <= limit.most
            for key, limit in self._counts
        )

    def take_back(self) -> None:
        """The password was right: only wrong ones count."""
        for key, _limit in self._counts:
            count_down(key)


def _counts(request: HttpRequest, email: str) -> list[tuple[str, Limit]]:
    device = _device_of(request)
    if _knows(device, email):
        return [(_key("device", device["id"], email), OF_DEVICE)]
    source = _source_of(request)
    return [
        (_key("account", email, source), OF_ACCOUNT_AND_ADDRESS),
        (_key("address", source), OF_ADDRESS),
        (_key("everywhere", email), OF_ACCOUNT),
    ]


def _key(kind: str, *parts: str) -> str:
    """Keyed: the cache learns neither addresses nor accounts."""
    return f"guess:{kind}:{salted_hmac('visavis.guess', '|'.join(parts)).hexdigest()}"


def _source_of(request: HttpRequest) -> str:
    """The client's IPv4 address, or its /64."""
    address = ipaddress.ip_address(client_address(request))
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network(f"{address}/64", strict=False))


def _device_of(request: HttpRequest) -> dict[str, Any]:
    try:
        found = signing.loads(
            request.COOKIES.get(DEVICE_COOKIE, ""), salt=DEVICE_COOKIE
        )
    except signing.BadSignature:
        return {"id": secrets.token_urlsafe(16), "users": []}
    return dict(found)


def _knows(device: dict[str, Any], email: str) -> bool:
    users = device["users"]
    return bool(users) and is_of_one_of(email, users)


def remember_device(request: HttpRequest, response: HttpResponse, user: User) -> None:
    """After a log-in: this browser is the account's own from now on."""
    device = _device_of(request)
    others = [pk for pk in device["users"] if pk != user.pk]
    device["users"] = [*others, user.pk][-MOST_USERS:]
    set_cookie(response, DEVICE_COOKIE, signing.dumps(device, salt=DEVICE_COOKIE))
