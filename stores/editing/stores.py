"""New stores, the facts of those that are there, and the address of one that moves."""

from __future__ import annotations

import zoneinfo
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

from django.db import transaction

from stores.calendar.public_holidays import TERRITORIES
from stores.editing.slugs import free_slugs, slug_of
from stores.errors import StoreRefused
from stores.models import Access, Brand, Region, Store, StoreKind
from stores.models.store import RESERVED_STORE_SLUGS
from stores.telephone import is_dialled
from stores.towns.known import is_postcode

LONGEST_SLUG, LONGEST_DIRECTIONS, A_PORTION = 60, 300, 200
LONGEST = {"name": 80, "street": 120, "postcode": 12, "city": 80, "external_id": 40}


@cache
def known_zones() -> frozenset[str]:
    """Read once for a process: it looks at some hundred files."""
    return frozenset(zoneinfo.available_timezones())


@dataclass(frozen=True, kw_only=True)
class NewStore:
    """The facts of a store; a remote team has no street. Without a slug the name makes
    one, and a store that is there keeps its own. Telephone numbers are in E.164,
    degrees north and east."""

    name: str
    slug: str = ""
    external_id: str = ""
    region: Region | None = None
    kind: str = StoreKind.SHOP
    street: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "FR"
    territory: str = "FR"
    time_zone: str = "Europe/Paris"
    latitude: float | None = None
    longitude: float | None = None
    phone: str = ""
    calls_from: str = ""
    access: Sequence[str] = ()
    directions: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, store: Store) -> NewStore:
        """The facts as they stand."""
        return cls(**{one.name: getattr(store, one.name) for one in fields(cls)})

    def values(self) -> dict[str, Any]:
        """By column, without a slug that was not asked for."""
        found = {one.name: getattr(self, one.name) for one in fields(self)}
        found["access"] = [code for code in Access.values if code in self.access]
        found["directions"] = {k: text for k, text in self.directions.items() if text}
        region = found.pop("region")
        found["region_id"] = region.pk if region else None
        if not self.slug:
            del found["slug"]
        return found

    def check(self, index: int = 0) -> None:
        """Raises StoreRefused, which names the field; asks nobody but itself."""
        for name, longest in LONGEST.items():
            if len(getattr(self, name)) > longest:
                raise StoreRefused(f"At most {longest} letters.", name, "long", index)
        if not any(character.isalnum() for character in self.name):
            why = "" if self.name.strip() else "required"
            raise StoreRefused("A name has letters or digits.", "name", why, index)
        if self.kind not in StoreKind.values:
            raise StoreRefused("There is no such kind.", "kind", "", index)
        if self.time_zone not in known_zones():
            raise StoreRefused("There is no such time zone.", "time_zone", "", index)
        if self.country == "FR" and self.territory not in ("", *TERRITORIES):
            raise StoreRefused("There is no such territory.", "territory", "", index)
        if self.slug and self.slug != slug_of(self.slug, longest=LONGEST_SLUG):
            raise StoreRefused(
                "An address has small letters, digits, dashes.", "slug", "form", index
            )
        if self.slug in RESERVED_STORE_SLUGS:
            raise StoreRefused("That address is taken.", "slug", "taken", index)
        self._check_place(index)

    def _check_place(self, index: int) -> None:
        north, east = self.latitude, self.longitude
        for name in ("phone", "calls_from"):
            if getattr(self, name) and not is_dialled(getattr(self, name)):
                raise StoreRefused("No telephone number.", name, "phone", index)
        if not is_postcode(self.postcode, self.country):
            raise StoreRefused("No such postcode.", "postcode", "postcode", index)
        if (north is None) != (east is None):
            missing = "latitude" if north is None else "longitude"
            raise StoreRefused("A point has both figures.", missing, "half", index)
        for name, value, most in (("latitude", north, 90), ("longitude", east, 180)):
            if value is not None and not -most <= value <= most:
                raise StoreRefused("No such point is on earth.", name, "", index)
        if not set(self.access) <= set(Access.values):
            raise StoreRefused("There is no such fact.", "access", "", index)
        if any(len(text) > LONGEST_DIRECTIONS for text in self.directions.values()):
            raise StoreRefused("It is too long.", "directions", "long", index)


def create_stores(*, brand: Brand, stores: Sequence[NewStore]) -> list[Store]:
    """Writes all or none, in their order. Raises StoreRefused with the index."""
    for index, new in enumerate(stores):
        new.check(index)
    with transaction.atomic():
        known = _lock_names(brand)
        check_unique(stores, [None] * len(stores), known)
        slugs = iter(
            free_slugs(
                [new.name for new in stores if not new.slug],
                taken={*RESERVED_STORE_SLUGS, *known.slugs, *(s.slug for s in stores)},
                otherwise="store",
                longest=LONGEST_SLUG,
            )
        )
        return Store.objects.bulk_create(
            Store(brand=brand, **(new.values() | {"slug": new.slug or next(slugs)}))
            for new in stores
        )


@dataclass(frozen=True)
class _Known:
    """Store ids by what no two stores of a brand share."""

    slugs: Mapping[str, int]
    external_ids: Mapping[str, int]


def _lock_names(brand: Brand) -> _Known:
    """One at a time for a brand: two imports of a town make two addresses."""
    Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
    rows = list(Store.objects.for_brand(brand).values_list("pk", "slug", "external_id"))
    return _Known(
        {slug: pk for pk, slug, _ in rows}, {key: pk for pk, _, key in rows if key}
    )


def check_unique(
    facts: Sequence[NewStore], owners: Sequence[int | None], known: _Known
) -> None:
    """Raises StoreRefused for an address or number that another store has, or that is
    given twice. `owners` are the ids of the stores that get the facts; None: new."""
    for name, taken in (("slug", known.slugs), ("external_id", known.external_ids)):
        given: dict[str, int] = {}
        for index, (one, owner) in enumerate(zip(facts, owners, strict=True)):
            value = getattr(one, name)
            if not value:
                continue
            if value in given or taken.get(value, owner) != owner:
                raise StoreRefused("Another store has it.", name, "taken", index)
            given[value] = index


def change_stores(
    *, brand: Brand, stores: Sequence[Store], facts: Sequence[NewStore]
) -> None:
    """Writes the facts of each, all or none; costs a fixed number of statements for
    each two hundred. Where a zone or kind changes, visits may be booked already, so
    that pages and imports call `booking.rota.places.closing`. Raises StoreRefused."""
    for index, one in enumerate(facts):
        one.check(index)
        if one.region is not None and one.region.brand_id != brand.pk:
            raise StoreRefused("There is no such region.", "region", "", index)
    with transaction.atomic():
        check_unique(facts, [store.pk for store in stores], _lock_names(brand))
        changed = _written_to(stores, facts)
        if changed and stores:
            rows = Store.objects.for_brand(brand)
            rows.bulk_update(stores, sorted(changed), batch_size=A_PORTION)


def _written_to(stores: Sequence[Store], facts: Sequence[NewStore]) -> Collection[str]:
    """Sets the attributes; returns the names of those that changed anywhere."""
    changed = set()
    for store, one in zip(stores, facts, strict=True):
        for name, value in one.values().items():
            if getattr(store, name) != value:
                setattr(store, name, value)
                changed.add(name)
    return changed


def regions_named(brand: Brand, names: Iterable[str]) -> dict[str, Region]:
    """By name, made where there is none of it yet."""
    wanted = sorted({" ".join(name.split()) for name in names if name.strip()})
    with transaction.atomic():
        Brand.objects.select_for_update(no_key=True).get(pk=brand.pk)
        rows = list(Region.objects.for_brand(brand))
        known = {row.name: row for row in rows}
        fresh = [name for name in wanted if name not in known]
        slugs = free_slugs(
            fresh, taken={row.slug for row in rows}, otherwise="region", longest=40
        )
        made = Region.objects.bulk_create(
            Region(brand=brand, name=name[:60], slug=slug)
            for name, slug in zip(fresh, slugs, strict=True)
        )
    known |= dict(zip(fresh, made, strict=True))
    return {name: known[name] for name in wanted}
