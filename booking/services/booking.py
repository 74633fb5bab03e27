"""Making an appointment of a hold.

What it takes over from its hold is read under the agendas' locks, in one statement,
and so is whether the customer has another visit at that time.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from booking.availability.query import StartQuery
from booking.availability.starts import masks_for
from booking.brought.photos import hand_over
from booking.brought.product import NOTHING, Brought
from booking.errors import (
    CustomerBusy,
    HoldExpired,
    PhoneNeeded,
    SlotNotOffered,
    TooManyBookings,
)
from booking.links import new_link
from booking.models import (
    Actor,
    Appointment,
    AppointmentAnswer,
    Customer,
    EventKind,
    Hold,
    Promise,
)
from booking.services import locking
from booking.services.budgets import COUNTED, COUNTS, is_over, values_of_counted
from booking.services.locking import LOCK_OF_HOLD
from booking.services.still_offered import (
    HOLD_STILL_OFFERED,
    LOCAL_DAY,
    is_open,
    local_day,
)
from booking.starts import Start
from booking.states import LIVE, Status
from stores.access import offer_for
from stores.legal.texts import version_of
from stores.models import Brand, Channel, LegalKind, TopicQuestion
from stores.statements import ask, columns_of, inserts, row_of

Answers = Sequence[tuple[TopicQuestion, str]]
"""Question of the topic and text of its answer."""

_VISIT_OF = """EXISTS (
    SELECT FROM booking_customer known
      JOIN booking_appointment visit ON visit.customer_id = known.id
     WHERE known.brand_id = hold.brand_id AND {same}
       AND visit.status = ANY(%s)
       AND visit.starts_at < hold.ends_at AND visit.ends_at > hold.starts_at)"""
# From the few customers to their visits, by an index each. Asked the other way round,
# the plan that PostgreSQL keeps for all values read every visit of the brand.
_SAME_EMAIL = _VISIT_OF.format(
    same="UPPER(known.email) = UPPER(%s) AND known.email <> ''"
)
_SAME_PHONE = _VISIT_OF.format(same="known.phone = %s AND known.phone <> ''")
BUSY = f"({_SAME_EMAIL} OR {_SAME_PHONE})"
"""True if a live visit of the brand overlaps the hold's time and its customer has the
same address (in any case) or number; a column of a question about a `hold`.

Reveals no place and no adviser: a telephone may be a family's. It is a
question, not a constraint: two bookings of one customer in the same moment may both
pass, and nothing is sold twice by that. So it takes no lock of its own.
"""

# The hold can be locked only when all its agendas are, in their order: `behind` has no
# row before. Its own lock finds what became of it while the agendas were waited for.
_LOCK_AND_READ = f"""
WITH locked AS MATERIALIZED ({LOCK_OF_HOLD}),
     behind AS MATERIALIZED (SELECT array_agg(id) AS agendas FROM locked)
SELECT {columns_of(Hold, "hold")}, behind.agendas, brand.erase_after_days,
       brand.legal, brand.languages, store.time_zone, offer.needs_approval, {BUSY},
       {HOLD_STILL_OFFERED}
  FROM behind CROSS JOIN {LOCAL_DAY} CROSS JOIN booking_hold hold
  JOIN stores_brand brand ON brand.id = hold.brand_id
  JOIN stores_store store ON store.id = hold.store_id
  JOIN stores_offer offer ON offer.id = hold.offer_id
 WHERE hold.id = %s AND behind.agendas IS NOT NULL FOR NO KEY UPDATE OF hold
"""  # noqa: S608  # names of columns only


def book_appointment(
    *,
    hold: Hold,
    name: str,
    email: str = "",
    phone: str = "",
    question: str = "",
    answers: Answers = (),
    language: str = "fr",
    now: dt.datetime,
    also: bool = False,
    by: Actor | None = None,
    source: str = Appointment.Source.WEB,
    privacy_version: int | None = None,
    brought: Brought = NOTHING,
) -> Appointment:
    """The hold's time becomes an appointment with its link and its first event.

    `phone` is E.164; `privacy_version` is that of the text about data that was shown.
    Raises HoldExpired, PhoneNeeded for a callback without a number, TooManyBookings,
    and CustomerBusy where the same address or number has another visit of the brand at
    that time, unless `also`; the hold then lives on. The second of two equal requests
    finds no hold: HoldExpired. Raises SlotNotOffered with the three nearest where the
    time has begun, or is offered no more: brand, store, topic, offer and adviser are
    asked again.
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
            appointment = appointment_of(facts, customer, question, source, now)
            appointment.privacy_version = facts.privacy_version(
                language, privacy_version
            )
            appointment.take_along(**brought.facts)
            _book_locked(facts, appointment, answers, by=by, now=now)
            if brought.visitor:
                hand_over(visitor=brought.visitor, appointment=appointment)
            return appointment
    except SlotNotOffered as error:
        raise SlotNotOffered(nearest=nearest_to(hold, now)) from error


def _book_locked(
    facts: HoldFacts,
    appointment: Appointment,
    answers: Answers,
    *,
    by: Actor,
    now: dt.datetime,
) -> None:
    customer = appointment.customer
    customer.brand_id = facts.hold.brand_id
    customer.erase_after = facts.erase_after
    link = new_link(appointment, now=now)
    event = appointment.event(
        EventKind.BOOKED, before=appointment.status, by=by, now=now
    )
    asked = appointment.status == Status.REQUESTED
    owed = [Promise.of_answer(appointment, now=now)] if asked else []
    given = answers_to(appointment, answers)
    made, values = inserts(customer, appointment, link, event, *owed, *given)
    counted = values_of_counted(
        hold=facts.hold, email=customer.email, phone=customer.phone, by=by, now=now
    )
    ((counts, *_), *_) = ask(
        _BOOK.format(made=made), [*values, *counted, facts.hold.pk, facts.agendas]
    )
    if is_over(counts):
        raise TooManyBookings(facts.hold.store)


def answers_to(appointment: Appointment, answers: Answers) -> list[AppointmentAnswer]:
    """Rows, not stored yet, of the answers to questions of its topic."""
    return [
        AppointmentAnswer(
            brand_id=appointment.brand_id,
            appointment=appointment,
            question=asked,
            asked=asked.label,
            text=text,
        )
        for asked, text in answers
        if asked.topic_id == appointment.topic_id
    ]


# The occupancies change owner, so nobody can step between the hold and the visit.
_BOOK = f"""
WITH {{made}},
     {COUNTED},
     gone AS (DELETE FROM booking_hold WHERE id = %s RETURNING id),
     taken AS (UPDATE booking_occupancy SET hold_id = NULL, appointment_id = gone.id
                 FROM gone WHERE booking_occupancy.hold_id = gone.id)
UPDATE stores_agenda SET version = version + 1 WHERE id = ANY(%s::bigint[])
RETURNING {COUNTS}, pg_notify('{locking.EVENTS_CHANNEL}', '')
"""  # noqa: S608


def values_of_busy(email: str, phone: str) -> list[object]:
    """For BUSY, in its order. Nothing matches an address or a number left empty."""
    live = sorted(map(str, LIVE))
    return [email, live, phone, live]


@dataclass(frozen=True)
class HoldFacts:
    """The hold under its locks, and what its appointment takes over from others."""

    hold: Hold
    agendas: list[int]
    erase_after_days: int
    legal: str
    languages: str
    time_zone: str
    needs_approval: bool
    customer_busy: bool
    still_offered: bool
    near_closure: bool

    def privacy_version(self, language: str, shown: int | None) -> int:
        """That which was shown, if there was ever such a one; else the one that
        stands."""
        # Both are documents, which come as texts.
        brand = Brand(
            legal=json.loads(self.legal), languages=json.loads(self.languages)
        )
        last = version_of(brand, LegalKind.PRIVACY, language)
        return shown if shown is not None and 0 <= shown <= last else last

    @property
    def erase_after(self) -> dt.datetime:
        return self.hold.ends_at + dt.timedelta(days=self.erase_after_days)


def lock_and_read(hold: Hold, now: dt.datetime, email: str, phone: str) -> HoldFacts:
    """One query, which locks the hold's agendas in ascending order and then the hold;
    four more where a closure is near.
    Raises HoldExpired where it is gone or too old, and SlotNotOffered where its time
    has begun or is offered no more."""
    day = local_day(hold.store, hold.starts_at)
    rows = ask(_LOCK_AND_READ, [hold.pk, *values_of_busy(email, phone), day, hold.pk])
    if not rows:
        raise HoldExpired
    values = rows[0]
    facts = HoldFacts(row_of(Hold, values[:-9]), *values[-9:])
    if facts.hold.expires_at <= now:
        raise HoldExpired
    if facts.hold.starts_at <= now or not facts.still_offered:
        raise SlotNotOffered
    if facts.near_closure and not is_open(hold, now):
        raise SlotNotOffered
    return facts


def appointment_of(
    facts: HoldFacts, customer: Customer, question: str, source: str, now: dt.datetime
) -> Appointment:
    """Not stored yet, with the hold's id: a form that was sent twice finds what the
    first one made."""
    hold = facts.hold
    return Appointment(
        id=hold.pk,
        brand_id=hold.brand_id,
        store_id=hold.store_id,
        customer=customer,
        topic_id=hold.topic_id,
        offer_id=hold.offer_id,
        staff_member_id=hold.staff_member_id,
        channel=hold.channel,
        status=Status.REQUESTED if facts.needs_approval else Status.CONFIRMED,
        starts_at=hold.starts_at,
        ends_at=hold.ends_at,
        time_zone=facts.time_zone,
        language=customer.language,
        question=question,
        question_erase_after=hold.ends_at + dt.timedelta(days=30),
        source=source,
        network=hold.network,
        created_at=now,
        erase_after=facts.erase_after,
    )


def nearest_to(hold: Hold, now: dt.datetime) -> list[Start]:
    """The nearest starts with anybody; none if the topic is not offered that way any
    more."""
    offer = offer_for(store=hold.store, topic=hold.topic, channel=hold.channel)
    if offer is None:
        return []
    query = StartQuery(offer=offer, store=hold.store, now=now)
    return masks_for(query).nearest(hold.starts_at)
