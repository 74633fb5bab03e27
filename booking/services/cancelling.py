"""Giving a time back; for staff with 90 seconds to take that back."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import F

from booking.availability.buffers import with_buffers
from booking.availability.occupied import taken_agendas
from booking.availability.resources import free_resources
from booking.errors import (
    SlotNotOffered,
    SlotTaken,
    TooLateToCancel,
    TransitionRefused,
    UndoExpired,
)
from booking.models import Actor, Appointment, EventKind, FreedHour, Hold, Occupancy
from booking.services import locking
from booking.services.answers import (
    forget_answer,
    forget_recovery,
    keep_answer,
    owe_answer,
    take_answer_back,
)
from booking.services.still_offered import is_somebody_there
from booking.shown import Shown
from booking.states import CANCELLED, FINAL, Status
from stores.models import Agenda

UNDO_TIME = dt.timedelta(seconds=90)
REOPEN_TIME = dt.timedelta(hours=24)


def cancel_appointment(
    *, appointment: Appointment, by: Actor, now: dt.datetime, shown: Shown | None = None
) -> None:
    """Gives the time back. A customer after the offer's limit: TooLateToCancel; who
    was `shown` another visit than it is now: StaleVersion.

    What staff cancel stays held for 90 seconds, so that taking it back cannot fail.
    """
    if shown is not None:
        shown.check(appointment)
    late = not appointment.can_cancel(now)
    if by.kind == Actor.Kind.CUSTOMER and appointment.takes_time and late:
        raise TooLateToCancel
    with locking.changing_visit(appointment, shown):
        appointment.cancel(by=by, now=now)
        if by.kind == Actor.Kind.STAFF:
            _hold_for_undo(appointment, now)
        else:
            locking.free_time_of(appointment)
        if by.kind == Actor.Kind.CUSTOMER:
            forget_answer(appointment)
        else:
            keep_answer(appointment, now=now)


def _hold_for_undo(appointment: Appointment, now: dt.datetime) -> None:
    hold = Hold.objects.create(
        brand_id=appointment.brand_id,
        store_id=appointment.store_id,
        topic_id=appointment.topic_id,
        offer_id=appointment.offer_id,
        staff_member_id=appointment.staff_member_id,
        channel=appointment.channel,
        purpose=Hold.Purpose.UNDO,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        expires_at=now + UNDO_TIME,
        visitor=appointment.pk.hex,
        network="",
    )
    rows = Occupancy.objects.all_brands().filter(appointment=appointment, active=True)
    rows.update(hold=hold, appointment=None)
    FreedHour.note(appointment, at=hold.expires_at)


def undo_cancel(
    *, appointment: Appointment, by: Actor, now: dt.datetime, shown: Shown | None = None
) -> None:
    """Within 90 seconds the visit stands as before; later: UndoExpired.

    SlotNotOffered where nobody would be there any more, unless it stood there in spite
    of that by somebody's decision.
    """
    if shown is not None:
        shown.check(appointment)
    with transaction.atomic():
        hold = _undo_hold(appointment, now)
        rows = Occupancy.objects.all_brands().filter(hold=hold)
        agendas = list(rows.values_list("agenda_id", flat=True))
        locking.lock_agendas(agendas)
        if _undo_hold(appointment, now) != hold:
            raise UndoExpired
        locking.lock_as_shown(appointment, shown)
        _check_somebody_there(appointment, now)
        with locking.changing(agendas):
            rows.update(hold=None, appointment=appointment)
            hold.delete()
            appointment.reopen(status=_status_before(appointment), by=by, now=now)
            if appointment.status == Status.REQUESTED:
                take_answer_back(appointment)


def _check_somebody_there(appointment: Appointment, now: dt.datetime) -> None:
    """Of a visit to come: nobody is told to come to a closed door, unless somebody has
    decided that it stays there."""
    if appointment.starts_at <= now or is_somebody_there(appointment, now):
        return
    on_purpose = [EventKind.KEPT, EventKind.OVERLAPPED]
    if not appointment.events.filter(kind__in=on_purpose).exists():
        raise SlotNotOffered


def _status_before(appointment: Appointment) -> Status:
    """Returns the status before the present one."""
    changes = appointment.events.exclude(from_status=F("to_status"))
    last = changes.filter(to_status=appointment.status).order_by("-id").first()
    return Status(last.from_status) if last else Status.CONFIRMED


def _undo_hold(appointment: Appointment, now: dt.datetime) -> Hold:
    found = _find_undo_hold(appointment, now)
    if found is None:
        raise UndoExpired
    return found


def _find_undo_hold(appointment: Appointment, now: dt.datetime) -> Hold | None:
    if appointment.status != Status.CANCELLED_BY_STORE:
        return None
    holds = Hold.objects.for_brand(appointment.brand).live(now)
    return holds.filter(visitor=appointment.pk.hex, purpose=Hold.Purpose.UNDO).first()


def can_reopen(appointment: Appointment, now: dt.datetime) -> bool:
    """True if it is over, and has been for no more than 24 hours. A request is not
    asked again once its hour has come."""
    last = max(appointment.ended_at or appointment.starts_at, appointment.starts_at)
    if appointment.status not in FINAL or now > last + REOPEN_TIME:
        return False
    return now < appointment.starts_at or not _was_asked(appointment)


def _was_asked(appointment: Appointment) -> bool:
    return appointment.status in CANCELLED and (
        _status_before(appointment) == Status.REQUESTED
    )


def reopen_appointment(
    *, appointment: Appointment, by: Actor, now: dt.datetime, shown: Shown | None = None
) -> None:
    """A visit that ended less than 24 hours ago stands again, if its time is free.

    SlotTaken where somebody has it; SlotNotOffered where nobody would be there any
    more: the adviser is away or gone, or the store is closed. TransitionRefused for
    what is not over, or over too long.
    """
    if shown is not None:
        shown.check(appointment)
    if not can_reopen(appointment, now):
        raise TransitionRefused
    if _find_undo_hold(appointment, now) is not None:
        # Its time is kept for it: taking it anew would meet its own hold.
        undo_cancel(appointment=appointment, by=by, now=now, shown=shown)
        return
    _reopen_anew(appointment, shown, by=by, now=now)


def _reopen_anew(
    appointment: Appointment, shown: Shown | None, *, by: Actor, now: dt.datetime
) -> None:
    with transaction.atomic():
        agenda = Agenda.objects.for_brand(appointment.brand).get(
            staff_member=appointment.staff_member_id
        )
        period = with_buffers(appointment.offer, appointment.starts_at)
        resources = free_resources(appointment, period, now=now)
        if resources is None:
            raise SlotTaken
        ids = [agenda.pk, *(resource.pk for resource in resources)]
        locked = locking.lock_agendas(ids)
        locking.lock_as_shown(appointment, shown)
        _check_somebody_there(appointment, now)
        if taken_agendas([agenda], period, now=now, ignoring=appointment):
            # The constraint skips a visit that staff put there as an overlap.
            raise SlotTaken
        with locking.changing(ids):
            locking.delete_expired_holds(locked, now=now)
            locking.free_time_of(appointment)
            taken = locking.insert_occupancies(
                brand_id=appointment.brand_id,
                agendas=ids,
                period=period,
                appointment_id=appointment.pk,
            )
            if not taken:
                raise SlotTaken
            asked = _was_asked(appointment)
            status = Status.REQUESTED if asked else Status.CONFIRMED
            appointment.reopen(status=status, by=by, now=now)
            owe_answer(appointment, now=now)
            forget_recovery(appointment)
