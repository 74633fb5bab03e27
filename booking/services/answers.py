"""The store's answer to what was only asked for: yes, no, or none in time."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import OuterRef, Q, Subquery

from booking.errors import TooLateToConfirm, TransitionRefused
from booking.models import Actor, Appointment, EventKind, Message, Promise
from booking.models.promise import LONGEST_REST
from booking.models.querysets import PromiseQuerySet
from booking.services import locking
from booking.shown import Shown
from booking.states import Status
from stores.models import StaffMember, Store

WHEN_BROKEN = {
    Promise.Kind.ANSWER: EventKind.ANSWER_LATE,
    Promise.Kind.RECOVERY: EventKind.RECOVERY_LATE,
}
"""The event of the visit from which the messages of a broken promise are planned. A
call that is late stands on top of every board of its store, and its manager was told
before: it has none; nor has an answer in the thread, whose board shows it in red."""


def confirm_request(
    *, appointment: Appointment, by: Actor, now: dt.datetime, shown: Shown | None = None
) -> None:
    """Yes: what was asked for stands. TransitionRefused for what is not asked for any
    more, TooLateToConfirm once its hour has come, StaleVersion to the slower of two and
    to who was `shown` another hour: it is not yes to that one."""
    if shown is not None:
        shown.check(appointment)
    if appointment.status != Status.REQUESTED:
        raise TransitionRefused
    if now >= appointment.starts_at:
        raise TooLateToConfirm
    with transaction.atomic():
        locking.lock_as_shown(appointment, shown)
        with locking.changing():
            appointment.confirm(by=by, now=now)
            keep_answer(appointment, now=now)


def decline_request(
    *,
    appointment: Appointment,
    by: Actor,
    now: dt.datetime,
    answer: str = "",
    shown: Shown | None = None,
) -> None:
    """No, with words for the customer; the time is given back. TransitionRefused and
    StaleVersion as above."""
    if shown is not None:
        shown.check(appointment)
    if appointment.status != Status.REQUESTED:
        raise TransitionRefused
    with transaction.atomic():
        _decline(appointment, shown, answer=answer, by=by, now=now)
        keep_answer(appointment, now=now)


def lapse_request(*, appointment: Appointment, now: dt.datetime) -> None:
    """Nobody answered in time: the customer is told so, and the time is given back.
    The promise stays unkept, which tells this from an answer."""
    if appointment.status != Status.REQUESTED:
        raise TransitionRefused
    with transaction.atomic():
        _decline(appointment, None, answer="", by=Actor.system(), now=now)
        _answers_of(appointment).running().update(broken_at=now)


def _decline(
    appointment: Appointment,
    shown: Shown | None,
    *,
    answer: str,
    by: Actor,
    now: dt.datetime,
) -> None:
    with locking.changing_visit(appointment, shown):
        appointment.decline(answer=answer, by=by, now=now)
        locking.free_time_of(appointment)


def owe_answer(appointment: Appointment, *, now: dt.datetime) -> None:
    """Starts the promise again: half of the time from now on. In the caller's
    transaction; does nothing if no answer is owed."""
    if appointment.status != Status.REQUESTED:
        return
    forget_answer(appointment)
    Promise.of_answer(appointment, now=now).save(force_insert=True)


def keep_answer(appointment: Appointment, *, now: dt.datetime) -> None:
    """The store has answered, be it late."""
    latest = answer_owed(appointment)
    if latest is not None and latest.kept_at is None:
        _answers_of(appointment).filter(pk=latest.pk).keep(now=now)


def forget_answer(appointment: Appointment) -> None:
    """Nobody waits for it any more. One that is broken already stays so."""
    _answers_of(appointment).running().delete()


def take_answer_back(appointment: Appointment) -> None:
    """Takes the answer back: the promise runs as before."""
    latest = answer_owed(appointment)
    if latest is not None:
        _answers_of(appointment).filter(pk=latest.pk).update(kept_at=None)


def answer_owed(appointment: Appointment) -> Promise | None:
    """The latest promise of an answer, kept or not; none of what was never asked."""
    return _answers_of(appointment).first()


def _answers_of(appointment: Appointment) -> PromiseQuerySet[Promise]:
    rows = Promise.objects.all_brands()
    return rows.filter(appointment=appointment, kind=Promise.Kind.ANSWER)


def asked_of_store(
    *, store: Store, staff_member: StaffMember | None
) -> list[Appointment]:
    """Requests that wait for an answer of the store, or of the staff member at any
    store, whenever they begin; each row with its promises, latest first. Two
    queries."""
    place = Q(store=store)
    if staff_member is not None:
        place |= Q(staff_member=staff_member)
    rows = Appointment.objects.for_brand(store.brand).filter(
        place, status=Status.REQUESTED
    )
    found = rows.with_people().prefetch_related("promises")
    return list(found.order_by("starts_at", "id"))


def forget_recovery(appointment: Appointment) -> None:
    """Nobody has to make good a visit that stands again, or that was not bad. One that
    is broken already stays so."""
    rows = Promise.objects.all_brands().running()
    rows.filter(appointment=appointment, kind=Promise.Kind.RECOVERY).delete()


def promises_over(*, now: dt.datetime, count: int) -> list[Promise]:
    """Of all kinds and brands, those that time has run out on, longest first."""
    over = Promise.objects.all_brands().running().filter(due_at__lte=now)
    return list(over.select_related("appointment").order_by("due_at")[:count])


def break_promise(*, promise: Promise, now: dt.datetime) -> bool:
    """Written down once, where its kind has an event as one of its visit, from which
    the messages are planned; False where it was kept at this moment, or others were
    faster. A call that nobody waits for any more is forgotten."""
    running = Promise.objects.all_brands().running().filter(pk=promise.pk)
    visit, kind = promise.appointment, Promise.Kind(promise.kind)
    if kind == Promise.Kind.CALL and not promise.is_owed(visit):
        running.delete()
        return False
    with transaction.atomic():
        if not running.update(broken_at=now):
            return False
        if kind == Promise.Kind.THREAD:
            Message(
                brand_id=visit.brand_id,
                appointment=visit,
                author=Message.Author.SYSTEM,
                code=Message.Code.LATE,
                sent_at=now,
            ).save(force_insert=True)
        if kind in WHEN_BROKEN:
            with locking.changing():
                visit.record(WHEN_BROKEN[kind], by=Actor.system(), now=now)
    return True


def requests_near_their_end(*, now: dt.datetime) -> list[Appointment]:
    """Requests that begin within the longest rest, soonest first; each row
    has `told_at`, from when the present promise counts."""
    told = Promise.objects.all_brands().filter(
        appointment=OuterRef("pk"), kind=Promise.Kind.ANSWER
    )
    told_at = Subquery(told.values("told_at")[:1])
    asked = Appointment.objects.all_brands().filter(
        status=Status.REQUESTED, starts_at__lte=now + LONGEST_REST
    )
    return list(asked.annotate(told_at=told_at).order_by("starts_at"))
