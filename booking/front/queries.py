"""Reads of the front door and of short links, each bounded however large the brand."""

from __future__ import annotations

import datetime as dt

from django.db.models import Exists, OuterRef

from booking.models import ShortLink
from stores.access import stores_after
from stores.models import (
    Brand,
    StaffMember,
    Store,
    StoreKind,
    Topic,
    WorkingHours,
)

MOST_CHOICES = 300
"""Of a list to choose from; a store beyond it has a page that leads here."""
MOST_LINKS = 200
MANY = 50
"""Stores of a large brand: a page does not list them all, nor asks of all who works
there, which would weigh the whole list."""


def stores_to_ask(brand: Brand, most: int, now: dt.datetime) -> list[Store]:
    """All stores that may be booked if they are so few; else distant teams first, which
    are near to everybody, and then those with hours on this day of the week."""
    rows = Store.objects.for_brand(brand).open_to_booking()
    few = list(rows.order_by("name", "pk")[:most])
    if len(few) < most:
        return stores_after(brand, None, most)
    here = WorkingHours.objects.for_brand(brand).filter(store=OuterRef("pk"))
    teams = list(rows.filter(Exists(here), kind=StoreKind.REMOTE)[:most])
    today = here.filter(weekday=now.astimezone(few[0].zone).weekday())
    shops = rows.filter(Exists(today)).exclude(kind=StoreKind.REMOTE)
    found = [*teams, *shops.order_by("name", "pk")[: most - len(teams)]]
    known = {store.pk for store in found}
    return [*found, *(store for store in few if store.pk not in known)][:most]


def is_large(brand: Brand) -> bool:
    rows = Store.objects.for_brand(brand).open_to_booking().order_by("name", "pk")
    return len(rows.values_list("pk")[: MANY + 1]) > MANY


def two_stores(brand: Brand) -> list[Store]:
    """Two that may be booked, or as many as there are; of a large brand any two."""
    rows = Store.objects.for_brand(brand).open_to_booking().order_by("name", "pk")
    some = list(rows[: MANY + 1])
    return some[:2] if len(some) > MANY else stores_after(brand, None, 2)


def names_of_shops(brand: Brand) -> list[tuple[int, str, str, str]]:
    """Id, name, town and postcode of each open store that customers come to, by name:
    to be looked through, whatever its accents."""
    rows = Store.objects.for_brand(brand).open_to_booking()
    rows = rows.exclude(kind=StoreKind.REMOTE).order_by("name", "pk")
    return list(rows.values_list("pk", "name", "city", "postcode"))


def person_of(brand: Brand, staff_id: int) -> StaffMember | None:
    """Somebody who is met there now."""
    rows = StaffMember.objects.for_brand(brand).active()
    return rows.filter(pk=staff_id).first()


def stores_of_person(brand: Brand, person: StaffMember) -> list[Store]:
    rows = Store.objects.for_brand(brand).open_to_booking()
    return list(rows.filter(postings__staff_member=person).order_by("name")[:2])


def link_behind(code: str) -> ShortLink | None:
    """Also one that is retired; None for a code that nobody gave, or of a brand that
    is closed."""
    rows = ShortLink.objects.all_brands().filter(code=code, brand__active=True)
    rows = rows.select_related("brand", "store", "topic", "staff_member")
    return rows.first()


def links_of_brand(brand: Brand) -> list[ShortLink]:
    """Those in use first, and of each the newest first."""
    rows = ShortLink.objects.for_brand(brand)
    rows = rows.select_related("store", "topic", "staff_member")
    return list(rows.order_by("-retired_at", "-pk")[:MOST_LINKS])


def link_of_brand(brand: Brand, link_id: int) -> ShortLink | None:
    rows = ShortLink.objects.for_brand(brand).filter(pk=link_id)
    return rows.select_related("store", "topic", "staff_member").first()


def stores_to_choose(brand: Brand, also: int | None) -> list[Store]:
    """By name; `also` is the store that one comes from."""
    rows = Store.objects.for_brand(brand).open_to_booking()
    found = list(rows.order_by("name", "pk")[:MOST_CHOICES])
    if also and all(store.pk != also for store in found):
        found += rows.filter(pk=also)
    return found


def topics_to_choose(brand: Brand) -> list[Topic]:
    return list(Topic.objects.for_brand(brand).filter(active=True))


def people_to_choose(brand: Brand) -> list[StaffMember]:
    """Those who can be met, by name."""
    rows = StaffMember.objects.for_brand(brand).active().filter(agenda__isnull=False)
    return list(rows.order_by("first_name", "pk")[:MOST_CHOICES])
