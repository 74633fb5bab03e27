"""A link that was lost: the visits of who writes an address or a number, those to come
and those of the last fortnight, whose page still holds the summary and the ways on.

Nobody learns from the page whether an address is known. Each question is counted, found
or not, so that the page is no way to try addresses out nor to fill mailboxes.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

from django.db.models import Case, Count, F, Q, When
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from booking.models import AccessLink, Appointment, BookingCount
from booking.models.querysets import AppointmentQuerySet
from booking.states import CANCELLED
from booking.visitors import links_of
from stores.models import Brand, Store
from stores.statements import ask

PURPOSE = "booking.lost_links"
MOST_OF_CONTACT, MOST_OF_NETWORK = 3, 20
"""In an hour by the clock."""
MOST_VISITS = 5
FOUND_FOR = dt.timedelta(days=14)
"""After its end a visit is found, unless it was called off."""

# The row's lock makes the count exact however many ask at once.
_COUNT = """
INSERT INTO booking_bookingcount AS kept (brand_id, day, scope, subject, taken)
SELECT %s, %s, scope, subject, 1
  FROM unnest(%s::text[], %s::text[]) AS wanted (scope, subject)
 ORDER BY scope, subject
    ON CONFLICT (brand_id, day, scope, subject) DO UPDATE SET taken = kept.taken + 1
RETURNING scope, taken
"""


def visits_to_send(
    *,
    brand: Brand,
    email: str,
    phones: Sequence[str],
    network: str,
    now: dt.datetime,
) -> list[Appointment]:
    """The visits of this contact, at most five: those to come, soonest first, then
    those just over, the latest first. None where it was asked for too often. One of the
    two is given, as it is kept. Two queries, whether the contact is known or not."""
    allowed = _count(brand, email.lower() or phones[0], network, now)
    theirs = _found(brand, now)
    if email:
        theirs = theirs.filter(customer__email__iexact=email)
    else:
        theirs = theirs.filter(customer__phone__in=phones)
    found = list(theirs.with_people()[:MOST_VISITS])
    return found if allowed else []


def _found(brand: Brand, now: dt.datetime) -> AppointmentQuerySet[Appointment]:
    """In their order. A visit whose hour is past is over, whatever nobody noted."""
    rows = Appointment.objects.for_brand(brand).filter(
        ~Q(status__in=CANCELLED), customer__erased_at=None, ends_at__gt=now - FOUND_FOR
    )
    to_come = Case(When(ends_at__gt=now, then=F("starts_at")))
    return rows.order_by(to_come.asc(nulls_last=True), "-starts_at", "id")


def _count(brand: Brand, contact: str, network: str, now: dt.datetime) -> bool:
    """True if neither has asked too often in this hour."""
    most = {
        BookingCount.Scope.CONTACT.value: MOST_OF_CONTACT,
        BookingCount.Scope.NETWORK.value: MOST_OF_NETWORK,
    }
    hour = f"{now:%Y-%m-%dT%H}"
    subjects = [
        salted_hmac(PURPOSE, f"{hour} {text}", algorithm="sha256").hexdigest()
        for text in (contact, network)
    ]
    counts = ask(_COUNT, [brand.pk, now.date(), list(most), subjects])
    return all(taken <= most[scope] for scope, taken in counts)


def others_to_send(
    appointment: Appointment, *, email: str, now: dt.datetime
) -> list[Appointment]:
    """The other visits whose mails go to the same address, in the same order."""
    rows = _found(appointment.brand, now).filter(customer__email__iexact=email)
    rows = rows.exclude(pk=appointment.pk).prefetch_related("links")
    return list(rows[: MOST_VISITS - 1])


def countries_of(brand: Brand) -> list[str]:
    """Those of its stores, the one with most of them first."""
    rows = Store.objects.for_brand(brand).values_list("country")
    counted = rows.annotate(stores=Count("id")).order_by("-stores", "country")
    return [country for country, _ in counted] or ["FR"]


def brand_of_browser(request: HttpRequest) -> Brand | None:
    """Of the visit whose link this browser has opened last; None if it opened none."""
    ids = [uuid.UUID(hex_id) for hex_id in links_of(request)]
    if not ids:
        return None
    rows = AccessLink.objects.all_brands().select_related("brand")
    link = rows.filter(pk=ids[-1], brand__active=True).first()
    return link.brand if link else None
