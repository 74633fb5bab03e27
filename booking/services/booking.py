"""Taking a time, keeping it while somebody types, and making it an appointment."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from booking import search
from booking.errors import (
    AgendaBusy,
    HoldExpired,
    PhoneNeeded,
    SlotNotOffered,
    SlotTaken,
    TooManyHolds,
)
from booking.links import issue_link
from booking.models import (
    Actor,
    Appointment,
    Customer,
    EventKind,
    Hold,
    Occupancy,
)
from booking.services import locking
from booking.services.customer_time import check_customer_free
from booking.start_masks import Choice, longest_idle_first, masks_for
from booking.states import Status
from stores.access import offer_for
from stores.models import Agenda, Channel, Offer, StaffMember, Store, Topic

HOLD_TIME = dt.timedelta(minutes=10)
MOST_RENEWALS = 12
MOST_HOLDS_PER_NETWORK = 60
"""A whole village may share one carrier address; a bot wants more than a village."""
MOST_CANDIDATES = 5


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
    """
    offer = offer_for(store=store, topic=topic, channel=channel)
    if offer is None:
        raise SlotNotOffered
    _check_network(network, visitor, now)
    found = masks_for(
        offer=offer, store=store, now=now, staff_member=staff_member, visitor=visitor
    )
    if not found.is_offered(starts_at):
        raise SlotNotOffered
    wish = _Wish(offer, store, starts_at, visitor, network, now)
    for choice in longest_idle_first(found.choices_at(starts_at))[:MOST_CANDIDATES]:
        hold = _try_hold(choice, wish)
        if hold is not None:
            return hold
    nearest = search.nearest_starts(
        offer=offer,
        store=store,
        now=now,
        around=starts_at,
        staff_member=staff_member,
    )
    raise SlotTaken(nearest=nearest)


@dataclass(frozen=True)
class _Wish:
    """What a visitor asked to be held."""

    offer: Offer
    store: Store
    starts_at: dt.datetime
    visitor: str
    network: str
    now: dt.datetime


def _try_hold(choice: Choice, wish: _Wish) -> Hold | None:
    """One candidate, one transaction; None when others were faster."""
    try:
        with transaction.atomic():
            return _hold_locked(choice, wish)
    except _Refused:
        return None
    except IntegrityError as error:
        # The same visitor held twice at the same moment: one of the two must ask again.
        if "hold_one_per_visitor" in str(error):
            raise AgendaBusy from error
        raise


class _Refused(Exception):
    """Rolls a candidate's transaction back."""


def _hold_locked(choice: Choice, wish: _Wish) -> Hold:
    store, offer, agenda = wish.store, wish.offer, choice.agenda
    before = Hold.objects.for_brand(store.brand).filter(
        visitor=wish.visitor, purpose=Hold.Purpose.BOOKING
    )
    previous = list(before.values_list("pk", "occupancies__agenda_id"))
    ids = [taken.pk for taken in choice.agendas]
    locked = locking.lock_agendas([*ids, *(a for _, a in previous if a)])
    locking.delete_expired_holds(locked, now=wish.now)
    locking.delete_holds([pk for pk, _ in previous])
    if locked[agenda.pk].version != agenda.version or offer.daily_ceiling is not None:
        _check_again(agenda, wish)
    if agenda.staff_member is None:
        raise _Refused
    hold = Hold.objects.create(
        brand_id=store.brand_id,
        store=store,
        topic_id=offer.topic_id,
        offer=offer,
        staff_member=agenda.staff_member,
        channel=offer.channel,
        starts_at=wish.starts_at,
        ends_at=wish.starts_at + dt.timedelta(minutes=offer.duration),
        expires_at=wish.now + HOLD_TIME,
        visitor=wish.visitor,
        network=wish.network,
    )
    taken = locking.insert_occupancies(
        brand_id=store.brand_id,
        agendas=ids,
        period=locking.with_buffers(offer, wish.starts_at),
        hold=hold,
    )
    if not taken:
        raise _Refused
    return hold


def _check_again(agenda: Agenda, wish: _Wish) -> None:
    """Somebody changed the agenda since the bits were read: ask the same function."""
    found = masks_for(
        offer=wish.offer,
        store=wish.store,
        now=wish.now,
        staff_member=agenda.staff_member,
    )
    if not found.choices_at(wish.starts_at):
        raise _Refused


def _check_network(network: str, visitor: str, now: dt.datetime) -> None:
    live = Hold.objects.all_brands().live(now).filter(network=network)
    if live.exclude(visitor=visitor).count() >= MOST_HOLDS_PER_NETWORK:
        raise TooManyHolds


def extend_hold(*, hold: Hold, now: dt.datetime) -> Hold:
    """Ten minutes more from now, at most twelve times (WCAG 2.2.1 asks for ten)."""
    with transaction.atomic():
        row = _locked_hold(hold, now)
        if row.renewals >= MOST_RENEWALS:
            raise HoldExpired("The hold was extended as often as is possible.")
        row.renewals += 1
        row.expires_at = now + HOLD_TIME
        row.save(update_fields=["renewals", "expires_at"])
    return row


def _locked_hold(hold: Hold, now: dt.datetime) -> Hold:
    """The hold under its agendas' locks; HoldExpired where it is gone or too old."""
    agendas = list(hold.occupancies.values_list("agenda_id", flat=True))
    locking.lock_agendas(agendas)
    holds = Hold.objects.all_brands().select_for_update(no_key=True, of=("self",))
    row = holds.filter(pk=hold.pk).first()
    if row is None or row.expires_at <= now:
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
    and CustomerBusy where the same address or number has another visit of the brand at
    that time, unless `also`; the hold then lives on. The second of two equal requests
    finds no hold: HoldExpired.
    """
    if hold.channel == Channel.CALLBACK and not phone:
        raise PhoneNeeded
    by = by or Actor.customer()
    with transaction.atomic():
        row = _locked_hold(hold, now)
        if not also:
            check_customer_free(hold=row, email=email, phone=phone)
        customer = Customer.objects.create(
            brand_id=row.brand_id,
            name=name,
            email=email,
            phone=phone,
            language=language,
            erase_after=_erase_after(row),
        )
        appointment = _appointment_of(row, customer, question, source, now)
        taken = Occupancy.objects.all_brands().filter(hold=row)
        agendas = list(taken.values_list("agenda_id", flat=True))
        taken.update(hold=None, appointment=appointment)
        row.delete()
        locking.raise_versions(agendas)
        issue_link(appointment, now=now)
        appointment.record(EventKind.BOOKED, by=by, now=now)
        locking.notify_events()
    return appointment


def _erase_after(hold: Hold) -> dt.datetime:
    return hold.ends_at + dt.timedelta(days=hold.brand.erase_after_days)


def _appointment_of(
    hold: Hold, customer: Customer, question: str, source: str, now: dt.datetime
) -> Appointment:
    requested = hold.offer.needs_approval
    return Appointment.objects.create(
        # The hold's id: a form that was sent twice finds what the first one made.
        id=hold.pk,
        brand_id=hold.brand_id,
        store_id=hold.store_id,
        customer=customer,
        topic_id=hold.topic_id,
        offer_id=hold.offer_id,
        staff_member_id=hold.staff_member_id,
        channel=hold.channel,
        status=Status.REQUESTED if requested else Status.CONFIRMED,
        starts_at=hold.starts_at,
        ends_at=hold.ends_at,
        time_zone=hold.store.time_zone,
        language=customer.language,
        question=question,
        question_erase_after=hold.ends_at + dt.timedelta(days=30),
        source=source,
        network=hold.network,
        created_at=now,
        erase_after=_erase_after(hold),
    )
