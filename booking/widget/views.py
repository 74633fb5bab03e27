"""The parts that a foreign page loads, and the way from there to our pages."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from csp.constants import SELF
from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import conditional_page, require_safe

from booking.visitors import keep_typed, typed_of
from booking.widget.asked import Asked, asked_in, product_in, start_in, title_in
from booking.widget.hours import KEPT, Door, doors_for
from stores.models import Brand, Channel
from stores.views.theme import colours_of

SCRIPT = Path("booking", "static", "booking", "widget.js")
OF_THE_SCRIPT = ("brand", "on", "hover")


@require_safe
@conditional_page
def script(request: HttpRequest) -> HttpResponse:
    """GET `/widget.js`: one address for good, asked again after an hour."""
    path = Path(settings.BASE_DIR, SCRIPT)
    text, packed = _script(path, path.stat().st_mtime_ns)
    is_packed = "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(packed if is_packed else text)
    response["Content-Type"] = "text/javascript; charset=utf-8"
    if is_packed:
        response["Content-Encoding"] = "gzip"
    patch_vary_headers(response, ("Accept-Encoding",))
    return _for_others(response, 3600)


@cache
def _script(path: Path, _changed: int) -> tuple[bytes, bytes]:
    """Its bytes, and the same packed."""
    text = path.read_bytes()
    return text, gzip.compress(text, 9, mtime=0)


@require_safe
def hours(request: HttpRequest, brand: str) -> HttpResponse:
    """GET `/<brand>/widget/hours`: the next hours and the widget's words, for any page
    and the same for everybody. `frame` is empty where the asking site may not show it,
    or there is nothing to show."""
    asked = asked_in(request, brand)
    with translation.override(language_of(request, asked.brand)):
        doors = doors_for(asked, timezone.now())
        answer = _answer(asked, doors)
        may_frame = bool(doors) and _may_frame(request, asked.brand)
        answer["frame"] = _address("widget_frame", asked) if may_frame else ""
    response = JsonResponse(answer)
    patch_vary_headers(response, ("Origin",))
    return _for_others(response, KEPT)


def _answer(asked: Asked, doors: list[Door]) -> dict[str, Any]:
    main = doors[0] if doors else None
    calls = [one for one in doors[1:] if one["channel"] == Channel.CALLBACK]
    return {
        "lang": translation.get_language(),
        "facts": f"{main['name']}, {main['minutes']}" if main else "",
        "times": main["times"] if main else [],
        "call": calls[0]["times"][0]["to"] if calls else "",
        "words": {"other": _("Another time"), "call": _("Get a call"),
                  "close": _("Close")},
        "page": _address("widget_open", asked),
        "colours": colours_of(asked.brand.theme, OF_THE_SCRIPT),
    }  # fmt: skip


def _may_frame(request: HttpRequest, brand: Brand) -> bool:
    """A browser names the origin of each page that asks but our own."""
    origin = request.headers.get("Origin")
    return origin is None or origin in brand.widget_sites


@require_safe
@xframe_options_exempt
def frame(request: HttpRequest, brand: str) -> HttpResponse:
    """GET `/<brand>/widget/frame`: the hours as a page for the sites of the brand's
    list. It asks for nothing, sets nothing, and each of its links leaves it."""
    asked = asked_in(request, brand)
    with translation.override(language_of(request, asked.brand)):
        doors = doors_for(asked, timezone.now())
        about = {name: request.GET[name] for name in ("title", "page")
                 if name in request.GET}  # fmt: skip
        context = {
            "brand": asked.brand,
            "main": doors[0] if doors else None,
            "others": doors[1:],
            "about": f"&{urlencode(about)}" if about else "",
            "title": title_in(request.GET),
            "page": _address("widget_open", asked),
        }
        page = render(request, "booking/widget/frame.html", context)
    response = _for_others(page, KEPT)
    shows = csp_replace({"frame-ancestors": [SELF, *asked.brand.widget_sites]})
    shows(lambda _request: response)(request)
    return response


@never_cache
@require_safe
def open_page(request: HttpRequest, brand: str) -> HttpResponse:
    """GET `/<brand>/widget/open`: leads to the page of the way that asks what is left,
    with the hour chosen. The page it came from goes along as a product, in the
    customer's own browser; nothing else is written."""
    asked = asked_in(request, brand)
    start = start_in(request.GET)
    is_hour = start is not None and asked.is_whole
    query = f"?{urlencode({'start': start.isoformat()})}" if start and is_hour else ""
    response = redirect(f"{asked.page}{query}")
    if product := product_in(request.GET):
        keep_typed(response, typed_of(request) | {"product": product})
    return response


def language_of(request: HttpRequest, brand: Brand) -> str:
    """The language of the page that asks, where the brand has it; else its main one."""
    wanted = request.GET.get("lang", "").split("-")[0].lower()
    return wanted if wanted in brand.languages else brand.main_language


def _address(name: str, asked: Asked) -> str:
    """Of the same widget, in the language that is active."""
    page = reverse(f"booking:{name}", args=[asked.brand.slug])
    facts = {
        "store": asked.store.slug if asked.store else "",
        "topic": asked.topic.slug if asked.topic else "",
        "channel": asked.channel,
        "lang": translation.get_language() or "",
    }
    return f"{page}?{urlencode(facts)}"


def _for_others(response: HttpResponse, seconds: int) -> HttpResponse:
    """To be loaded by any page, without credentials, and kept for so long."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["Cache-Control"] = f"public, max-age={seconds}"
    return response
