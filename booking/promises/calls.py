"""A call within minutes, for a customer whom our side left alone or keeps waiting.

The visit becomes a callback that begins now, over whatever else its adviser has: who
was promised an hour and met nobody comes first. The board of the store shows it above
all else, and any colleague may make the call.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Exists, OuterRef

from booking import queries
from booking.availability.buffers import with_buffers
from booking.errors import (
    NobodyAtWork,
    PhoneNeeded,
    SlotNotOffered,
    TransitionRefused,
)
from booking.models import Actor, Appointment, AppointmentEvent, EventKind, Promise
from booking.models.promise import CALL_WITHIN
from booking.models.querysets import PromiseQuerySet
from booking.services import locking
from booking.services.contact import give_number
from booking.shown import Shown
from booking.stages import NOBODY_AFTER, is_kept_waiting, is_left_alone
from booking.states import Status
from stores.access import offer_for
from stores.calendar.periods import Period
from stores.models import Agenda, Channel, Offer, Store

CALLED_BY_ITSELF = NOBODY_AFTER
"""After nobody came; who has chosen nothing until then is called."""

WATCHED = dt.timedelta(hours=3)
"""From the hour on. Whoever waits for longer has gone."""


def call_offer(appointment: Appointment) -> Offer | None:
    """The telephone offer of its topic; None where nobody is called about it."""
    return offer_for(
        store=appointment.store, topic=appointment.topic, channel=Channel.CALLBACK
    )


def is_somebody_at_work(store: Store, now: dt.datetime) -> bool:
    """True if one of the store is there by their hours until the call is due, and not
    absent. Five queries."""
    window = Period(now, now + CALL_WITHIN)
    days = sorted({at.astimezone(store.zone).date() for at in (now, window.end)})
    team = queries.staff_of_store(store, days)
    hours = queries.agenda_hours_of(
        [queries.agenda_id(member) for member in team],
        store=store,
        days=days,
        window=window,
    )
    return any(
        any(open_.start <= now and window.end <= open_.end for open_ in found.opened)
        and not any(away.starts_at < window.end for away in found.away)
        for found in hours.values()
    )


def may_ask_for_call(appointment: Appointment, now: dt.datetime) -> bool:
    """True of who is kept waiting, and of a visit that we have missed just now."""
    if appointment.status == Status.MISSED_BY_STAFF:
        return now < appointment.starts_at + WATCHED
    return is_kept_waiting(appointment, now)


def calls_itself_at(appointment: Appointment, now: dt.datetime) -> dt.datetime | None:
    """The instant at which a customer who is left alone is called unasked; None for
    one who did not come, or who left no number."""
    waits = appointment.status == Status.ARRIVED and is_left_alone(appointment, now)
    if not (waits and appointment.customer.phone):
        return None
    return appointment.expected_at + NOBODY_AFTER + CALLED_BY_ITSELF


def promise_call(
    *,
    appointment: Appointment,
    by: Actor,
    now: dt.datetime,
    phone: str = "",
    shown: Shown | None = None,
) -> Promise:
    """Somebody calls within 15 minutes: same row, same link. Asked again it is the same
    promise.

    Raises TransitionRefused unless our side is late, missed it or did not call,
    PhoneNeeded without a number (`phone`, E.164, is kept when given), SlotNotOffered
    where the store calls nobody about this topic, NobodyAtWork where all have left.
    """
    running = call_owed(appointment)
    if running is not None and running.broken_at is None:
        return running
    if shown is not None:
        shown.check(appointment)
    if not may_ask_for_call(appointment, now):
        raise TransitionRefused
    if not (phone or appointment.customer.phone):
        raise PhoneNeeded
    offer = call_offer(appointment)
    if offer is None:
        raise SlotNotOffered
    if not is_somebody_at_work(appointment.store, now):
        raise NobodyAtWork
    own = Agenda.objects.for_brand(appointment.brand).get(
        staff_member=appointment.staff_member_id
    )
    with locking.changing_visit(appointment, shown, also=[own.pk]):
        # No version tells that somebody of ours came at this moment.
        appointment.refresh_from_db(fields=["staff_came_at"])
        if not may_ask_for_call(appointment, now):
            raise TransitionRefused
        give_number(appointment.customer, phone)
        return _begin_call(appointment, offer, own, by=by, now=now)


def _begin_call(
    appointment: Appointment, offer: Offer, own: Agenda, *, by: Actor, now: dt.datetime
) -> Promise:
    starts_at = now.replace(second=0, microsecond=0)
    locking.free_time_of(appointment)
    _calls_of(appointment).running().delete()
    appointment.become_callback(
        offer=offer,
        staff_member=appointment.staff_member,
        starts_at=starts_at,
        by=by,
        now=now,
    )
    period = with_buffers(offer, starts_at)
    locking.insert_overlap(appointment=appointment, agenda=own, period=period)
    promise = Promise.of_call(appointment, now=now)
    promise.save(force_insert=True)
    return promise


def refuse_call(
    *, appointment: Appointment, now: dt.datetime, shown: Shown | None = None
) -> None:
    """The customer wants no call: the visit is over, and we are the ones who missed it.
    TransitionRefused where no call is promised and none would be made."""
    if shown is not None:
        shown.check(appointment)
    is_owed = call_owed(appointment) is not None
    if not (is_owed or is_left_alone(appointment, now)):
        raise TransitionRefused
    with locking.changing_visit(appointment, shown):
        appointment.miss(by_staff=True, by=Actor.customer(), now=now)
        _calls_of(appointment).running().delete()
        locking.free_time_of(appointment)


def call_owed(appointment: Appointment) -> Promise | None:
    """The call that is still to be made, in time or late."""
    latest = _calls_of(appointment).first()
    return latest if latest is not None and latest.is_owed(appointment) else None


def _calls_of(appointment: Appointment) -> PromiseQuerySet[Promise]:
    rows = Promise.objects.for_brand(appointment.brand)
    return rows.filter(appointment=appointment, kind=Promise.Kind.CALL)


def left_alone(*, now: dt.datetime, count: int) -> list[Appointment]:
    """People who wait at a video visit where nobody came, longest first; each row has
    `was_said`: it is written down already. One query."""
    said = AppointmentEvent.objects.all_brands().filter(
        appointment=OuterRef("pk"),
        kind=EventKind.NOBODY_CAME,
        sequence=OuterRef("sequence"),
    )
    waiting = Appointment.objects.all_brands().filter(
        status=Status.ARRIVED,
        channel=Channel.VIDEO,
        staff_came_at=None,
        starts_at__lte=now - NOBODY_AFTER,
        starts_at__gt=now - WATCHED,
    )
    rows = waiting.annotate(was_said=Exists(said)).with_people()
    return list(rows.order_by("starts_at", "id")[:count])


def say_nobody_came(*, appointment: Appointment, now: dt.datetime) -> bool:
    """Writes it down once, as the event from which the message is planned; False where
    somebody came at this moment."""
    with transaction.atomic():
        rows = Appointment.objects.for_brand(appointment.brand)
        appointment.refresh_from_db(
            fields=["status", "version", "sequence", "staff_came_at", "delay_minutes"],
            from_queryset=rows.select_for_update(no_key=True),
        )
        is_said = appointment.events.filter(
            kind=EventKind.NOBODY_CAME, sequence=appointment.sequence
        ).exists()
        if is_said or not is_left_alone(appointment, now):
            return False
        with locking.changing():
            appointment.record(EventKind.NOBODY_CAME, by=Actor.system(), now=now)
    return True
