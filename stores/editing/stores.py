"""New stores, and the address of one that moves."""

from __future__ import annotations

import zoneinfo
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from django.db import transaction

from stores.calendar.public_holidays import TERRITORIES
from stores.editing.slugs import free_slugs
from stores.errors import StoreRefused
from stores.models import Brand, Store, StoreKind
from stores.models.brand import RESERVED_STORE_SLUGS

LONGEST_SLUG = 60


@dataclass(frozen=True, kw_only=True)
class NewStore:
    """The facts of a store; a remote team has no street."""

    name: str
    kind: str = StoreKind.SHOP
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "FR"
    territory: str = "FR"
    time_zone: str = "Europe/Paris"
    phone: str = ""

    def check(self) -> None:
        """Raises StoreRefused, which names the field."""
        if not any(character.isalnum() for character in self.name):
            raise StoreRefused("A name has letters or digits.", "name")
        if self.kind not in StoreKind.values:
            raise StoreRefused("There is no such kind.", "kind")
        if self.time_zone not in zoneinfo.available_timezones():
            raise StoreRefused("There is no such time zone.", "time_zone")
        if self.country == "FR" and self.territory not in ("", *TERRITORIES):
            raise StoreRefused("There is no such territory.", "territory")


def create_stores(*, brand: Brand, stores: Sequence[NewStore]) -> list[Store]:
    """Writes all or none, in their order. Raises StoreRefused."""
    for new in stores:
        new.check()
    with transaction.atomic():
        # One at a time for a brand: two imports of a town make two addresses.
        Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
        known = Store.objects.for_brand(brand).values_list("slug", flat=True)
        slugs = free_slugs(
            [new.name for new in stores],
            taken={*RESERVED_STORE_SLUGS, *known},
            otherwise="store",
            longest=LONGEST_SLUG,
        )
        return Store.objects.bulk_create(
            Store(brand=brand, slug=slug, **asdict(new))
            for new, slug in zip(stores, slugs, strict=True)
        )


def change_store(*, store: Store, facts: NewStore) -> None:
    """Writes the facts; the address of its page stays. Raises StoreRefused."""
    facts.check()
    for name, value in asdict(facts).items():
        setattr(store, name, value)
    store.save(update_fields=[*asdict(facts)])


ZONES_OVERSEAS = {
    "971": "America/Guadeloupe",
    "972": "America/Martinique",
    "973": "America/Cayenne",
    "974": "Indian/Reunion",
    "975": "America/Miquelon",
    "976": "Indian/Mayotte",
    "986": "Pacific/Wallis",
    "987": "Pacific/Tahiti",
    "988": "Pacific/Noumea",
}
TERRITORIES_OVERSEAS = {"975": "FR-PM", "986": "FR-WF", "987": "FR-PF", "988": "FR-NC"}
ISLANDS = {"97133": "FR-BL", "97150": "FR-MF"}
"""Saint-Barthélemy and Saint-Martin share Guadeloupe's three figures, and its zone."""
ZONES_ABROAD = {
    "BE": "Europe/Brussels",
    "CH": "Europe/Zurich",
    "LU": "Europe/Luxembourg",
    "MC": "Europe/Monaco",
}


def place_of(*, country: str, postcode: str) -> tuple[str, str]:
    """Time zone and territory of public holidays of an address. The first figures of a
    French postcode name the department, or what lies overseas."""
    if country != "FR":
        return ZONES_ABROAD.get(country, "Europe/Paris"), country
    area = postcode[:3]
    zone = ZONES_OVERSEAS.get(area, "Europe/Paris")
    wanted = ISLANDS.get(postcode) or TERRITORIES_OVERSEAS.get(area)
    found = wanted or (f"FR-{area}" if area in ZONES_OVERSEAS else f"FR-{area[:2]}")
    return zone, found if found in TERRITORIES else "FR"
