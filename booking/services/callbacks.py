"""The callback as a full appointment: from a missed visit, and call by call."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from booking import search
from booking.errors import (
    MoveRefused,
    NotACallback,
    PhoneNeeded,
    SlotNotOffered,
    StaleVersion,
)
from booking.models import Actor, Appointment, CallAttempt, Customer, EventKind
from booking.resources import free_resources
from booking.seats import Place
from booking.services import locking
from booking.services.contact import PHONE, note_answer, note_failure
from booking.shown import Shown
from booking.start_masks import Start
from booking.states import LIVE, MISSED
from stores.access import offer_for
from stores.models import Agenda, Channel, Offer, StaffMember, User

NEXT_TRY_AFTER = dt.timedelta(minutes=30)
MOST_CALLS = 3
MOST_CANDIDATES = 5


def turn_into_callback(
    *,
    appointment: Appointment,
    by: Actor,
    now: dt.datetime,
    phone: str = "",
    shown: Shown | None = None,
) -> Appointment:
    """A missed visit becomes a callback: same row, same link, first free time.

    The same adviser first, then any colleague of the store. Raises MoveRefused unless
    it was missed, PhoneNeeded without a number (`phone`, E.164, is kept when given),
    SlotNotOffered where the store calls nobody about this topic.
    """
    if shown is not None:
        shown.check(appointment)
    if appointment.status not in MISSED:
        raise MoveRefused
    if not (phone or appointment.customer.phone):
        raise PhoneNeeded
    offer = offer_for(
        store=appointment.store, topic=appointment.topic, channel=Channel.CALLBACK
    )
    if offer is None:
        raise SlotNotOffered
    for start in _starts(appointment, offer, now):
        if _try_callback(appointment, start, shown, phone=phone, by=by, now=now):
            return appointment
    raise SlotNotOffered("No time for a call is free within the horizon.")


def continue_by_phone(
    *,
    appointment: Appointment,
    by: Actor,
    now: dt.datetime,
    phone: str = "",
    shown: Shown | None = None,
) -> Appointment:
    """A video visit whose line gives up becomes a call of the same adviser, now.

    Its time stays what it was, so nothing can be taken from under it. Raises
    MoveRefused unless it is a video visit that stands, PhoneNeeded without a number,
    SlotNotOffered where the store calls nobody about this topic.
    """
    if shown is not None:
        shown.check(appointment)
    if appointment.status not in LIVE or appointment.channel != Channel.VIDEO:
        raise MoveRefused
    if not (phone or appointment.customer.phone):
        raise PhoneNeeded
    offer = offer_for(
        store=appointment.store, topic=appointment.topic, channel=Channel.CALLBACK
    )
    if offer is None:
        raise SlotNotOffered
    with transaction.atomic():
        agendas = locking.lock_agendas_of(appointment)
        locking.lock_as_shown(appointment, shown)
        if phone:
            appointment.customer.phone = phone
            appointment.customer.save(update_fields=["phone"])
        appointment.go_on_by_phone(offer=offer, by=by, now=now)
        locking.raise_versions(agendas)
        locking.notify_events()
    return appointment


def _starts(appointment: Appointment, offer: Offer, now: dt.datetime) -> list[Start]:
    """The next starts, the customer's own adviser first when free within the day."""
    last = now + dt.timedelta(days=1)
    mine = search.starts(
        offer=offer,
        store=appointment.store,
        now=now,
        staff_member=appointment.staff_member,
    )
    own = [start for start in mine if start.starts_at <= last]
    anyone = search.starts(offer=offer, store=appointment.store, now=now)
    return own[:2] + anyone[: MOST_CANDIDATES - 2]


def _try_callback(
    appointment: Appointment,
    start: Start,
    shown: Shown | None,
    *,
    phone: str,
    by: Actor,
    now: dt.datetime,
) -> bool:
    offer = start.offer
    own = appointment.staff_member_id
    staff_id = own if own in start.staff_ids else start.staff_ids[0]
    staff = StaffMember.objects.for_brand(appointment.brand).get(pk=staff_id)
    agenda = Agenda.objects.for_brand(appointment.brand).get(staff_member=staff)
    period = locking.with_buffers(offer, start.starts_at)
    place = Place(offer, appointment.store)
    things = free_resources(place, period, now=now, ignoring=appointment)
    if things is None:
        return False
    with transaction.atomic():
        agendas = locking.lock_agendas([agenda.pk, *(thing.pk for thing in things)])
        locking.lock_as_shown(appointment, shown)
        locking.delete_expired_holds(agendas, now=now)
        if not locking.insert_occupancies(
            brand_id=appointment.brand_id,
            agendas=list(agendas),
            period=period,
            appointment_id=appointment.pk,
        ):
            # Some of them may have been taken: all or none.
            transaction.set_rollback(True)
            return False
        if phone:
            appointment.customer.phone = phone
            appointment.customer.save(update_fields=["phone"])
        appointment.become_callback(
            offer=offer,
            staff_member=staff,
            starts_at=start.starts_at,
            by=by,
            now=now,
        )
        locking.raise_versions(agendas)
        locking.notify_events()
    return True


def record_call_attempt(
    *,
    appointment: Appointment,
    result: CallAttempt.Result | str,
    user: User,
    now: dt.datetime,
    shown: Shown | None = None,
    number: int | None = None,
    dialled: str = "",
) -> CallAttempt:
    """What became of a call. Reached starts the visit; no answer names the next try.

    `number` is the call that the page showed as the next, `dialled` the telephone
    number beside it: StaleVersion where a colleague has called meanwhile, or the
    customer has given another number, which must not be marked as wrong.

    The third call in vain since the customer was last told an hour closes the visit as
    missed, in the same transaction: its link then offers other times. Staff who tapped
    wrongly reopen it.
    """
    if shown is not None:
        shown.check(appointment)
    if appointment.channel != Channel.CALLBACK:
        raise NotACallback
    if appointment.status not in LIVE:
        raise MoveRefused
    result = CallAttempt.Result(result)
    by = Actor.staff(user)
    with transaction.atomic():
        agendas = locking.lock_agendas_of(appointment)
        locking.lock_as_shown(appointment, shown)
        tries = tries_of(appointment)
        if number not in (None, tries + 1):
            raise StaleVersion
        if dialled not in ("", appointment.customer.phone):
            raise StaleVersion
        is_last = tries + 1 >= MOST_CALLS
        again = result == CallAttempt.Result.NO_ANSWER and not is_last
        attempt = CallAttempt.objects.create(
            brand_id=appointment.brand_id,
            appointment=appointment,
            number=appointment.call_attempts.count() + 1,
            result=result,
            user=user,
            made_at=now,
            next_try_at=now + NEXT_TRY_AFTER if again else None,
        )
        appointment.record(EventKind.CALL_TRIED, by=by, now=now)
        _note_number(appointment.customer, result, now)
        if result == CallAttempt.Result.REACHED:
            appointment.start(by=by, now=now)
        elif is_last:
            appointment.miss(by_staff=False, by=by, now=now)
            locking.free_time_of(appointment, after=now)
            locking.raise_versions(agendas)
        locking.notify_events()
    return attempt


def _note_number(
    customer: Customer, result: CallAttempt.Result, now: dt.datetime
) -> None:
    if result == CallAttempt.Result.REACHED:
        note_answer(customer=customer, channel=PHONE, now=now)
    elif result == CallAttempt.Result.WRONG_NUMBER:
        note_failure(customer=customer, channel=PHONE, now=now)


def tries_of(appointment: Appointment) -> int:
    """Calls since the customer was last told an hour: a moved or reopened callback
    begins anew."""
    tried = appointment.events.filter(kind=EventKind.CALL_TRIED)
    return tried.filter(sequence=appointment.sequence).count()
