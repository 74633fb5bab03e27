"""One customer, two visits at one time: refused until said on purpose."""

from __future__ import annotations

from django.db.models import Q

from booking.errors import CustomerBusy
from booking.models import Appointment, Customer, Hold


def check_customer_free(*, hold: Hold, email: str, phone: str) -> None:
    """Raises CustomerBusy where a live visit of the brand overlaps the hold's time and
    its customer has the same address (in any case) or number.

    Says only that, never where or with whom: a telephone may be a family's. It is a
    question, not a wall: two bookings of one customer in the same moment may both
    pass, and nothing is sold twice by that. So it takes no lock of its own.
    """
    same = Q()
    if email:
        same |= Q(email__iexact=email)
    if phone:
        same |= Q(phone=phone)
    if not same:
        return
    customers = Customer.objects.for_brand(hold.brand).filter(same)
    visits = Appointment.objects.for_brand(hold.brand).live()
    visits = visits.between(hold.starts_at, hold.ends_at)
    if visits.filter(customer__in=customers).exists():
        raise CustomerBusy
