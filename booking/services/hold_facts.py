"""What an appointment takes over from its hold, read under the agendas' locks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from booking.errors import HoldExpired
from booking.models import Hold
from booking.services.customer_time import BUSY, values_of_busy
from booking.services.locking import LOCK_OF_HOLD
from stores.statements import ask, columns_of, row_of

# The hold can be locked only when all its agendas are, in their order: `behind` has no
# row before. Its own lock finds what became of it while the agendas were waited for.
_LOCK_AND_READ = f"""
WITH locked AS MATERIALIZED ({LOCK_OF_HOLD}),
     behind AS MATERIALIZED (SELECT array_agg(id) AS agendas FROM locked)
SELECT {columns_of(Hold, "hold")}, behind.agendas, brand.erase_after_days,
       store.time_zone, offer.needs_approval, {BUSY}
  FROM behind CROSS JOIN booking_hold hold
  JOIN stores_brand brand ON brand.id = hold.brand_id
  JOIN stores_store store ON store.id = hold.store_id
  JOIN stores_offer offer ON offer.id = hold.offer_id
 WHERE hold.id = %s AND behind.agendas IS NOT NULL FOR NO KEY UPDATE OF hold
"""  # noqa: S608  # names of columns only


@dataclass(frozen=True)
class HoldFacts:
    """The hold under its locks, and what its appointment takes over from others."""

    hold: Hold
    agendas: list[int]
    erase_after_days: int
    time_zone: str
    needs_approval: bool
    customer_busy: bool

    @property
    def erase_after(self) -> dt.datetime:
        return self.hold.ends_at + dt.timedelta(days=self.erase_after_days)


def lock_and_read(hold: Hold, now: dt.datetime, email: str, phone: str) -> HoldFacts:
    """One query, which locks the hold's agendas in ascending order and then the hold.
    Raises HoldExpired where it is gone or too old."""
    rows = ask(_LOCK_AND_READ, [hold.pk, *values_of_busy(email, phone), hold.pk])
    if not rows:
        raise HoldExpired
    values = rows[0]
    facts = HoldFacts(row_of(Hold, values[:-5]), *values[-5:])
    if facts.hold.expires_at <= now:
        raise HoldExpired
    return facts
