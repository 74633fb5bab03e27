"""A bookable start, as pages and API offer it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from stores.models import Offer, Store


@dataclass(frozen=True)
class Start:
    """A start that may be booked, and who is free for it. Never stored."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    offer: Offer
    store: Store
    staff_ids: tuple[int, ...]

    @property
    def local(self) -> dt.datetime:
        return self.starts_at.astimezone(self.store.zone)

    def as_json(self) -> dict[str, str]:
        return {
            "starts_at": self.starts_at.isoformat(),
            "ends_at": self.ends_at.isoformat(),
            "store": self.store.slug,
            "channel": self.offer.channel,
        }
