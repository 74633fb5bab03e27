"""Answers to an offered hour: yes, no, or too late.

Agendas are locked first, in ascending order, then the visit: as in every move.
"""

from __future__ import annotations

import copy
import datetime as dt

from django.db import transaction
from django.db.models import F

from booking.availability.query import StartQuery
from booking.availability.starts import masks_for
from booking.errors import HourGone, SlotNotOffered, SlotTaken
from booking.models import (
    Actor,
    Appointment,
    FreedHour,
    Hold,
    Occupancy,
    Wish,
    WishOffer,
)
from booking.services import locking
from booking.services.rescheduling import move_appointment
from booking.shown import Shown
from stores.access import offer_for
from stores.models import Offer

MOST_DEPTH = 5
"""Links of a chain: who takes an hour leaves one, which is offered again."""

Answer = WishOffer.Answer


def offers_of(appointment: Appointment) -> list[WishOffer]:
    """All that the visit's customer was told of, the latest first."""
    rows = WishOffer.objects.for_brand(appointment.brand)
    rows = rows.filter(wish__appointment=appointment)
    people = ("freed__staff_member", "freed__store", "wish")
    return list(rows.select_related(*people).order_by("-told_at", "-pk"))


def open_offer_of(appointment: Appointment, now: dt.datetime) -> WishOffer | None:
    """The one that can be taken now."""
    return next((one for one in offers_of(appointment) if one.is_open(now)), None)


def is_there(offer: WishOffer, appointment: Appointment, now: dt.datetime) -> bool:
    """True if the hour could be taken at this moment: it is held, or free for the
    first of those who were told."""
    if not offer.is_shared:
        hold = hold_of(offer)
        return hold is not None and now < hold.kept_until
    ways = _offer_of(appointment)
    if ways is None:
        return False
    query = StartQuery(
        offer=ways,
        store=appointment.store,
        now=now,
        staff_member=offer.freed.staff_member_id,
        ignoring=appointment,
        without_notice=True,
    )
    return bool(masks_for(query).candidates_at(offer.freed.starts_at))


def visit_at(offer: WishOffer, appointment: Appointment) -> Appointment:
    """The visit as it would be at the offered hour: to be shown, never to be stored."""
    there = copy.copy(appointment)
    ways, freed = _offer_of(appointment), offer.freed
    length = dt.timedelta(minutes=ways.duration) if ways else appointment.duration
    there.starts_at, there.ends_at = freed.starts_at, freed.starts_at + length
    there.staff_member = freed.staff_member
    return there


def _offer_of(visit: Appointment) -> Offer | None:
    return offer_for(store=visit.store, topic=visit.topic, channel=visit.channel)


def take_offer(
    *,
    appointment: Appointment,
    offer_id: int,
    now: dt.datetime,
    shown: Shown | None = None,
) -> Appointment:
    """Moves the visit to the offered hour, and gives the old one back, in one
    transaction: it is free for the next in line. The second of two taps changes
    nothing.

    HourGone where it is not held any more, or another was first; TooLateToMove,
    TransitionRefused and StaleVersion as in any move. The visit is then as it was.
    """
    offer = _offer(appointment, offer_id)
    if offer.answer == Answer.TAKEN:
        return appointment
    if shown is not None:
        shown.check(appointment)
    if not offer.is_open(now):
        raise HourGone
    old = (appointment.staff_member_id, appointment.starts_at)
    try:
        with transaction.atomic():
            _free_hold(offer, appointment, now=now)
            move_appointment(
                appointment=appointment,
                by=Actor.customer(),
                now=now,
                starts_at=offer.freed.starts_at,
                staff_member=offer.freed.staff_member,
                shown=shown,
                without_notice=True,
            )
            if not _answered(offer, Answer.TAKEN, now):
                raise HourGone
            _end(offer, old, now)
    except (SlotTaken, SlotNotOffered, HourGone) as error:
        appointment.refresh_from_db()
        if _offer(appointment, offer_id).answer == Answer.TAKEN:
            return appointment
        raise HourGone from error
    return appointment


def _offer(appointment: Appointment, offer_id: int) -> WishOffer:
    for offer in offers_of(appointment):
        if offer.pk == offer_id:
            return offer
    raise HourGone


def _free_hold(offer: WishOffer, appointment: Appointment, *, now: dt.datetime) -> None:
    """Locks all agendas that the move may touch, and frees the hold in the same
    transaction: if the move fails it stands as before."""
    if offer.is_shared:
        return
    hold = hold_of(offer)
    agendas = [] if hold is None else _agendas_of(hold)
    locking.lock_agendas([*agendas, *locking.agendas_of(appointment)])
    hold = hold_of(offer)
    if hold is None or hold.kept_until <= now:
        raise HourGone
    locking.delete_holds([hold.pk])


def _end(offer: WishOffer, old: tuple[int, dt.datetime], now: dt.datetime) -> None:
    """The wish is fulfilled, the hour is taken, and the chain is one link longer."""
    wishes = Wish.objects.all_brands().filter(pk=offer.wish_id)
    wishes.update(ended_at=now)
    hours = FreedHour.objects.all_brands()
    hours.filter(pk=offer.freed_id).update(closed_at=now, turn=F("turn") + 1)
    staff_id, starts_at = old
    left = hours.filter(
        store=offer.freed.store_id, staff_member=staff_id, starts_at=starts_at
    )
    depth = offer.freed.depth + 1
    left.update(depth=depth, closed_at=None if depth <= MOST_DEPTH else now)


def decline_offer(*, appointment: Appointment, offer_id: int, now: dt.datetime) -> None:
    """ "No, thanks": the hour goes to the next at once, and the place in the line
    stays. Twice changes nothing, nor does an answer that comes too late."""
    offer = _offer(appointment, offer_id)
    with transaction.atomic():
        give_back(offer, Answer.DECLINED, now=now)


def give_back(offer: WishOffer, answer: Answer, *, now: dt.datetime) -> bool:
    """Frees what was held and lets the clock look at the hour again; False where it
    was answered before. In the caller's transaction."""
    hold = hold_of(offer)
    if hold is not None:
        locking.lock_agendas(_agendas_of(hold))
    if not _answered(offer, answer, now):
        return False
    if hold is not None:
        locking.delete_holds([hold.pk])
    if not offer.is_shared:
        rows = FreedHour.objects.all_brands().filter(pk=offer.freed_id)
        rows.update(next_at=now, closed_at=None, turn=F("turn") + 1)
    locking.notify_events()
    return True


def _answered(offer: WishOffer, answer: Answer, now: dt.datetime) -> bool:
    rows = WishOffer.objects.all_brands().filter(pk=offer.pk, answer="")
    return bool(rows.update(answer=answer, answered_at=now))


def hold_of(offer: WishOffer) -> Hold | None:
    rows = Hold.objects.all_brands().filter(
        for_wish=offer.wish_id,
        staff_member=offer.freed.staff_member_id,
        starts_at=offer.freed.starts_at,
    )
    return rows.first()


def _agendas_of(hold: Hold) -> list[int]:
    rows = Occupancy.objects.all_brands().filter(hold=hold)
    return list(rows.values_list("agenda_id", flat=True))


def lock_visit(appointment: Appointment) -> Appointment:
    """The row as it is now, after the agendas' locks."""
    rows = Appointment.objects.for_brand(appointment.brand)
    locked = rows.select_for_update(no_key=True, of=("self",))
    people = ("offer", "store", "brand", "staff_member")
    return locked.select_related(*people).get(pk=appointment.pk)
