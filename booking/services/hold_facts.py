"""What an appointment takes over from its hold, read under the agendas' locks."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from booking.errors import HoldExpired, SlotNotOffered
from booking.models import Appointment, Customer, Hold
from booking.services.customer_time import BUSY, values_of_busy
from booking.services.locking import LOCK_OF_HOLD
from booking.services.still_offered import (
    HOLD_STILL_OFFERED,
    LOCAL_DAY,
    is_open,
    local_day,
)
from booking.services.taking import Question
from booking.starts import Start
from booking.states import Status
from stores.access import offer_for
from stores.statements import ask, columns_of, row_of

# The hold can be locked only when all its agendas are, in their order: `behind` has no
# row before. Its own lock finds what became of it while the agendas were waited for.
_LOCK_AND_READ = f"""
WITH locked AS MATERIALIZED ({LOCK_OF_HOLD}),
     behind AS MATERIALIZED (SELECT array_agg(id) AS agendas FROM locked)
SELECT {columns_of(Hold, "hold")}, behind.agendas, brand.erase_after_days,
       store.time_zone, offer.needs_approval, {BUSY},
       {HOLD_STILL_OFFERED}
  FROM behind CROSS JOIN {LOCAL_DAY} CROSS JOIN booking_hold hold
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
    still_offered: bool
    near_closure: bool

    @property
    def erase_after(self) -> dt.datetime:
        return self.hold.ends_at + dt.timedelta(days=self.erase_after_days)


def lock_and_read(hold: Hold, now: dt.datetime, email: str, phone: str) -> HoldFacts:
    """One query, which locks the hold's agendas in ascending order and then the hold;
    four more where a closure is near.
    Raises HoldExpired where it is gone or too old, and SlotNotOffered where its time
    has begun or is offered no more."""
    day = local_day(hold.store, hold.starts_at)
    rows = ask(_LOCK_AND_READ, [hold.pk, *values_of_busy(email, phone), day, hold.pk])
    if not rows:
        raise HoldExpired
    values = rows[0]
    facts = HoldFacts(row_of(Hold, values[:-7]), *values[-7:])
    if facts.hold.expires_at <= now:
        raise HoldExpired
    if facts.hold.starts_at <= now or not facts.still_offered:
        raise SlotNotOffered
    if facts.near_closure and not is_open(hold, now):
        raise SlotNotOffered
    return facts


def appointment_of(
    facts: HoldFacts, customer: Customer, question: str, source: str, now: dt.datetime
) -> Appointment:
    """Not stored yet, with the hold's id: a form that was sent twice finds what the
    first one made."""
    hold = facts.hold
    return Appointment(
        id=hold.pk,
        brand_id=hold.brand_id,
        store_id=hold.store_id,
        customer=customer,
        topic_id=hold.topic_id,
        offer_id=hold.offer_id,
        staff_member_id=hold.staff_member_id,
        channel=hold.channel,
        status=Status.REQUESTED if facts.needs_approval else Status.CONFIRMED,
        starts_at=hold.starts_at,
        ends_at=hold.ends_at,
        time_zone=facts.time_zone,
        language=customer.language,
        question=question,
        question_erase_after=hold.ends_at + dt.timedelta(days=30),
        source=source,
        network=hold.network,
        created_at=now,
        erase_after=facts.erase_after,
    )


def nearest_to(hold: Hold, now: dt.datetime) -> list[Start]:
    """With whoever is free; none where the topic is not offered that way any more."""
    offer = offer_for(store=hold.store, topic=hold.topic, channel=hold.channel)
    if offer is None:
        return []
    return Question(offer, hold.store, hold.starts_at, now).nearest()
