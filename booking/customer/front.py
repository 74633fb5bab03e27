"""The front door of a brand: when somebody is free, and the ways in."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.customer.preset import carried, preset_of, way_on
from booking.front.hours import DoorHours, NextHour, door_hours
from booking.front.links import Preset
from booking.front.queries import two_stores
from booking.visitors import COOKIE_AGE
from stores import access
from stores.models import Brand, Channel, Store
from stores.wording import day, hour, near_day

AHEAD = dt.timedelta(days=14)
STORE_COOKIE = "store"


@require_safe
def front(request: HttpRequest, brand: str) -> HttpResponse:
    """With an answer in the address, on to the first question that is open."""
    of_brand = access.brand_for_slug(brand)
    preset = preset_of(request, of_brand)
    if preset.knows_something:
        return redirect(way_on(of_brand, preset))
    now = timezone.now()
    found = door_hours(of_brand, now)
    open_stores = two_stores(of_brand)
    only = open_stores[0] if len(open_stores) == 1 else None
    usual = only or remembered_store(request, of_brand)
    context = {
        "brand": of_brand,
        "preset": preset,
        "is_open": bool(open_stores),
        "usual": usual,
        "has_others": only is None,
        "start_url": _way_in(of_brand, usual),
        **(_hours(of_brand, found, usual, now) if found else {}),
    }
    return render(request, "booking/customer/front.html", context)


def _hours(
    brand: Brand, found: DoorHours, usual: Store | None, now: dt.datetime
) -> dict[str, Any]:
    first, call = _within(found.first, now), _within(found.call, now)
    return {
        "found": found,
        "first": first,
        "first_day": _day_words(first.local, now) if first else "",
        "first_way": _way_words(first.channel) if first else "",
        "first_url": first and _way_in(brand, first.store, first.channel),
        "call": call,
        "call_day": near_day(call.local, now) if call else "",
        "call_url": _way_in(brand, usual, Channel.CALLBACK),
        "lead": _back_words(found, now) or _ways_words(found.channels),
        "is_full": first is None and found.is_whole,
    }


def _within(hour: NextHour | None, now: dt.datetime) -> NextHour | None:
    """None for what is further away than a fortnight."""
    return hour if hour and hour.starts_at < now + AHEAD else None


def _way_in(brand: Brand, store: Store | None, channel: str = "") -> str:
    """To the store's topics, or to the choice of a store."""
    rest = carried(Preset(channel=channel), on=store is not None)
    if store is None:
        return reverse("booking:stores", args=[brand.slug]) + rest
    return reverse("booking:topics", args=[brand.slug, store.slug]) + rest


def _back_words(found: DoorHours, now: dt.datetime) -> str:
    """While nobody is at work: when somebody is again. Hours can be booked all the
    same."""
    if found.back is None or found.first is None:
        return ""
    at, store = found.back
    local = at.astimezone(store.zone)
    words = _("We are back %(day)s at %(hour)s. You can book now.")
    return words % {"day": near_day(local, now), "hour": hour(local)}


def _ways_words(channels: tuple[str, ...]) -> str:
    """En visio, au téléphone ou en magasin."""
    said = [_way_words(channel) for channel in channels]
    *before, last = said or [""]
    if before:
        facts = {"first": ", ".join(before), "second": last}
        last = _("%(first)s or %(second)s") % facts
    return f"{last[:1].upper()}{last[1:]}." if last else ""


def _way_words(channel: str) -> str:
    return {
        Channel.VIDEO.value: _("by video"),
        Channel.CALLBACK.value: _("by phone"),
        Channel.IN_STORE.value: _("in person"),
    }[channel]


def _day_words(local: dt.datetime, now: dt.datetime) -> str:
    """Demain, mardi 14 octobre."""
    near, said = near_day(local, now), day(local)
    return said if near == said else f"{near}, {said}"


def remembered_store(request: HttpRequest, brand: Brand) -> Store | None:
    """The one where this browser last kept an hour, if it may still be booked."""
    slug = request.COOKIES.get(STORE_COOKIE, "")
    try:
        return access.store_for_slug(brand, slug) if slug else None
    except Http404:
        return None


def remember_store(response: HttpResponse, store: Store) -> None:
    """For the brand's pages alone."""
    response.set_cookie(
        STORE_COOKIE,
        store.slug,
        max_age=COOKIE_AGE,
        path=f"/{store.brand.slug}/",
        httponly=True,
        samesite="Lax",
        secure=settings.SECURE_COOKIES,
    )
