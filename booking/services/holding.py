"""Keeping a time while somebody types.

A hold takes its time like an appointment, for ten minutes.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction

from booking.availability.buffers import with_buffers
from booking.availability.query import StartQuery
from booking.availability.starts import Candidate, StartMasks, masks_for
from booking.brought.photos import keep_longer
from booking.errors import (
    AgendaBusy,
    HoldExpired,
    SlotNotOffered,
    SlotTaken,
    TooManyHolds,
)
from booking.models import Hold
from booking.services import locking
from booking.services.taking import (
    CandidateLost,
    Target,
    lock_and_check,
    longest_idle_first,
    take_one,
)
from stores.access import offer_for
from stores.counts import count_up
from stores.models import Channel, StaffMember, Store, Topic
from stores.statements import ask

HOLD_TIME = dt.timedelta(minutes=10)
MOST_RENEWALS = 12

MOST_OF_VISITOR = 120
"""Times taken or taken again in an hour by one browser, in one brand."""
HOUR = 3600
MOST_HOLDS_PER_NETWORK = 300
"""Of one brand, at the same moment, of visitors who hold nothing yet: a whole town may
share one carrier address, and sixty bots must not shut it out."""
_EARLIER = """
SELECT NULL::uuid, count(*), NULL::bigint, NULL::bigint, NULL::bigint,
       NULL::timestamptz
  FROM booking_hold
 WHERE network = %s AND expires_at > %s AND brand_id = %s AND visitor <> %s
 UNION ALL
SELECT hold.id, taken.agenda_id, hold.offer_id, hold.store_id, hold.staff_member_id,
       hold.starts_at
  FROM booking_hold hold
  LEFT JOIN booking_occupancy taken ON taken.hold_id = hold.id
 WHERE hold.brand_id = %s AND hold.visitor = %s AND hold.purpose = 'booking'
"""


def hold_slot(
    *,
    store: Store,
    topic: Topic,
    channel: Channel | str,
    starts_at: dt.datetime,
    visitor: str,
    network: str,
    now: dt.datetime,
    staff_member: StaffMember | None = None,
) -> Hold:
    """Keeps a start for ten minutes, giving back what this visitor held before.

    `visitor` and `network` are hashes (booking.access). Raises SlotNotOffered for a
    start outside hours, notice, horizon or grid; SlotTaken with the three nearest;
    TooManyHolds. Two visitors at once: one holds, the other gets SlotTaken.
    One who asks twice for the same gets the hold that there is.
    """
    offer = offer_for(store=store, topic=topic, channel=channel)
    if offer is None:
        raise SlotNotOffered
    query = StartQuery(
        offer=offer, store=store, now=now, staff_member=staff_member, visitor=visitor
    )
    wish = _Wish(Target(query, starts_at), topic, network)
    try:
        return _hold(wish)
    except _HeldMeanwhile:
        # The other of two taps was first: its hold is there to be found now.
        return _hold(wish)


@dataclass(frozen=True)
class _Wish:
    """The wish of a visitor; `previous` are the holds given back for it."""

    target: Target
    topic: Topic
    network: str
    previous: Sequence[EarlierHold] = ()


def _hold(wish: _Wish) -> Hold:
    query, starts_at = wish.target.query, wish.target.starts_at
    previous, had_it = earlier_holds(query, wish.network), False
    for before in previous:
        if before.is_for(query, starts_at):
            had_it = True
            try:
                return _renewed(before.hold_id, query.now)
            except HoldExpired:
                break
    found = masks_for(query)
    if not found.is_offered(starts_at):
        # Who was offered it once is told what is near; a made-up time is just refused.
        raise SlotNotOffered(nearest=found.nearest(starts_at) if had_it else ())
    hold, found = _take(replace(wish, previous=previous), found)
    if hold is not None:
        return hold
    if previous:
        # What the visitor holds is free to them alone.
        found = masks_for(replace(query, visitor=""))
    raise SlotTaken(nearest=found.nearest(starts_at))


class _HeldMeanwhile(AgendaBusy):
    """The same visitor held a time at the same moment."""


def _take(wish: _Wish, found: StartMasks) -> tuple[Hold | None, StartMasks]:
    try:
        return take_one(
            wish.target,
            found,
            in_order=longest_idle_first,
            attempt=lambda candidate, wait: _hold_locked(candidate, wish, wait=wait),
        )
    except IntegrityError as error:
        if "hold_one_per_visitor" in str(error):
            raise _HeldMeanwhile from error
        raise


def _hold_locked(candidate: Candidate, wish: _Wish, *, wait: bool) -> Hold:
    query = wish.target.query
    period = with_buffers(query.offer, wish.target.starts_at)
    if not wish.previous and query.offer.daily_ceiling is None:
        hold = _hold_of(candidate, wish)
        tried, taken = locking.lock_and_take(
            hold, candidate.agendas, period, now=query.now, wait=wait
        )
        if taken:
            return hold
        if tried:
            raise CandidateLost
    # Something has changed since the bits were read: step by step, under the lock.
    lock_and_check(
        candidate,
        wish.target,
        also=[b.agenda_id for b in wish.previous if b.agenda_id is not None],
        giving_back=[before.hold_id for before in wish.previous],
    )
    hold = _hold_of(candidate, wish)
    taken = locking.insert_occupancies(
        brand_id=hold.brand_id, agendas=candidate.ids, period=period, hold=hold
    )
    if not taken:
        raise CandidateLost
    return hold


def _hold_of(candidate: Candidate, wish: _Wish) -> Hold:
    """Makes the hold, not stored yet."""
    query, staff_id = wish.target.query, candidate.agenda.staff_member_id
    offer, starts_at = query.offer, wish.target.starts_at
    if staff_id is None:
        raise CandidateLost
    hold = Hold(
        brand_id=query.store.brand_id,
        store=query.store,
        topic=wish.topic,
        offer=offer,
        staff_member_id=staff_id,
        channel=offer.channel,
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(minutes=offer.duration),
        expires_at=query.now + HOLD_TIME,
        visitor=query.visitor,
        network=wish.network,
    )
    if isinstance(query.staff_member, StaffMember):
        hold.staff_member = query.staff_member
    return hold


def can_extend(hold: Hold) -> bool:
    """True if more time would add any: a hold is worth nothing from its start on."""
    return hold.expires_at < hold.starts_at and hold.renewals < MOST_RENEWALS


def extend_hold(*, hold: Hold, now: dt.datetime) -> Hold:
    """Ten minutes more from now, at most twelve times (WCAG 2.2.1 asks for ten).

    Raises HoldExpired where it ran out, and from its start on."""
    with transaction.atomic():
        row = _locked_hold(hold.pk, now)
        if row.renewals >= MOST_RENEWALS:
            raise HoldExpired("The hold was extended as often as is possible.")
        row.renewals += 1
        row.expires_at = now + HOLD_TIME
        row.save(update_fields=["renewals", "expires_at"])
        keep_longer(row, now)
    return row


def _renewed(hold_id: uuid.UUID, now: dt.datetime) -> Hold:
    """Ten minutes from now, which counts as any other renewal; as it stands, where it
    was renewed as often as is possible."""
    with transaction.atomic():
        row = _locked_hold(hold_id, now)
        if row.renewals < MOST_RENEWALS:
            row.renewals += 1
            row.expires_at = now + HOLD_TIME
            row.save(update_fields=["renewals", "expires_at"])
    return row


def _locked_hold(hold_id: uuid.UUID, now: dt.datetime) -> Hold:
    """The hold under its agendas' locks; HoldExpired where it is gone or too old."""
    locking.lock_agendas_of_hold(hold_id)
    holds = Hold.objects.all_brands().select_for_update(no_key=True, of=("self",))
    row = holds.filter(pk=hold_id).first()
    if row is None or row.kept_until <= now:
        raise HoldExpired
    return row


@dataclass(frozen=True)
class EarlierHold:
    """A hold that the visitor has, and an agenda that it takes time from."""

    hold_id: uuid.UUID
    agenda_id: int | None
    offer_id: int
    store_id: int
    staff_member_id: int
    starts_at: dt.datetime

    def is_for(self, query: StartQuery, starts_at: dt.datetime) -> bool:
        """The same time once more, not another one: a form that was sent twice."""
        return (
            self.starts_at == starts_at
            and (self.offer_id, self.store_id) == (query.offer.pk, query.store.pk)
            and query.staff_id in (None, self.staff_member_id)
        )


def earlier_holds(query: StartQuery, network: str) -> list[EarlierHold]:
    """The visitor's own, with their agendas. Raises TooManyHolds for a visitor who
    takes time after time, and for the network's; who gives a time back for another
    takes nothing from their neighbours."""
    brand_id, visitor = query.store.brand_id, query.visitor
    mark = hashlib.sha256(f"{brand_id} {visitor}".encode()).hexdigest()
    if count_up(f"holds:{mark}", seconds=HOUR) > MOST_OF_VISITOR:
        raise TooManyHolds(query.store)
    values = [network, query.now, brand_id, visitor, brand_id, visitor]
    (_, others, *_), *own = ask(_EARLIER, values)
    if others >= MOST_HOLDS_PER_NETWORK and not own:
        raise TooManyHolds(query.store)
    return [EarlierHold(*row) for row in own]
