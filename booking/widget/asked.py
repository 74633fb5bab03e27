"""The attributes of a widget, and the page that it stands on, from an address."""

from __future__ import annotations

import datetime as dt
import unicodedata
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from django.http import Http404, HttpRequest, QueryDict
from django.urls import reverse

from booking.instants import read_instant
from stores import access
from stores.models import Brand, Channel, Store, Topic

LONGEST_TITLE = 120
LONGEST_PAGE = 170
"""Both and a blank fit into the field of the product."""
PAGES = ("front", "topics", "channels", "times")
"""Of the way, by how many of the three answers their address has."""


@dataclass(frozen=True)
class Asked:
    """The parts of the question that the site has answered already."""

    brand: Brand
    store: Store | None
    topic: Topic | None
    channel: str

    @property
    def key(self) -> str:
        """The same for the same widget, and made of known names only."""
        parts = (self.store, self.topic)
        slugs = [part.slug if part else "" for part in parts]
        return ":".join([str(self.brand.pk), *slugs, self.channel])

    @property
    def is_whole(self) -> bool:
        """Only the hour is left to be asked."""
        return None not in (self.store, self.topic) and bool(self.channel)

    @property
    def page(self) -> str:
        """Our page with the first question that is left."""
        return page_url(self.brand, self.store, self.topic, self.channel)


def asked_in(request: HttpRequest, brand: str) -> Asked:
    """Http404 for a brand, store, topic or channel that is not, and for a channel by
    which the topic is not offered in the store."""
    of_brand = access.brand_for_slug(brand)
    named = {name: request.GET.get(name, "") for name in ("store", "topic", "channel")}
    store = topic = None
    if named["store"]:
        store = access.store_for_slug(of_brand, named["store"])
    if named["topic"]:
        topic = access.topic_for_slug(of_brand, named["topic"])
    channel = named["channel"]
    if channel and channel not in Channel.values:
        raise Http404
    if store and topic and channel:
        offer = access.offer_for(store=store, topic=topic, channel=channel)
        if offer is None:
            raise Http404
    return Asked(of_brand, store, topic, channel)


def page_url(
    brand: Brand, store: Store | None, topic: Topic | None, channel: str
) -> str:
    """The page of the way that asks what is not answered; what a later page would ask
    goes along in its query."""
    slugs = [brand.slug]
    parts = {"store": store.slug if store else "", "topic": topic.slug if topic else ""}
    left = {**parts, "channel": channel}
    while left and (slug := next(iter(left.values()))):
        slugs.append(slug)
        left.pop(next(iter(left)))
    page = reverse(f"booking:{PAGES[len(slugs) - 1]}", args=slugs)
    further = {name: slug for name, slug in left.items() if slug}
    return f"{page}?{urlencode(further)}" if further else page


def start_in(query: QueryDict) -> dt.datetime | None:
    """The hour that an address names; None for a text that is none."""
    try:
        return read_instant(query.get("start", ""))
    except ValueError:
        return None


def product_in(query: QueryDict) -> str:
    """The page that the widget stands on as the customer's product: its title, its
    address, or both. What is no page of the web is left out; so is what cannot be
    shown."""
    title, page = title_in(query), query.get("page", "")
    return " ".join(part for part in (title, page if _is_page(page) else "") if part)


def title_in(query: QueryDict) -> str:
    """On one line, without what turns writing or prints nothing, and cut."""
    said = query.get("title", "")[: 4 * LONGEST_TITLE]
    kept = (c for c in said if c.isspace() or unicodedata.category(c)[0] != "C")
    return " ".join("".join(kept).split())[:LONGEST_TITLE].strip()


def _is_page(page: str) -> bool:
    if not page.isprintable() or " " in page or len(page) > LONGEST_PAGE:
        return False
    try:
        parts = urlsplit(page)
    except ValueError:
        return False
    has_host = bool(parts.hostname) and parts.username is None
    return parts.scheme in ("https", "http") and has_host
