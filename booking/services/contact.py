"""The customer's addresses: what came back, what was answered, what is right now."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from booking.errors import ContactNeeded, StaleVersion
from booking.models import Actor, Appointment, Customer, EventKind
from booking.persons.joining import join_by_address, lock_same_address
from booking.services import locking
from booking.shown import AsShown, Shown

EMAIL, PHONE = "email", "phone"


def note_failure(*, customer: Customer, channel: str, now: dt.datetime) -> None:
    """A message came back from this address; the first time counts."""
    field = f"{channel}_failed_at"
    rows = Customer.objects.all_brands().filter(pk=customer.pk, **{field: None})
    rows.update(**{field: now})


def note_answer(*, customer: Customer, channel: str, now: dt.datetime) -> None:
    """Somebody answered from this address; the first time counts. It works, then, and
    stories in which the same address was answered from are one person's."""
    failed, answered = f"{channel}_failed_at", f"{channel}_answered_at"
    with transaction.atomic():
        has_others = lock_same_address(customer, channel)
        # Of another one, given meanwhile, nothing is known.
        same = {"pk": customer.pk, channel: getattr(customer, channel)}
        rows = Customer.objects.all_brands().filter(**same)
        rows.filter(**{answered: None}).update(**{answered: now})
        rows.exclude(**{failed: None}).update(**{failed: None})
        if has_others:
            join_by_address(customer=customer, channel=channel, now=now)


def give_number(customer: Customer, phone: str) -> None:
    """The number that is called from now on: nobody has answered from another one."""
    if phone and phone != customer.phone:
        customer.phone = phone
        customer.phone_failed_at = customer.phone_answered_at = None
        customer.save(update_fields=["phone", "phone_failed_at", "phone_answered_at"])


def change_contact(
    *,
    appointment: Appointment,
    email: str,
    phone: str,
    by: Actor,
    now: dt.datetime,
    shown: Shown | None = None,
    as_shown: AsShown | None = None,
) -> None:
    """The customer is reached by these from now on. An empty one is left as it was;
    ContactNeeded where both are empty. StaleVersion where the page showed another visit
    or (`as_shown`) another address and number; to say what is there already is no news.
    Its event makes senders read it again.
    """
    if not (email or phone):
        raise ContactNeeded
    with transaction.atomic():
        locking.lock_as_shown(appointment, shown)
        rows = Customer.objects.all_brands().select_for_update(no_key=True)
        customer = rows.get(pk=appointment.customer_id)
        if customer.erased_at is not None:
            raise StaleVersion
        was = customer.email, customer.phone
        changed = []
        for channel, address in ((EMAIL, email), (PHONE, phone)):
            if address and address != getattr(customer, channel):
                setattr(customer, channel, address)
                setattr(customer, f"{channel}_failed_at", None)
                setattr(customer, f"{channel}_answered_at", None)
                changed += [
                    channel,
                    f"{channel}_failed_at",
                    f"{channel}_answered_at",
                ]
        if changed:
            if as_shown is not None:
                as_shown.check(*was)
            with locking.changing():
                customer.save(update_fields=changed)
                appointment.customer = customer
                appointment.record(EventKind.CONTACT_CHANGED, by=by, now=now)
