"""The next hours that a widget shows, as plain words that are kept for a minute."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, TypedDict
from urllib.parse import urlencode

from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from booking import wording
from booking.availability import bits
from booking.availability.agendas import staff_for
from booking.availability.query import StartQuery
from booking.availability.search import DOORS
from booking.availability.starts import StartMasks, masks_for_all
from booking.customer.times import named
from booking.front.queries import is_large
from booking.starts import Start
from booking.widget.asked import Asked
from stores import access
from stores.models import Channel, Offer, Store
from stores.queries import offers_of_topic, remote_teams, shortest_offers
from stores.wording import day, hour, near_day, short_day

KEPT = 60
"""Seconds; the same for the browser."""
MOST_HOURS = 3
MOST_STORES = 20
"""A brand with more is asked for its teams at a distance only: the customer chooses the
store on our own page."""


class Hour(TypedDict):
    """One start. `to` is the address that chooses it."""

    at: str
    hour: str
    near: str
    day: str
    to: str


class Door(TypedDict):
    """One channel with its next hours, one at least."""

    channel: str
    name: str
    minutes: str
    who: str
    times: list[Hour]


def doors_for(asked: Asked, now: dt.datetime) -> list[Door]:
    """In the order of `DOORS`, those without an hour left out. In the language that is
    active; at most a minute old."""
    key = f"widget:{asked.key}:{get_language()}"
    kept: list[Door] | None = cache.get(key)
    if kept is None:
        kept = _doors(asked, now)
        cache.set(key, kept, KEPT)
    return kept


def _doors(asked: Asked, now: dt.datetime) -> list[Door]:
    pairs = list(_offers(asked))
    queries = [StartQuery(offer=o, store=store, now=now) for store, o in pairs]
    by_channel: dict[str, list[Start]] = {}
    for masks in masks_for_all(queries):
        by_channel.setdefault(masks.offer.channel, []).extend(next_starts(masks))
    found: list[Door] = []
    for channel in DOORS:
        starts = sorted(by_channel.get(channel, ()), key=lambda start: start.starts_at)
        if spread := apart(starts):
            found.append(_door(asked, spread, now))
    return found


def _offers(asked: Asked) -> Iterable[tuple[Store, Offer]]:
    """Of each store that comes into question one offer per channel. In store nobody is
    sent to a store that they did not choose."""
    stores = [asked.store] if asked.store else _stores(asked)
    for channel in [asked.channel] if asked.channel else DOORS:
        if channel == Channel.IN_STORE and len(stores) != 1:
            continue
        if asked.topic is None:
            offers = shortest_offers(asked.brand, stores, channel=channel)
        else:
            of_topic = offers_of_topic(asked.brand, stores, asked.topic)
            offers = {pk: o for pk, all_ in of_topic.items()
                      for o in all_ if o.channel == channel}  # fmt: skip
        yield from ((s, offers[s.pk]) for s in stores if s.pk in offers)


def _stores(asked: Asked) -> list[Store]:
    few = [] if is_large(asked.brand) else access.stores_of(asked.brand)
    if not few or len(few) > MOST_STORES:
        few = remote_teams(asked.brand, MOST_STORES)
    for store in few:
        store.brand = asked.brand
    return few


def next_starts(masks: StartMasks) -> list[Start]:
    """The first hours, each a visit's length after the one before."""
    found: list[Start] = []
    mask = masks.union()
    step = -(-masks.offer.duration // 5)
    while len(found) < MOST_HOURS and (bit := bits.first_bit(mask)) is not None:
        found += masks.starts(1 << bit)
        mask = mask >> (bit + step) << (bit + step)
    return found


def apart(starts: Sequence[Start]) -> list[Start]:
    """The first hours of several stores, none inside the visit of the one before."""
    found: list[Start] = []
    for start in starts:
        if len(found) == MOST_HOURS:
            break
        if not found or start.starts_at >= found[-1].ends_at:
            found.append(start)
    return found


def _door(asked: Asked, starts: Sequence[Start], now: dt.datetime) -> Door:
    first = starts[0]
    offer, store = first.offer, first.store
    name = wording.channel_question(offer.channel, store)
    minutes = _("%(minutes)d min") % {"minutes": offer.duration}
    staff = staff_for(StartQuery(offer=offer, store=store, now=now))
    who = named(first, staff)
    return {
        "channel": str(offer.channel),
        "name": name,
        "minutes": minutes,
        "who": who and _("with %(who)s") % {"who": who},
        "times": [_hour(asked, start, now) for start in starts],
    }


def _hour(asked: Asked, start: Start, now: dt.datetime) -> Hour:
    local = start.local
    away = (local.date() - now.astimezone(local.tzinfo).date()).days
    near = near_day(local, now)
    page = reverse("booking:widget_open", args=[asked.brand.slug])
    facts: dict[str, Any] = {
        "store": start.store.slug,
        "topic": (asked.topic or start.offer.topic).slug,
        "channel": start.offer.channel,
        "start": start.starts_at.isoformat(),
    }
    return {
        "at": start.starts_at.isoformat(),
        "hour": hour(local),
        "near": near if away < 2 else short_day(local),
        "day": f"{near}, {day(local)}" if away < 2 else near,
        "to": f"{page}?{urlencode(facts)}",
    }
