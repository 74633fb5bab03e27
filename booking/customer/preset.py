"""Answers that an address brings along, and the question that is still open.

`?store=`, `?topic=`, `?channel=` and `?person=` are those of a link on a poster or on
another site. What is known is not asked for; what is not offered here is left out, and
the next page says so once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from booking.front.links import Preset, preset_behind
from booking.front.queries import (
    link_behind,
    person_of,
    stores_of_person,
    two_stores,
)
from stores import access
from stores.models import Brand, Channel, Offer, StaffMember, Store

ON = "on"
"""In the address of a page that one comes to on the way: a question with one possible
answer is passed over. Without it, as on the way back, the page shows that answer."""

Row = TypeVar("Row")


@require_safe
def short_link(request: HttpRequest, code: str) -> HttpResponse:
    """Leads past what the link knows; one that is retired, to the front door."""
    link = link_behind(code.lower())
    if link is None:
        raise Http404
    return redirect(way_on(link.brand, preset_behind(link)))


def preset_of(request: HttpRequest, brand: Brand, store: Store | None = None) -> Preset:
    """As the address has it, each answer checked with the brand. Asks nothing where it
    has none; `store` is the one that the page is about."""
    asked = {
        name: request.GET[name]
        for name in ("store", "topic", "channel", "person")
        if request.GET.get(name)
    }
    was_gone = "gone" in request.GET
    if not asked:
        return Preset(store=store, is_gone=was_gone)
    found = Preset(
        store=store or _found(access.store_for_slug, brand, asked.get("store")),
        topic=_found(access.topic_for_slug, brand, asked.get("topic")),
        channel=_channel(asked.get("channel", "")),
        person=_person(brand, asked.get("person", "")),
    )
    missing = [name for name in asked if not getattr(found, name)]
    return replace(found, is_gone=was_gone or bool(missing))


def _found(
    find: Callable[[Brand, str], Row], brand: Brand, slug: str | None
) -> Row | None:
    try:
        return find(brand, slug) if slug else None
    except Http404:
        return None


def _channel(written: str) -> str:
    return written if written in Channel.values else ""


def _person(brand: Brand, written: str) -> StaffMember | None:
    try:
        return person_of(brand, access.written_id(written)) if written else None
    except Http404:
        return None


def carried(preset: Preset, *, on: bool = False) -> str:
    """`?topic=…&person=…` for the next page, without the store, which is its path."""
    facts = {
        "topic": preset.topic.slug if preset.topic else "",
        "channel": preset.channel,
        "person": preset.person.pk if preset.person else "",
        ON: "1" if on else "",
        "gone": "1" if preset.is_gone else "",
    }
    written = urlencode({name: value for name, value in facts.items() if value})
    return f"?{written}" if written else ""


def way_on(brand: Brand, preset: Preset) -> str:
    """The address of the first question that has no answer, with those of later ones.
    A store, topic or channel without another is no question."""
    if not preset.knows_something:
        return reverse("booking:front", args=[brand.slug]) + carried(preset)
    store = preset.store or _only_store(brand, preset.person)
    if store is None:
        return reverse("booking:stores", args=[brand.slug]) + carried(preset)
    if preset.person and not access.works_at(store, preset.person):
        preset = replace(preset, person=None, is_gone=True)
    return _way_at(store, preset, access.offers_met(store))


def further_than(request: HttpRequest, preset: Preset) -> str:
    """The address to go on to from a page of a store; empty to stay there."""
    comes = ON in request.GET or any(
        request.GET.get(name) for name in ("topic", "channel", "person")
    )
    if request.method == "POST" or not comes or preset.store is None:
        return ""
    address = way_on(preset.store.brand, preset)
    return "" if address == request.get_full_path() else address


def address_after(store: Store, preset: Preset, offers: list[Offer]) -> str:
    """From a topic that somebody chooses now, whatever was wrong before."""
    return _way_at(store, replace(preset, is_gone=False), offers)


def _way_at(store: Store, preset: Preset, offers: list[Offer]) -> str:
    slugs = [store.brand.slug, store.slug]
    topic = _taken([offer.topic for offer in offers], preset.topic)
    if preset.topic and topic != preset.topic:
        preset = replace(preset, is_gone=True)
    if topic is None:
        rest = replace(preset, topic=None)
        return reverse("booking:topics", args=slugs) + carried(rest)
    slugs.append(topic.slug)
    by = [str(offer.channel) for offer in offers if offer.topic_id == topic.pk]
    channel = _taken(by, preset.channel)
    if preset.channel and channel != preset.channel:
        preset = replace(preset, is_gone=True)
    if channel is None:
        rest = replace(preset, topic=None, channel="")
        return reverse("booking:channels", args=slugs) + carried(rest)
    return times_address([*slugs, channel], preset)


def times_address(slugs: list[str], preset: Preset) -> str:
    """The page of hours, of one person if one is wanted."""
    facts = {"with": preset.person.pk if preset.person else ""}
    facts["gone"] = "1" if preset.is_gone else ""
    written = urlencode({name: value for name, value in facts.items() if value})
    return reverse("booking:times", args=slugs) + (f"?{written}" if written else "")


def _taken(offered: list[Row], wanted: Row | None) -> Row | None:
    """The one that is wanted if it is offered, else the only one that is."""
    if wanted in offered:
        return wanted
    first = offered[0] if offered else None
    return first if all(one == first for one in offered) else None


def _only_store(brand: Brand, person: StaffMember | None) -> Store | None:
    """The only one of the brand, or of the person."""
    found = two_stores(brand)
    if len(found) > 1 and person is not None:
        found = stores_of_person(brand, person)
    store = found[0] if len(found) == 1 else None
    if store is not None:
        store.brand = brand
    return store
