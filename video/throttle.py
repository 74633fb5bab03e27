"""How often one participant may offer: a broken page must not keep a worker busy."""

from __future__ import annotations

import datetime as dt

from django.core.cache import cache

from video.errors import TooManyOffers
from video.models import Participant

OFFERS_PER_MINUTE = 30
"""A page that re-joins every two seconds is the fastest that means well."""


def take_offer(participant: Participant, now: dt.datetime) -> None:
    """Raises TooManyOffers. Counted in the cache: flushed, it starts again at none."""
    key = f"video.offers.{participant.pk}.{int(now.timestamp()) // 60}"
    cache.add(key, 0, timeout=120)
    if cache.incr(key) > OFFERS_PER_MINUTE:
        raise TooManyOffers
