"""What an appointment takes over from its hold, read under the agendas' locks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from booking.errors import HoldExpired
from booking.models import Hold
from booking.services.customer_time import BUSY, values_of_busy
from stores.statements import ask, columns_of, row_of

_FACTS = f"""
SELECT {columns_of(Hold, "hold")}, brand.erase_after_days, store.time_zone,
       offer.needs_approval, {BUSY}
  FROM booking_hold hold JOIN stores_brand brand ON brand.id = hold.brand_id
  JOIN stores_store store ON store.id = hold.store_id
  JOIN stores_offer offer ON offer.id = hold.offer_id
 WHERE hold.id = %s FOR NO KEY UPDATE OF hold
"""  # noqa: S608  # names of columns only


@dataclass(frozen=True)
class HoldFacts:
    """The hold under its locks, and what its appointment takes over from others."""

    hold: Hold
    erase_after_days: int
    time_zone: str
    needs_approval: bool
    customer_busy: bool

    @property
    def erase_after(self) -> dt.datetime:
        return self.hold.ends_at + dt.timedelta(days=self.erase_after_days)


def facts_of(hold: Hold, now: dt.datetime, email: str, phone: str) -> HoldFacts:
    """One query, which locks the hold; its agendas are locked already. Raises
    HoldExpired where it is gone or too old."""
    rows = ask(_FACTS, [*values_of_busy(email, phone), hold.pk])
    if not rows:
        raise HoldExpired
    values = rows[0]
    facts = HoldFacts(row_of(Hold, values[:-4]), *values[-4:])
    if facts.hold.expires_at <= now:
        raise HoldExpired
    return facts
