"""The customer's addresses: what came back, what was answered, what is right now."""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from booking.errors import ContactNeeded
from booking.models import Actor, Appointment, Customer, EventKind
from booking.services import locking
from booking.shown import AsShown, Shown

EMAIL, PHONE = "email", "phone"


def note_failure(*, customer: Customer, channel: str, now: dt.datetime) -> None:
    """A message came back from this address; the first time counts."""
    _note(customer, f"{channel}_failed_at", now)


def note_answer(*, customer: Customer, channel: str, now: dt.datetime) -> None:
    """Somebody answered from this address; the first time counts. It works, then."""
    _note(customer, f"{channel}_answered_at", now)
    field = f"{channel}_failed_at"
    rows = Customer.objects.all_brands().filter(pk=customer.pk)
    rows.exclude(**{field: None}).update(**{field: None})


def _note(customer: Customer, field: str, now: dt.datetime) -> None:
    rows = Customer.objects.all_brands().filter(pk=customer.pk, **{field: None})
    rows.update(**{field: now})


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
