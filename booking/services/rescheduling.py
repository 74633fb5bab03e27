"""Another time, another adviser, another channel: the same row and the same link.

One transaction per candidate: lock the old and the new agendas together → old time
inactive → insert the new → any refused: roll back, and the old time stands as before.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Q

from booking.availability import occupied, opening
from booking.availability.buffers import with_buffers
from booking.availability.query import StartQuery
from booking.availability.starts import Candidate, masks_for
from booking.errors import (
    SlotNotOffered,
    SlotTaken,
    StaleVersion,
    TooLateToMove,
    TransitionRefused,
)
from booking.models import Actor, Appointment, AppointmentEvent, EventKind
from booking.services import locking
from booking.services.answers import owe_answer
from booking.services.taking import (
    CandidateLost,
    Target,
    lock_and_check,
    own_first,
    take_one,
)
from booking.shown import Shown
from booking.stages import is_kept_waiting
from booking.states import UPCOMING, Status
from stores.access import offer_for
from stores.models import Agenda, Channel, Offer, StaffMember


def move_appointment(
    *,
    appointment: Appointment,
    by: Actor,
    now: dt.datetime,
    starts_at: dt.datetime | None = None,
    staff_member: StaffMember | None = None,
    channel: Channel | str | None = None,
    shown: Shown | None = None,
    without_notice: bool = False,
) -> Appointment:
    """Changes time, adviser or channel, whichever is given; the rest stays.

    Unnamed, the same person is asked first, then the pool, longest idle first. What is
    there already stays as it is, without an event.
    Customers are bound by notice, step and `check_movable`, staff are not. Raises
    TransitionRefused, TooLateToMove, SlotNotOffered and SlotTaken, both with the three
    nearest, and StaleVersion to who was `shown` another visit than it is now; after
    any of them the appointment is as it was.
    """
    wanted = channel or appointment.channel
    offer = offer_for(store=appointment.store, topic=appointment.topic, channel=wanted)
    if offer is None:
        raise SlotNotOffered
    query = StartQuery(
        offer=offer,
        store=appointment.store,
        now=now,
        staff_member=staff_member,
        ignoring=appointment,
        as_staff=by.kind != Actor.Kind.CUSTOMER,
        without_notice=without_notice,
    )
    target = Target(query, starts_at or appointment.starts_at)
    if _is_there(target, appointment):
        return appointment
    if shown is not None:
        shown.check(appointment)
    check_movable(appointment=appointment, channel=wanted, by=by, now=now)
    try:
        return _move(target, appointment, by, shown)
    except StaleVersion:
        # The second of two taps waited here until the first had moved it.
        appointment.refresh_from_db()
        if not _is_there(target, appointment):
            raise
        return appointment


def _move(
    target: Target, appointment: Appointment, by: Actor, shown: Shown | None
) -> Appointment:
    found, starts_at = masks_for(target.query), target.starts_at
    if not found.is_offered(starts_at):
        raise SlotNotOffered(nearest=found.nearest(starts_at))
    own = appointment.staff_member_id

    def attempt(candidate: Candidate, _wait: bool) -> Appointment:  # it always waits
        return _move_locked(candidate, target, appointment, by, shown)

    moved, found = take_one(
        target,
        found,
        in_order=lambda candidates: own_first(candidates, own),
        attempt=attempt,
    )
    if moved is None:
        raise SlotTaken(nearest=found.nearest(starts_at))
    return moved


def _is_there(target: Target, appointment: Appointment) -> bool:
    """A form sent twice is no news for anybody."""
    return (
        appointment.status in UPCOMING
        and target.starts_at == appointment.starts_at
        and target.query.offer.pk == appointment.offer_id
        and target.query.staff_id in (None, appointment.staff_member_id)
    )


def check_movable(
    *, appointment: Appointment, channel: Channel | str, by: Actor, now: dt.datetime
) -> None:
    """Raises TransitionRefused for what is over, TooLateToMove for a customer after the
    limit. Never too late is a call instead, as for whose camera or line fails at the
    door, and another hour for whom our side keeps waiting. Who was declined may take
    another time on the same link."""
    is_theirs = by.kind == Actor.Kind.CUSTOMER
    if appointment.status == Status.DECLINED and is_theirs:
        return
    if appointment.status not in UPCOMING:
        raise TransitionRefused
    calls, called = channel == Channel.CALLBACK, appointment.channel == Channel.CALLBACK
    becomes_call = calls and not called
    is_bound = is_theirs and not becomes_call and not is_kept_waiting(appointment, now)
    if is_bound and not appointment.can_cancel(now):
        raise TooLateToMove


def _move_locked(
    candidate: Candidate,
    target: Target,
    appointment: Appointment,
    by: Actor,
    shown: Shown | None,
) -> Appointment:
    query, starts_at = target.query, target.starts_at
    old = locking.agendas_of(appointment)
    lock_and_check(candidate, target, also=old)
    locking.lock_as_shown(appointment, shown)
    with locking.changing([*old, *candidate.ids]):
        locking.free_time_of(appointment)
        taken = locking.insert_occupancies(
            brand_id=appointment.brand_id,
            agendas=candidate.ids,
            period=with_buffers(query.offer, starts_at),
            appointment_id=appointment.pk,
        )
        if not taken or candidate.agenda.staff_member is None:
            raise CandidateLost
        appointment.move(
            kind=_kind(query.offer, starts_at, appointment),
            offer=query.offer,
            starts_at=starts_at,
            staff_member=candidate.agenda.staff_member,
            by=by,
            now=query.now,
        )
        owe_answer(appointment, now=query.now)
    return appointment


def _kind(offer: Offer, starts_at: dt.datetime, appointment: Appointment) -> EventKind:
    """The kind of event: what the customer will be told first."""
    if offer.channel != appointment.channel:
        return EventKind.CHANNEL_CHANGED
    if starts_at != appointment.starts_at:
        return EventKind.MOVED
    return EventKind.REASSIGNED


@dataclass(frozen=True)
class Given:
    """A visit that was to be a colleague's; `refused` is the code if it is not."""

    appointment: Appointment
    refused: str = ""


def give_visits(
    *,
    visits: Sequence[tuple[Appointment, Shown]],
    staff_member: StaffMember,
    by: Actor,
    now: dt.datetime,
) -> list[Given]:
    """Gives each to a colleague at its own hour, whatever becomes of the others, and
    tells its customer as of any move. All agendas that this may touch are locked at
    once, in ascending order."""
    with transaction.atomic():
        locked = locking.lock_agendas(_within_reach(visits, staff_member))
        try:
            return [
                _give(visit, shown, staff_member, locked, by=by, now=now)
                for visit, shown in visits
            ]
        finally:
            # Read from versions that nobody else can have seen, and that may go again.
            opening.forget(locked)
            occupied.forget(locked)


def _within_reach(
    visits: Sequence[tuple[Appointment, Shown]], staff_member: StaffMember
) -> set[int]:
    """The agendas of the visits and the colleague's, and those of all their stores'
    rooms: which one it will be is seen under the lock."""
    stores = {visit.store_id for visit, _ in visits}
    pool = Agenda.objects.for_brand(staff_member.brand).filter(
        Q(staff_member=staff_member) | Q(resource__store__in=stores)
    )
    own = {pk for visit, _ in visits for pk in locking.agendas_of(visit)}
    return own | set(pool.values_list("pk", flat=True))


def _give(
    visit: Appointment,
    shown: Shown,
    staff_member: StaffMember,
    locked: Collection[int],
    *,
    by: Actor,
    now: dt.datetime,
) -> Given:
    try:
        with transaction.atomic():
            if not set(locking.agendas_of(visit)) <= set(locked):
                raise StaleVersion
            shown.check(visit)
            if visit.status in UPCOMING and visit.starts_at <= now:
                raise TransitionRefused
            move_appointment(
                appointment=visit,
                by=by,
                now=now,
                staff_member=staff_member,
                shown=shown,
            )
    except (TransitionRefused, StaleVersion, SlotNotOffered, SlotTaken) as refusal:
        return Given(visit, refusal.code)
    return Given(visit)


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
    """Puts a visit over others, by staff and on purpose: outside the constraint, with a
    reason that is written into the history. Hours and notice do not bind it."""
    if shown is not None:
        shown.check(appointment)
    if appointment.status not in UPCOMING or by.kind != Actor.Kind.STAFF:
        raise TransitionRefused
    agenda = Agenda.objects.for_brand(appointment.brand).get(staff_member=staff_member)
    with locking.changing_visit(appointment, shown, also=[agenda.pk]) as locked:
        resources = [one for one in locked.values() if one.resource_id]
        locking.free_time_of(appointment)
        for taken in [agenda, *resources]:
            locking.insert_overlap(
                appointment=appointment,
                agenda=taken,
                period=with_buffers(appointment.offer, starts_at),
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
    return appointment
