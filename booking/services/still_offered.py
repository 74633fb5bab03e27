"""Checks again, where a time is taken for good, that it is still offered.

The bits say what was free when they were read. Between that and the booking lie the
minutes of a hold, and in them an offer may be switched off, a store close, or a person
fall ill or leave. The rows say so; the bits of an agenda know some of it only.
"""

from __future__ import annotations

import datetime as dt

from booking.availability import bits as free_time
from booking.availability import opening
from booking.models import Appointment, Hold
from stores.calendar.periods import Period
from stores.models import Agenda, Offer, Store
from stores.statements import ask

_THERE = """EXISTS (
    SELECT FROM stores_store store
      JOIN stores_brand brand ON brand.id = store.brand_id AND brand.active
      JOIN stores_staffmember staff
        ON staff.id = {of}.staff_member_id AND staff.active
      JOIN stores_agenda agenda ON agenda.staff_member_id = staff.id
      JOIN stores_posting posting
        ON posting.staff_member_id = staff.id AND posting.store_id = store.id
       AND COALESCE(posting.valid_from, local.day) <= local.day
       AND COALESCE(posting.valid_until, local.day) >= local.day
     WHERE store.id = {of}.store_id AND store.active
       {offered}
       AND NOT EXISTS (
           SELECT FROM stores_absence absence WHERE absence.agenda_id = agenda.id
              AND absence.starts_at < {of}.ends_at
              AND absence.ends_at > {of}.starts_at))"""
_OFFERED = """AND EXISTS (
           SELECT FROM stores_topic topic
             JOIN stores_competence competence ON competence.topic_id = topic.id
              AND competence.staff_member_id = staff.id
              AND (competence.channels = '[]'
                   OR competence.channels @> to_jsonb({of}.channel))
            WHERE topic.id = {of}.topic_id AND topic.active)
       AND (
           SELECT offer.active FROM stores_offer offer
            WHERE offer.topic_id = {of}.topic_id AND offer.channel = {of}.channel
              AND (offer.store_id = store.id OR offer.store_id IS NULL)
              AND NOT offer.retired
            ORDER BY offer.store_id NULLS LAST LIMIT 1)"""


def _condition(of: str, offered: str) -> str:
    return _THERE.format(of=of, offered=offered.format(of=of))


# Hours belong to the day on which they begin, so the day before counts, too.
_NEAR_CLOSURE = """EXISTS (
    SELECT FROM stores_closure closure JOIN stores_store store
        ON store.id = hold.store_id AND store.brand_id = closure.brand_id
     WHERE closure.first_day <= local.day AND closure.last_day >= local.day - 1
       AND (closure.store_id = store.id OR closure.region_id = store.region_id
            OR closure.store_id IS NULL AND closure.region_id IS NULL))"""


HOLD_STILL_OFFERED = f"{_condition('hold', _OFFERED)},\n       {_NEAR_CLOSURE}"
"""Two columns of a question about a row `hold` and a `local.day`, the store's day on
which it starts. First, whether brand, store, topic, the store's offer and the person
are active, and the person is posted there, knows the topic by this channel and is not
away. Second, whether `is_open` must be asked: a closure is near. Other hours are not
asked, because a change of hours gives up the holds in them.
"""

LOCAL_DAY = "(SELECT %s::date AS day) AS local"

_ASK = f"""
SELECT {_condition("wish", _OFFERED)}, {_condition("wish", "")}
  FROM (SELECT %s::bigint AS store_id, %s::bigint AS topic_id,
               %s::bigint AS staff_member_id, %s::text AS channel,
               %s::timestamptz AS starts_at, %s::timestamptz AS ends_at) AS wish,
       {LOCAL_DAY}
"""  # noqa: S608  # a condition of ours


def local_day(store: Store, starts_at: dt.datetime) -> dt.date:
    return starts_at.astimezone(store.zone).date()


def is_still_offered(
    offer: Offer, store: Store, starts_at: dt.datetime, staff_id: int | None
) -> bool:
    """Of a visit that is about to be given to a person, whose hours have been asked.
    One query, no lock."""
    return _ask(offer, store, starts_at, staff_id)[0]


def is_somebody_there(appointment: Appointment, now: dt.datetime) -> bool:
    """Of a visit as it was booked: its topic may be offered no more, but the store must
    be open and its adviser posted and at work."""
    offer, staff_id = appointment.offer, appointment.staff_member_id
    there = _ask(offer, appointment.store, appointment.starts_at, staff_id)[1]
    return there and is_open(appointment, now)


def is_open(appointment: Appointment | Hold, now: dt.datetime) -> bool:
    """True if the visit lies inside its adviser's hours at its store, by the rows: the
    kept bits may be older than a change that another has just written."""
    agendas = Agenda.objects.for_brand(appointment.store.brand)
    agenda = agendas.get(staff_member=appointment.staff_member_id)
    base = free_time.base_of(now)
    (mask,) = opening.uncommitted_masks(
        [opening.PostedAgenda(agenda, appointment.store)],
        channel=appointment.channel,
        base=base,
    ).values()
    bits = free_time.busy_mask(
        base, [Period(appointment.starts_at, appointment.ends_at)]
    )
    return mask & bits == bits


def _ask(
    offer: Offer, store: Store, starts_at: dt.datetime, staff_id: int | None
) -> tuple[bool, bool]:
    ends_at = starts_at + dt.timedelta(minutes=offer.duration)
    wish = [store.pk, offer.topic_id, staff_id, offer.channel, starts_at, ends_at]
    ((offered, there),) = ask(_ASK, [*wish, local_day(store, starts_at)])
    return bool(offered), bool(there)
