"""Taking a time, keeping it while somebody types, and making it an appointment."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import IntegrityError, transaction

from booking.availability.starts import Choice, StartMasks
from booking.errors import (
    AgendaBusy,
    CustomerBusy,
    HoldExpired,
    PhoneNeeded,
    SlotNotOffered,
    SlotTaken,
)
from booking.fairness import longest_idle_first
from booking.links import new_link
from booking.models import Actor, Appointment, Customer, EventKind, Hold, Promise
from booking.services import locking
from booking.services.budgets import take_from_budget
from booking.services.earlier_holds import EarlierHold, earlier_holds
from booking.services.hold_facts import (
    HoldFacts,
    appointment_of,
    lock_and_read,
    nearest_to,
)
from booking.services.taking import Question, Refused, lock_and_check, take_one
from booking.states import Status
from stores.access import offer_for
from stores.models import Channel, StaffMember, Store, Topic
from stores.statements import ask, inserts

HOLD_TIME = dt.timedelta(minutes=10)
MOST_RENEWALS = 12


def hold_slot(
    *,
    store: Store,
    topic: Topic,
    channel: Channel | str,
    starts_at: dt.datetime,
    visitor: str,
    network: str,
    now: dt.datetime,
    staff_member: StaffMember | None = None,
) -> Hold:
    """Keeps a start for ten minutes, giving back what this visitor held before.

    `visitor` and `network` are hashes (booking.access). Raises SlotNotOffered for a
    start outside hours, notice, horizon or grid; SlotTaken with the three nearest;
    TooManyHolds. Two visitors at once: one holds, the other gets SlotTaken.
    One who asks twice for the same gets the hold that there is.
    """
    offer = offer_for(store=store, topic=topic, channel=channel)
    if offer is None:
        raise SlotNotOffered
    question = Question(
        offer, store, starts_at, now, staff_member=staff_member, visitor=visitor
    )
    try:
        return _hold(question, topic, network)
    except _HeldMeanwhile:
        # The other of two taps was first: its hold is there to be found now.
        return _hold(question, topic, network)


def _hold(question: Question, topic: Topic, network: str) -> Hold:
    previous, had_it = earlier_holds(question, network), False
    for before in previous:
        if before.is_for(question):
            had_it = True
            try:
                return _renewed(before.hold_id, question.now)
            except HoldExpired:
                break
    starts_at = question.starts_at
    found = question.masks()
    if not found.is_offered(starts_at):
        # Who was offered it once is told what is near; a made-up time is just refused.
        raise SlotNotOffered(nearest=found.nearest(starts_at) if had_it else ())
    wish = _Wish(question, topic, network, previous)
    hold, found = _take(wish, found)
    if hold is not None:
        return hold
    if previous:
        # What the visitor holds is free to them alone.
        raise SlotTaken(nearest=replace(question, visitor="").nearest())
    raise SlotTaken(nearest=found.nearest(starts_at))


class _HeldMeanwhile(AgendaBusy):
    """The same visitor held a time at the same moment."""


@dataclass(frozen=True)
class _Wish:
    """What a visitor asked to be held; `previous` are the holds given back for it."""

    question: Question
    topic: Topic
    network: str
    previous: Sequence[EarlierHold]


def _take(wish: _Wish, found: StartMasks) -> tuple[Hold | None, StartMasks]:
    try:
        return take_one(
            wish.question,
            found,
            in_order=longest_idle_first,
            attempt=lambda choice, wait: _hold_locked(choice, wish, wait=wait),
        )
    except IntegrityError as error:
        if "hold_one_per_visitor" in str(error):
            raise _HeldMeanwhile from error
        raise


def _hold_locked(choice: Choice, wish: _Wish, *, wait: bool) -> Hold:
    question = wish.question
    period = locking.with_buffers(question.offer, question.starts_at)
    if not wish.previous and question.offer.daily_ceiling is None:
        hold = _hold_of(choice, wish)
        tried, taken = locking.lock_and_take(
            hold, choice.agendas, period, now=question.now, wait=wait
        )
        if taken:
            return hold
        if tried:
            raise Refused
    # Something has changed since the bits were read: step by step, under the lock.
    lock_and_check(
        choice,
        question,
        also=[b.agenda_id for b in wish.previous if b.agenda_id is not None],
        giving_back=[before.hold_id for before in wish.previous],
    )
    hold = _hold_of(choice, wish)
    taken = locking.insert_occupancies(
        brand_id=hold.brand_id,
        agendas=[agenda.pk for agenda in choice.agendas],
        period=period,
        hold=hold,
    )
    if not taken:
        raise Refused
    return hold


def _hold_of(choice: Choice, wish: _Wish) -> Hold:
    """Not stored yet."""
    question, staff_id = wish.question, choice.agenda.staff_member_id
    offer, starts_at = question.offer, question.starts_at
    if staff_id is None:
        raise Refused
    hold = Hold(
        brand_id=question.store.brand_id,
        store=question.store,
        topic=wish.topic,
        offer=offer,
        staff_member_id=staff_id,
        channel=offer.channel,
        starts_at=starts_at,
        ends_at=starts_at + dt.timedelta(minutes=offer.duration),
        expires_at=question.now + HOLD_TIME,
        visitor=question.visitor,
        network=wish.network,
    )
    if question.staff_member is not None:
        hold.staff_member = question.staff_member
    return hold


def extend_hold(*, hold: Hold, now: dt.datetime) -> Hold:
    """Ten minutes more from now, at most twelve times (WCAG 2.2.1 asks for ten).

    Raises HoldExpired where it ran out, and from its start on."""
    with transaction.atomic():
        row = _locked_hold(hold.pk, now)
        if row.renewals >= MOST_RENEWALS:
            raise HoldExpired("The hold was extended as often as is possible.")
        row.renewals += 1
        row.expires_at = now + HOLD_TIME
        row.save(update_fields=["renewals", "expires_at"])
    return row


def _renewed(hold_id: uuid.UUID, now: dt.datetime) -> Hold:
    """Ten minutes from now, which counts as any other renewal; as it stands, where it
    was renewed as often as is possible."""
    with transaction.atomic():
        row = _locked_hold(hold_id, now)
        if row.renewals < MOST_RENEWALS:
            row.renewals += 1
            row.expires_at = now + HOLD_TIME
            row.save(update_fields=["renewals", "expires_at"])
    return row


def _locked_hold(hold_id: uuid.UUID, now: dt.datetime) -> Hold:
    """The hold under its agendas' locks; HoldExpired where it is gone or too old."""
    locking.lock_agendas_of_hold(hold_id)
    holds = Hold.objects.all_brands().select_for_update(no_key=True, of=("self",))
    row = holds.filter(pk=hold_id).first()
    if row is None or row.kept_until <= now:
        raise HoldExpired
    return row


def book_appointment(
    *,
    hold: Hold,
    name: str,
    email: str = "",
    phone: str = "",
    question: str = "",
    language: str = "fr",
    now: dt.datetime,
    also: bool = False,
    by: Actor | None = None,
    source: str = Appointment.Source.WEB,
) -> Appointment:
    """The hold's time becomes an appointment with its link and its first event.

    `phone` is E.164. Raises HoldExpired, PhoneNeeded for a callback without a number,
    TooManyBookings, and CustomerBusy where the same address or number has another visit
    of the brand at that time, unless `also`; the hold then lives on. The second of two
    equal requests finds no hold: HoldExpired. Raises SlotNotOffered with the three
    nearest where the time has begun, or is offered no more: brand, store, topic, offer
    and adviser are asked again.
    """
    if hold.channel == Channel.CALLBACK and not phone:
        raise PhoneNeeded
    by = by or Actor.customer()
    customer = Customer(name=name, email=email, phone=phone, language=language)
    try:
        with transaction.atomic():
            facts = lock_and_read(hold, now, email, phone)
            if facts.customer_busy and not also:
                raise CustomerBusy
            take_from_budget(hold=hold, email=email, phone=phone, by=by, now=now)
            return _book_locked(facts, customer, question, source, by=by, now=now)
    except SlotNotOffered as error:
        raise SlotNotOffered(nearest=nearest_to(hold, now)) from error


def _book_locked(
    facts: HoldFacts,
    customer: Customer,
    question: str,
    source: str,
    *,
    by: Actor,
    now: dt.datetime,
) -> Appointment:
    customer.brand_id = facts.hold.brand_id
    customer.erase_after = facts.erase_after
    appointment = appointment_of(facts, customer, question, source, now)
    link = new_link(appointment, now=now)
    event = appointment.event(
        EventKind.BOOKED, before=appointment.status, by=by, now=now
    )
    asked = appointment.status == Status.REQUESTED
    owed = [Promise.of_answer(appointment, now=now)] if asked else []
    made, values = inserts(customer, appointment, link, event, *owed)
    ask(_BOOK.format(made=made), [*values, facts.hold.pk, facts.agendas])
    return appointment


# The occupancies change owner, so nobody can step between the hold and the visit.
_BOOK = f"""
WITH {{made}},
     gone AS (DELETE FROM booking_hold WHERE id = %s RETURNING id),
     taken AS (UPDATE booking_occupancy SET hold_id = NULL, appointment_id = gone.id
                 FROM gone WHERE booking_occupancy.hold_id = gone.id)
UPDATE stores_agenda SET version = version + 1 WHERE id = ANY(%s::bigint[])
RETURNING pg_notify('{locking.EVENTS_CHANNEL}', '')
"""  # noqa: S608
