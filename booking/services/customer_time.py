"""One customer, two visits at one time: refused until said on purpose."""

from __future__ import annotations

import hashlib

from django.db import connection
from django.db.models import Q

from booking.errors import CustomerBusy
from booking.models import Appointment, Customer, Hold


def check_customer_free(*, hold: Hold, email: str, phone: str) -> None:
    """Raises CustomerBusy where a live visit of the brand overlaps the hold's time and
    its customer has the same address (in any case) or number.

    Says only that, never where or with whom: a telephone may be a family's. Two
    bookings at once of one customer wait for each other; agendas are locked before.
    """
    contacts = sorted(filter(None, (email.lower(), phone)))
    for contact in contacts:
        _lock(f"{hold.brand_id}:{contact}")
    same = Q()
    if email:
        same |= Q(email__iexact=email)
    if phone:
        same |= Q(phone=phone)
    customers = Customer.objects.for_brand(hold.brand).filter(same)
    visits = Appointment.objects.for_brand(hold.brand).live()
    visits = visits.between(hold.starts_at, hold.ends_at)
    if contacts and visits.filter(customer__in=customers).exists():
        raise CustomerBusy


def _lock(key: str) -> None:
    """Until the transaction ends, and no longer than the agendas' locks may wait."""
    # Hashed here: the database's log of slow statements shall hold no addresses.
    digest = hashlib.sha256(key.encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [digest]
        )
