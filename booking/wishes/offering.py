"""Offers a freed hour to the next in line, and holds it for them.

Any number of processes may look at once. What decides is the agenda's lock, as for any
hold: the second finds the hour taken and leaves it alone.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.db.models import F

from booking.availability.buffers import with_buffers
from booking.availability.query import StartQuery
from booking.availability.starts import Candidate, StartMasks, masks_for
from booking.instants import EVENING, MORNING, morning_after, part_of
from booking.models import (
    Actor,
    Appointment,
    EventKind,
    FreedHour,
    Hold,
    Wish,
    WishOffer,
)
from booking.models.wish import MOST_OFFERS
from booking.services import locking
from booking.services.taking import (
    CandidateLost,
    Target,
    lock_and_check,
    longest_idle_first,
    take_one,
)
from booking.states import Status
from booking.wishes.answering import lock_visit
from booking.wishes.making import LAST_CALL, is_reached
from stores.access import offer_for
from stores.models import Offer
from stores.models.brand import BrandQuerySet

HELD_FOR = dt.timedelta(minutes=15)
TOLD_AT_ONCE = 3
"""In the last hour, when there is no time to ask one after the other."""

WAITS = (Status.REQUESTED, Status.CONFIRMED)


class _NotNow(Exception):
    """The wish is over, was told of another hour, or its visit has changed."""


@dataclass
class _Look:
    """A freed hour at one moment; what is free is read once for each offer."""

    freed: FreedHour
    now: dt.datetime
    masks: dict[int, StartMasks] = field(default_factory=dict)
    offers: dict[tuple[int, str], Offer | None] = field(default_factory=dict)

    @property
    def zone(self) -> zoneinfo.ZoneInfo:
        return self.freed.store.zone

    @property
    def lead(self) -> dt.timedelta:
        return self.freed.starts_at - self.now

    @property
    def is_last_call(self) -> bool:
        return self.lead < LAST_CALL

    def offer_of(self, visit: Appointment) -> Offer | None:
        key = (visit.topic_id, visit.channel)
        if key not in self.offers:
            self.offers[key] = offer_for(
                store=self.freed.store, topic=visit.topic, channel=visit.channel
            )
        return self.offers[key]

    @property
    def ends_at(self) -> dt.datetime:
        """Until then it may be taken by those who are told now."""
        return self.freed.starts_at if self.is_last_call else self.now + HELD_FOR


def look_at(freed: FreedHour, *, now: dt.datetime) -> int:
    """Offers the hour to the next in line, or to three at once in its last hour; how
    many were told. Then it rests until there is something to do again."""
    look = _Look(freed, now)
    _lapse(now, freed=freed)
    held = _held(freed).first()
    if look.lead <= dt.timedelta(0):
        _settle(freed, closed_at=now)
    elif held is not None:
        _settle(freed, next_at=held.ends_at)
    elif not MORNING <= now.astimezone(look.zone).hour < EVENING:
        _settle(freed, next_at=morning_after(now, look.zone))
    elif look.is_last_call:
        return _offer_to_some(look)
    else:
        return _offer_to_next(look)
    return 0


def _lapse(now: dt.datetime, **of: Wish | FreedHour) -> None:
    rows = WishOffer.objects.all_brands().filter(**of, answer="", ends_at__lte=now)
    rows.update(answer=WishOffer.Answer.LAPSED)


def _offer_to_some(look: _Look) -> int:
    """In one transaction: a second process must not tell three others."""
    rows = FreedHour.objects.all_brands().filter(pk=look.freed.pk, turn=look.freed.turn)
    with transaction.atomic():
        if rows.select_for_update(no_key=True).first() is None:
            return 0
        told, _rests = _tell_in_turn(look, TOLD_AT_ONCE)
        _settle(look.freed, closed_at=look.now)
    return told


def _offer_to_next(look: _Look) -> int:
    freed, now = look.freed, look.now
    told, rests = _tell_in_turn(look, 1)
    morning = morning_after(now, look.zone)
    # Another process may have been first, and keeps it for somebody.
    held = _held(freed).first()
    if held is not None:
        _settle(freed, next_at=held.ends_at)
    elif rests and morning < freed.starts_at:
        _settle(freed, next_at=morning)
    else:
        _settle(freed, closed_at=now)
    return told


def _held(freed: FreedHour) -> BrandQuerySet[WishOffer]:
    rows = WishOffer.objects.all_brands()
    return rows.filter(freed=freed, answer="", is_shared=False)


def _tell_in_turn(look: _Look, wanted: int) -> tuple[int, bool]:
    """Counts who was told; True if somebody else may be on another day."""
    told, rests = 0, False
    for wish in line_for(look.freed):
        offer = _fitting(wish, look)
        if offer is None:
            continue
        if not wish.may_be_told(look.now):
            rests = True
            continue
        told += _tell(wish, offer, look)
        if told == wanted:
            break
    return told, rests


def line_for(freed: FreedHour) -> list[Wish]:
    """The wishes that this hour fulfils and that were not told of it, oldest first.
    One query."""
    rows = Wish.objects.for_brand(freed.brand).filter(
        store=freed.store_id,
        ended_at=None,
        offers_made__lt=MOST_OFFERS,
        appointment__status__in=WAITS,
        appointment__starts_at__gt=freed.starts_at,
    )
    if freed.known_since is not None:
        rows = rows.filter(made_at__gt=freed.known_since)
    if freed.left_by_id is not None:
        rows = rows.exclude(appointment=freed.left_by_id)
    rows = rows.exclude(offers__freed=freed)
    people = ("brand", "store", "topic", "offer", "staff_member", "customer")
    rows = rows.select_related("store", *(f"appointment__{one}" for one in people))
    local = freed.starts_at.astimezone(freed.store.zone)
    return [
        wish
        for wish in rows.order_by("made_at", "pk")
        if wish.staff_member_id in (None, freed.staff_member_id)
        and local.weekday() in wish.days
        and part_of(local) in wish.parts
    ]


def _fitting(wish: Wish, look: _Look) -> Offer | None:
    """The offer by which the wish's visit could be at the hour; None where it could
    not, nobody would read of it, or it could not be taken until the end."""
    visit, lead = wish.appointment, look.lead
    offer = look.offer_of(visit)
    if offer is None or not is_reached(visit.customer):
        return None
    # Of a longer notice the store itself is in need; the usual hour is for strangers.
    notice = dt.timedelta(minutes=offer.minimum_notice)
    if notice > LAST_CALL and lead < notice:
        return None
    if not visit.can_cancel(min(look.ends_at, look.freed.starts_at)):
        return None
    if offer.pk not in look.masks:
        look.masks[offer.pk] = masks_for(_query(offer, look))
    is_free = look.masks[offer.pk].candidates_at(look.freed.starts_at)
    return offer if is_free else None


def _query(offer: Offer, look: _Look) -> StartQuery:
    return StartQuery(
        offer=offer,
        store=look.freed.store,
        now=look.now,
        staff_member=look.freed.staff_member_id,
        without_notice=True,
    )


def _tell(wish: Wish, offer: Offer, look: _Look) -> int:
    """1 if they were told, and the hour is held for them where there is time."""
    try:
        if look.is_last_call:
            with transaction.atomic():
                _write(wish, look)
            return 1
        target = Target(_query(offer, look), look.freed.starts_at)
        held, _found = take_one(
            target,
            look.masks[offer.pk],
            in_order=longest_idle_first,
            attempt=lambda candidate, _wait: _hold(candidate, target, wish, look),
        )
    except (_NotNow, IntegrityError):
        return 0
    return 1 if held is not None else 0


def _hold(candidate: Candidate, target: Target, wish: Wish, look: _Look) -> Hold:
    lock_and_check(candidate, target)
    visit, offer, starts_at = wish.appointment, target.query.offer, target.starts_at
    hold = Hold(
        brand_id=wish.brand_id,
        store_id=wish.store_id,
        topic_id=visit.topic_id,
        offer=offer,
        staff_member_id=look.freed.staff_member_id,
        channel=offer.channel,
        purpose=Hold.Purpose.WAITLIST,
        for_wish=wish,
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(minutes=offer.duration),
        expires_at=look.ends_at,
        visitor="",
        network="",
    )
    taken = locking.insert_occupancies(
        brand_id=hold.brand_id,
        agendas=candidate.ids,
        period=with_buffers(offer, starts_at),
        hold=hold,
    )
    if not taken:
        raise CandidateLost
    _write(wish, look)
    return hold


def _write(wish: Wish, look: _Look) -> None:
    """Writes down who is told; the event is what the message is planned from. Under
    the locks of the agendas, of the visit and of the wish."""
    now, visit = look.now, lock_visit(wish.appointment)
    rows = Wish.objects.all_brands().select_for_update(no_key=True, of=("self",))
    fresh = rows.select_related("store").get(pk=wish.pk)
    waits = visit.status in WAITS and visit.starts_at > look.freed.starts_at
    if not waits or not fresh.may_be_told(now):
        raise _NotNow
    _lapse(now, wish=fresh)
    WishOffer.objects.create(
        brand_id=wish.brand_id,
        wish=fresh,
        freed=look.freed,
        is_shared=look.is_last_call,
        told_at=now,
        ends_at=look.ends_at,
    )
    fresh.offers_made += 1
    fresh.last_told_at = now
    fresh.save(update_fields=["offers_made", "last_told_at"])
    with locking.changing():
        visit.record(EventKind.HOUR_OFFERED, by=Actor.system(), now=now)


def _settle(freed: FreedHour, **values: dt.datetime) -> None:
    """Writes the next look, or that it is done; nothing where another has looked."""
    rows = FreedHour.objects.all_brands().filter(pk=freed.pk, turn=freed.turn)
    rows.update(**values, turn=F("turn") + 1)
