"""Visitors without an account: cookies, network, client address."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import re
import secrets
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict

from booking.models import AccessLink
from stores.written import one_line_end

LINKS_COOKIE = "links"
VISITOR_COOKIE = "visitor"
COOKIE_AGE = 180 * 24 * 3600
MOST_LINKS = 20

TYPED_COOKIE = "typed"
TYPED_AGE = 15 * 60
TYPED_FIELDS = ("name", "reach", "email", "phone", "question", "product")
TYPED_TICKS = ("asks_stock", "needs")
LONGEST_TYPED = 300
ANSWER = re.compile(r"answer_[0-9]{1,18}")
MOST_ANSWERS = 3
MOST_TICKS = 4

IN_APP = (
    ("Instagram", "Instagram"),
    ("Barcelona", "Threads"),
    ("MessengerForiOS", "Messenger"),
    ("FB_IAB/Orca", "Messenger"),
    ("FBAN/", "Facebook"),
    ("FBAV/", "Facebook"),
    ("FB_IAB/", "Facebook"),
    ("musical_ly", "TikTok"),
    ("BytedanceWebview", "TikTok"),
    ("TikTok", "TikTok"),
    ("LinkedInApp", "LinkedIn"),
    ("Snapchat/", "Snapchat"),
    ("[Pinterest/", "Pinterest"),
    ("MicroMessenger/", "WeChat"),
    ("GSA/", "Google"),
)
"""Sign in the header of an app that shows pages itself, and the app's name; of several
that fit, the first counts."""


def app_around(request: HttpRequest) -> str:
    """The app whose own window this page stands in, which often lends it neither camera
    nor microphone; empty in a browser, and where none is recognised."""
    agent = request.headers.get("User-Agent", "")
    return next((name for sign, name in IN_APP if sign in agent), "")


def remember_link(
    request: HttpRequest, response: HttpResponse, link: AccessLink
) -> None:
    """Adds the link to those that this browser opens; the oldest give way."""
    known = links_of(request)
    known.pop(link.id.hex, None)
    known[link.id.hex] = link.generation
    kept = dict(list(known.items())[-MOST_LINKS:])
    set_cookie(response, LINKS_COOKIE, signing.dumps(kept, salt=LINKS_COOKIE))


def links_after(request: HttpRequest, response: HttpResponse) -> dict[str, int]:
    """Those that this browser opens once it has the answer."""
    given = response.cookies.get(LINKS_COOKIE)
    if given is None:
        return links_of(request)
    known: dict[str, int] = signing.loads(given.value, salt=LINKS_COOKIE)
    return known


def visitor_of(request: HttpRequest) -> str:
    """SHA-256 of the visitor's random id; made up now where the browser has none."""
    return hashlib.sha256(_visitor_id(request).encode()).hexdigest()


def remember_visitor(request: HttpRequest, response: HttpResponse) -> None:
    """Gives the browser the id that `visitor_of` answered with."""
    value = signing.dumps(_visitor_id(request), salt=VISITOR_COOKIE)
    set_cookie(response, VISITOR_COOKIE, value)


def network_of(request: HttpRequest) -> str:
    """A keyed hash of the client's /24 or /56: counts networks, names nobody."""
    address = ipaddress.ip_address(client_address(request))
    prefix = 24 if address.version == 4 else 56
    network = ipaddress.ip_network(f"{address}/{prefix}", strict=False)
    key = settings.SECRET_KEY.encode()
    return hmac.digest(key, str(network).encode(), "sha256").hex()


def client_address(request: HttpRequest) -> str:
    """The peer, or what the last trusted proxy wrote; never what a client claims."""
    address: str = request.META.get("REMOTE_ADDR") or "127.0.0.1"
    if settings.TRUSTED_PROXIES:
        hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        if len(hops) >= settings.TRUSTED_PROXIES:
            address = hops[-settings.TRUSTED_PROXIES].strip()
    try:
        ipaddress.ip_address(address)
    except ValueError:
        return "127.0.0.1"
    return address


def links_of(request: HttpRequest) -> dict[str, int]:
    """Id and generation of the links that this browser opens, the last one last."""
    try:
        known: dict[str, int] = signing.loads(
            request.COOKIES.get(LINKS_COOKIE, ""), salt=LINKS_COOKIE
        )
    except signing.BadSignature:
        return {}
    return known


def _visitor_id(request: HttpRequest) -> str:
    made: str | None = getattr(request, "visavis_visitor", None)
    if made is None:
        try:
            cookie = request.COOKIES.get(VISITOR_COOKIE, "")
            made = str(signing.loads(cookie, salt=VISITOR_COOKIE))
        except signing.BadSignature:
            made = secrets.token_urlsafe(16)
        request.visavis_visitor = made  # type: ignore[attr-defined]
    return made


def set_cookie(response: HttpResponse, name: str, value: str) -> None:
    """Sets a cookie that no script reads and no other site sends."""
    response.set_cookie(
        name,
        value,
        max_age=COOKIE_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.SECURE_COOKIES,
    )


def typed_of(request: HttpRequest) -> dict[str, Any]:
    """Field → text or ticks; {} where nothing was kept, or too long ago."""
    try:
        kept: dict[str, Any] = signing.loads(
            request.COOKIES.get(TYPED_COOKIE, ""), salt=TYPED_COOKIE, max_age=TYPED_AGE
        )
    except signing.BadSignature:
        return {}
    return kept


def keep_typed(response: HttpResponse, posted: Mapping[str, Any]) -> None:
    answers = [name for name in posted if ANSWER.fullmatch(name)][:MOST_ANSWERS]
    names = (*TYPED_FIELDS, *answers)
    typed = {name: one_line_end(posted.get(name, "")) for name in names}
    kept: dict[str, Any] = {
        name: text[:LONGEST_TYPED] for name, text in typed.items() if text
    }
    for name in TYPED_TICKS:
        given = (
            posted.getlist(name) if isinstance(posted, QueryDict) else posted.get(name)
        )
        if given:
            kept[name] = [str(value)[:12] for value in given[:MOST_TICKS]]
    response.set_cookie(
        TYPED_COOKIE,
        signing.dumps(kept, salt=TYPED_COOKIE, compress=True),
        max_age=TYPED_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.SECURE_COOKIES,
    )


def forget_typed(response: HttpResponse) -> None:
    response.delete_cookie(TYPED_COOKIE, samesite="Lax")


def see_other(url: str) -> HttpResponseRedirect:
    """303: the answer to this POST is that page, and asking again sends nothing."""
    return HttpResponseRedirect(url, status=303)
