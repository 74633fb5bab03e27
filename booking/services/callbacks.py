"""The callback as a full appointment: from a missed visit, and call by call."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import partial

from booking.availability.buffers import with_buffers
from booking.availability.query import StartQuery
from booking.availability.starts import Candidate, StartMasks, masks_for
from booking.errors import (
    NotACallback,
    PhoneNeeded,
    SlotNotOffered,
    StaleVersion,
    TransitionRefused,
)
from booking.models import Actor, Appointment, CallAttempt, Customer, EventKind, Promise
from booking.services import locking
from booking.services.contact import PHONE, give_number, note_answer, note_failure
from booking.services.taking import (
    CandidateLost,
    Target,
    lock_and_check,
    own_first,
    take_one,
)
from booking.shown import Shown
from booking.starts import Start
from booking.states import MISSED, STANDING
from stores.access import offer_for
from stores.models import Channel, Offer, User

NEXT_TRY_AFTER = dt.timedelta(minutes=30)
MOST_CALLS = 3


def turn_into_callback(
    *,
    appointment: Appointment,
    by: Actor,
    now: dt.datetime,
    phone: str = "",
    shown: Shown | None = None,
) -> Appointment:
    """A missed visit becomes a callback: same row, same link, first free time.

    The same adviser first, then any colleague of the store. Raises TransitionRefused
    unless it was missed, PhoneNeeded without a number (`phone`, E.164, is kept when
    given), SlotNotOffered where the store calls nobody about this topic.
    """
    if shown is not None:
        shown.check(appointment)
    if appointment.status not in MISSED:
        raise TransitionRefused
    if not (phone or appointment.customer.phone):
        raise PhoneNeeded
    offer = offer_for(
        store=appointment.store, topic=appointment.topic, channel=Channel.CALLBACK
    )
    if offer is None:
        raise SlotNotOffered
    if not _call_soon(appointment, offer, shown, phone=phone, by=by, now=now):
        raise SlotNotOffered("No time for a call is free within the horizon.")
    return appointment


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
    TransitionRefused unless it is a video visit that stands, PhoneNeeded without a
    number, SlotNotOffered where the store calls nobody about this topic.
    """
    if shown is not None:
        shown.check(appointment)
    stands = appointment.status in STANDING
    if not stands or appointment.channel != Channel.VIDEO:
        raise TransitionRefused
    if not (phone or appointment.customer.phone):
        raise PhoneNeeded
    offer = offer_for(
        store=appointment.store, topic=appointment.topic, channel=Channel.CALLBACK
    )
    if offer is None:
        raise SlotNotOffered
    with locking.changing_visit(appointment, shown):
        give_number(appointment.customer, phone)
        appointment.go_on_by_phone(offer=offer, by=by, now=now)
    return appointment


def _call_soon(
    appointment: Appointment,
    offer: Offer,
    shown: Shown | None,
    *,
    phone: str,
    by: Actor,
    now: dt.datetime,
) -> bool:
    """The first free time, the customer's own adviser first when free within the day;
    False where nobody is free within the horizon."""
    store, own = appointment.store, appointment.staff_member
    anyone = StartQuery(offer=offer, store=store, now=now)
    within_the_day = now + dt.timedelta(days=1)
    for query, last in (
        (replace(anyone, staff_member=own), within_the_day),
        (anyone, dt.datetime.max.replace(tzinfo=dt.UTC)),
    ):
        found = masks_for(query)
        start = found.first()
        while start is not None and start.starts_at <= last:
            target = Target(query, start.starts_at)
            taken, found = take_one(
                target,
                found,
                in_order=lambda candidates: own_first(candidates, own.pk),
                attempt=partial(
                    _call_locked, appointment, target, shown=shown, phone=phone, by=by
                ),
            )
            if taken is not None:
                return True
            start = _first_after(start, found)
    return False


def _first_after(lost: Start, found: StartMasks) -> Start | None:
    starts = found.starts(found.union())
    return next((s for s in starts if s.starts_at > lost.starts_at), None)


def _call_locked(
    appointment: Appointment,
    target: Target,
    candidate: Candidate,
    _wait: bool,  # it always waits for the lock
    *,
    shown: Shown | None,
    phone: str,
    by: Actor,
) -> Appointment:
    offer, starts_at = target.query.offer, target.starts_at
    locked = lock_and_check(candidate, target)
    locking.lock_as_shown(appointment, shown)
    with locking.changing(locked):
        taken = locking.insert_occupancies(
            brand_id=appointment.brand_id,
            agendas=list(locked),
            period=with_buffers(offer, starts_at),
            appointment_id=appointment.pk,
        )
        if not taken or candidate.agenda.staff_member is None:
            raise CandidateLost
        give_number(appointment.customer, phone)
        appointment.become_callback(
            offer=offer,
            staff_member=candidate.agenda.staff_member,
            starts_at=starts_at,
            by=by,
            now=target.query.now,
        )
    return appointment


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
    """Records the result of a call. Reached starts the visit; no answer names the next
    try.

    `number` is the call that the page showed as the next, `dialled` the telephone
    number beside it: StaleVersion where a colleague has called meanwhile, or the
    customer has given another number, which must not be marked as wrong.

    The third call in vain since the customer was last told an hour closes the visit as
    missed, in the same transaction: its link then offers other times. Staff who tapped
    wrongly reopen it.
    """
    if shown is not None:
        shown.check(appointment)
    result = CallAttempt.Result(result)
    by = Actor.staff(user)
    with locking.changing_visit(appointment):
        _lock_callback(appointment)
        if shown is not None:
            shown.check(appointment)
        is_last = _tries_as_shown(appointment, number, dialled) + 1 >= MOST_CALLS
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
        owed = Promise.objects.for_brand(appointment.brand)
        owed.filter(appointment=appointment, kind=Promise.Kind.CALL).keep(now=now)
        _note_number(appointment.customer, result, now)
        if result == CallAttempt.Result.REACHED:
            appointment.start(by=by, now=now)
        elif is_last:
            appointment.miss(by_staff=False, by=by, now=now)
            locking.free_time_of(appointment, after=now)
    return attempt


def _tries_as_shown(appointment: Appointment, number: int | None, dialled: str) -> int:
    tries = tries_of(appointment)
    if number not in (None, tries + 1):
        raise StaleVersion
    if dialled not in ("", appointment.customer.phone):
        raise StaleVersion
    return tries


def _lock_callback(appointment: Appointment) -> None:
    """Reads it again under its lock: nobody calls about what was cancelled or moved
    meanwhile. Raises NotACallback, TransitionRefused and StaleVersion."""
    known = appointment.sequence
    rows = Appointment.objects.for_brand(appointment.brand)
    appointment.refresh_from_db(
        fields=["channel", "status", "version", "sequence"],
        from_queryset=rows.select_for_update(no_key=True),
    )
    if appointment.channel != Channel.CALLBACK:
        raise NotACallback
    if appointment.status not in STANDING:
        raise TransitionRefused
    if appointment.sequence != known:
        raise StaleVersion


def _note_number(
    customer: Customer, result: CallAttempt.Result, now: dt.datetime
) -> None:
    if result == CallAttempt.Result.REACHED:
        note_answer(customer=customer, channel=PHONE, now=now)
    elif result == CallAttempt.Result.WRONG_NUMBER:
        note_failure(customer=customer, channel=PHONE, now=now)


def tries_of(appointment: Appointment) -> int:
    """Calls since the customer was last told an hour: a moved or reopened callback
    begins at zero."""
    tried = appointment.events.filter(kind=EventKind.CALL_TRIED)
    return tried.filter(sequence=appointment.sequence).count()
