"""Another time, another adviser, another channel: the same row and the same link.

One transaction per candidate: lock the old and the new agendas together → old time
inactive → insert the new → any refused: roll back, and the old time stands as before.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from booking.availability.starts import Choice
from booking.errors import MoveRefused, SlotNotOffered, SlotTaken, TooLateToMove
from booking.models import Actor, Appointment, AppointmentEvent, EventKind
from booking.services import locking
from booking.services.answers import owe_answer
from booking.services.taking import (
    Question,
    Refused,
    lock_and_check,
    own_first,
    take_one,
)
from booking.shown import Shown
from booking.states import UPCOMING, Status
from stores.access import offer_for
from stores.models import Agenda, Channel, StaffMember


def move_appointment(
    *,
    appointment: Appointment,
    by: Actor,
    now: dt.datetime,
    starts_at: dt.datetime | None = None,
    staff_member: StaffMember | None = None,
    channel: Channel | str | None = None,
    shown: Shown | None = None,
) -> Appointment:
    """Changes time, adviser or channel, whichever is given; the rest stays.

    Unnamed, the same person is asked first, then the pool, longest idle first. What is
    there already stays as it is, without an event.
    Customers are bound by notice, step and `check_movable`, staff are not. Raises
    MoveRefused, TooLateToMove, SlotNotOffered and SlotTaken, both with the three
    nearest, and StaleVersion to who was `shown` another visit than it is now; after
    any of them the appointment is as it was.
    """
    wanted = channel or appointment.channel
    offer = offer_for(
        store=appointment.store,
        topic=appointment.topic,
        channel=wanted,
    )
    if offer is None:
        raise SlotNotOffered
    question = Question(
        offer,
        appointment.store,
        starts_at or appointment.starts_at,
        now,
        staff_member=staff_member,
        ignoring=appointment,
        as_staff=by.kind != Actor.Kind.CUSTOMER,
    )
    if _is_there(question, appointment):
        return appointment
    if shown is not None:
        shown.check(appointment)
    check_movable(appointment=appointment, channel=wanted, by=by, now=now)
    return _move(question, appointment, by, shown)


def _move(
    question: Question, appointment: Appointment, by: Actor, shown: Shown | None
) -> Appointment:
    found, at = question.masks(), question.starts_at
    if not found.is_offered(at):
        raise SlotNotOffered(nearest=found.nearest(at))
    own = appointment.staff_member_id
    moved, found = take_one(
        question,
        found,
        in_order=lambda choices: own_first(choices, own),
        attempt=lambda choice, _wait: _move_locked(
            choice, question, appointment, by, shown
        ),
    )
    if moved is None:
        raise SlotTaken(nearest=found.nearest(at))
    return moved


def _is_there(question: Question, appointment: Appointment) -> bool:
    """A form sent twice is no news for anybody."""
    wanted = question.staff_member
    return (
        appointment.status in UPCOMING
        and question.starts_at == appointment.starts_at
        and question.offer.pk == appointment.offer_id
        and (wanted is None or wanted.pk == appointment.staff_member_id)
    )


def check_movable(
    *, appointment: Appointment, channel: Channel | str, by: Actor, now: dt.datetime
) -> None:
    """Raises MoveRefused for what is over, TooLateToMove for a customer after the
    limit. To be called instead is never too late: whose camera or line fails at the
    door has no other way. Who was declined may take another time on the same link."""
    is_theirs = by.kind == Actor.Kind.CUSTOMER
    if appointment.status == Status.DECLINED and is_theirs:
        return
    if appointment.status not in UPCOMING:
        raise MoveRefused
    becomes_call = channel == Channel.CALLBACK != appointment.channel
    is_bound = is_theirs and not becomes_call
    if is_bound and not appointment.can_cancel(now):
        raise TooLateToMove


def _move_locked(
    choice: Choice,
    question: Question,
    appointment: Appointment,
    by: Actor,
    shown: Shown | None,
) -> Appointment:
    old = locking.agendas_of(appointment)
    new = [agenda.pk for agenda in choice.agendas]
    lock_and_check(choice, question, also=old)
    locking.lock_as_shown(appointment, shown)
    locking.free_time_of(appointment)
    taken = locking.insert_occupancies(
        brand_id=appointment.brand_id,
        agendas=new,
        period=locking.with_buffers(question.offer, question.starts_at),
        appointment_id=appointment.pk,
    )
    if not taken or choice.agenda.staff_member is None:
        raise Refused
    appointment.move(
        kind=_kind(question, appointment),
        offer=question.offer,
        starts_at=question.starts_at,
        staff_member=choice.agenda.staff_member,
        by=by,
        now=question.now,
    )
    owe_answer(appointment, now=question.now)
    locking.raise_versions([*old, *new])
    locking.notify_events()
    return appointment


def _kind(question: Question, appointment: Appointment) -> EventKind:
    """What the customer will be told first."""
    if question.offer.channel != appointment.channel:
        return EventKind.CHANNEL_CHANGED
    if question.starts_at != appointment.starts_at:
        return EventKind.MOVED
    return EventKind.REASSIGNED


def overlap_appointment(
    *,
    appointment: Appointment,
    starts_at: dt.datetime,
    staff_member: StaffMember,
    reason: AppointmentEvent.Reason | str,
    by: Actor,
    now: dt.datetime,
    shown: Shown | None = None,
) -> Appointment:
    """Staff put a visit over others on purpose: outside the wall, with a reason that
    is written into the history. Hours and notice do not bind it."""
    if shown is not None:
        shown.check(appointment)
    if appointment.status not in UPCOMING or by.kind != Actor.Kind.STAFF:
        raise MoveRefused
    agenda = Agenda.objects.for_brand(appointment.brand).get(staff_member=staff_member)
    with transaction.atomic():
        old = locking.agendas_of(appointment)
        locked = locking.lock_agendas([*old, agenda.pk])
        locking.lock_as_shown(appointment, shown)
        things = [locked[pk] for pk in old if locked[pk].resource_id]
        locking.free_time_of(appointment)
        for taken in [agenda, *things]:
            locking.insert_overlap(
                appointment=appointment,
                agenda=taken,
                period=locking.with_buffers(appointment.offer, starts_at),
            )
        appointment.move(
            kind=EventKind.OVERLAPPED,
            offer=appointment.offer,
            starts_at=starts_at,
            staff_member=staff_member,
            by=by,
            now=now,
            reason=AppointmentEvent.Reason(reason),
        )
        owe_answer(appointment, now=now)
        locking.raise_versions([*old, agenda.pk])
        locking.notify_events()
    return appointment
