"""Reads of the pages of messages."""

from __future__ import annotations

from django.db.models import F, Value
from django.db.models.functions import Coalesce, Length, NullIf

from notifications.models import MessageText
from stores.models import Brand, StaffMember, Store


def versions_of(brand: Brand, **key: str) -> list[MessageText]:
    """All versions of one text, that which counts first."""
    rows = MessageText.objects.for_brand(brand).filter(**key)
    return list(rows.select_related("changed_by").order_by("-version"))


def somewhere(brand: Brand) -> Store | None:
    return Store.objects.for_brand(brand).filter(active=True).order_by("pk").first()


def somebody(brand: Brand) -> StaffMember | None:
    people = StaffMember.objects.for_brand(brand).filter(active=True)
    return people.order_by("pk").first()


def longest_name(brand: Brand) -> str:
    """Of the names that customers read."""
    people = StaffMember.objects.for_brand(brand).filter(active=True)
    called = Coalesce(NullIf(F("formal_name"), Value("")), F("first_name"))
    names = people.annotate(called=called).order_by(Length("called").desc())
    return names.values_list("called", flat=True).first() or ""


def longest_place(brand: Brand) -> str:
    stores = Store.objects.for_brand(brand).filter(active=True)
    longest = stores.order_by((Length("street") + Length("city")).desc()).first()
    parts = (longest.street, longest.city) if longest else ()
    return ", ".join(part for part in parts if part)
