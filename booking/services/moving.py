"""Another time, another adviser, another channel: the same row and the same link.

One transaction per candidate: lock the old and the new agendas together → old time
inactive → insert the new → any refused: roll back, and the old time stands as before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from django.db import transaction

from booking.errors import MoveRefused, SlotNotOffered, SlotTaken, TooLateToMove
from booking.models import Actor, Appointment, AppointmentEvent, EventKind
from booking.search import nearest_starts
from booking.services import locking
from booking.start_masks import (
    Choice,
    Start,
    StartMasks,
    longest_idle_first,
    masks_for,
)
from booking.states import UPCOMING
from stores.access import offer_for
from stores.models import Agenda, Channel, Offer, StaffMember

MOST_CANDIDATES = 5


@dataclass(frozen=True)
class _Wish:
    """Where an appointment shall go."""

    appointment: Appointment
    offer: Offer
    starts_at: dt.datetime
    staff_member: StaffMember | None
    by: Actor
    now: dt.datetime

    @property
    def as_staff(self) -> bool:
        return self.by.kind != Actor.Kind.CUSTOMER

    @property
    def is_fulfilled(self) -> bool:
        """It is there already: a form sent twice is no news for anybody."""
        visit, wanted = self.appointment, self.staff_member
        return (
            self.starts_at == visit.starts_at
            and self.offer.pk == visit.offer_id
            and (wanted is None or wanted.pk == visit.staff_member_id)
        )


class _Refused(Exception):
    """Rolls a candidate's transaction back."""


def move_appointment(
    *,
    appointment: Appointment,
    by: Actor,
    now: dt.datetime,
    starts_at: dt.datetime | None = None,
    staff_member: StaffMember | None = None,
    channel: Channel | str | None = None,
) -> Appointment:
    """Changes time, adviser or channel, whichever is given; the rest stays.

    Unnamed, the same person is asked first, then the pool, longest idle first. What is
    there already stays as it is, without an event.
    Customers are bound by notice, step and `check_movable`, staff are not. Raises
    MoveRefused, TooLateToMove, SlotNotOffered, and SlotTaken with the three nearest;
    after any of them the appointment is as it was.
    """
    wanted = channel or appointment.channel
    check_movable(appointment=appointment, channel=wanted, by=by, now=now)
    offer = offer_for(
        store=appointment.store,
        topic=appointment.topic,
        channel=wanted,
    )
    if offer is None:
        raise SlotNotOffered
    at = starts_at or appointment.starts_at
    wish = _Wish(appointment, offer, at, staff_member, by, now)
    if wish.is_fulfilled:
        return appointment
    found = masks_for(
        offer=wish.offer,
        store=appointment.store,
        now=now,
        staff_member=staff_member,
        ignoring=appointment,
        as_staff=wish.as_staff,
    )
    if not found.is_offered(wish.starts_at):
        raise SlotNotOffered
    for choice in _candidates(found, wish):
        if _try_move(choice, wish):
            return appointment
    raise SlotTaken(nearest=_nearest(wish))


def check_movable(
    *, appointment: Appointment, channel: Channel | str, by: Actor, now: dt.datetime
) -> None:
    """Raises MoveRefused for what is over, TooLateToMove for a customer after the
    limit. To be called instead is never too late: whose camera or line fails at the
    door has no other way."""
    if appointment.status not in UPCOMING:
        raise MoveRefused
    becomes_call = channel == Channel.CALLBACK != appointment.channel
    is_bound = by.kind == Actor.Kind.CUSTOMER and not becomes_call
    if is_bound and not appointment.can_cancel(now):
        raise TooLateToMove


def _nearest(wish: _Wish) -> list[Start]:
    return nearest_starts(
        offer=wish.offer,
        store=wish.appointment.store,
        now=wish.now,
        around=wish.starts_at,
        staff_member=wish.staff_member,
        ignoring=wish.appointment,
        as_staff=wish.as_staff,
    )


def _candidates(found: StartMasks, wish: _Wish) -> Iterator[Choice]:
    free = longest_idle_first(found.choices_at(wish.starts_at))
    own = wish.appointment.staff_member_id
    free.sort(key=lambda choice: choice.agenda.staff_member_id != own)
    yield from free[:MOST_CANDIDATES]


def _try_move(choice: Choice, wish: _Wish) -> bool:
    try:
        with transaction.atomic():
            _move_locked(choice, wish)
    except _Refused:
        return False
    return True


def _move_locked(choice: Choice, wish: _Wish) -> None:
    appointment = wish.appointment
    old = locking.agendas_of(appointment)
    new = [agenda.pk for agenda in choice.agendas]
    locked = locking.lock_agendas([*old, *new])
    locking.delete_expired_holds(locked, now=wish.now)
    if locked[choice.agenda.pk].version != choice.agenda.version:
        _check_again(choice.agenda, wish)
    locking.free_time_of(appointment)
    taken = locking.insert_occupancies(
        brand_id=appointment.brand_id,
        agendas=new,
        period=locking.with_buffers(wish.offer, wish.starts_at),
        appointment_id=appointment.pk,
    )
    if not taken or choice.agenda.staff_member is None:
        raise _Refused
    appointment.move(
        kind=_kind(choice.agenda, wish),
        offer=wish.offer,
        starts_at=wish.starts_at,
        staff_member=choice.agenda.staff_member,
        by=wish.by,
        now=wish.now,
    )
    locking.raise_versions([*old, *new])
    locking.notify_events()


def _kind(agenda: Agenda, wish: _Wish) -> EventKind:
    """What the customer will be told first."""
    if wish.offer.channel != wish.appointment.channel:
        return EventKind.CHANNEL_CHANGED
    if wish.starts_at != wish.appointment.starts_at:
        return EventKind.MOVED
    return EventKind.REASSIGNED


def _check_again(agenda: Agenda, wish: _Wish) -> None:
    found = masks_for(
        offer=wish.offer,
        store=wish.appointment.store,
        now=wish.now,
        staff_member=agenda.staff_member,
        ignoring=wish.appointment,
        as_staff=wish.as_staff,
    )
    if not found.choices_at(wish.starts_at):
        raise _Refused


def overlap_appointment(
    *,
    appointment: Appointment,
    starts_at: dt.datetime,
    staff_member: StaffMember,
    reason: AppointmentEvent.Reason | str,
    by: Actor,
    now: dt.datetime,
) -> Appointment:
    """Staff put a visit over others on purpose: outside the wall, with a reason that
    is written into the history. Hours and notice do not bind it."""
    if appointment.status not in UPCOMING or by.kind != Actor.Kind.STAFF:
        raise MoveRefused
    agenda = Agenda.objects.for_brand(appointment.brand).get(staff_member=staff_member)
    with transaction.atomic():
        old = locking.agendas_of(appointment)
        locked = locking.lock_agendas([*old, agenda.pk])
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
        locking.raise_versions([*old, agenda.pk])
        locking.notify_events()
    return appointment
