"""Stores as rows: one each, by the brand's own number of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from booking.exchange.sheets import (
    Cells,
    Column,
    Keyed,
    Planned,
    RowRefused,
    items_of,
    key_of,
    new_key,
    numbered,
)
from booking.rota.conflicts import AppointmentsAffected
from booking.rota.places.closing import TooManyAtOnce, VisitsStand, write_stores
from stores.editing.stores import NewStore, create_stores, regions_named
from stores.errors import StoreRefused
from stores.models import Brand, Store, StoreKind, User
from stores.towns.known import place_of, town_of, towns_of

PLAIN = ("name", "street", "postcode", "city", "phone", "calls_from", "territory",
         "time_zone", "country")  # fmt: skip
KINDS = {
    "shop": "shop", "boutique": "shop", "magasin": "shop",
    "branch": "branch", "agence": "branch",
    "remote": "remote", "distance": "remote",
}  # fmt: skip


@dataclass
class World:
    brand: Brand
    stores: Keyed
    addresses: dict[str, int]
    """Store id by the address of its page: all of the brand's that are named."""


@dataclass(frozen=True)
class Facts:
    new: NewStore
    region: str


class StoreSheet:
    name = "stores"
    keys: tuple[str, ...] = ("number",)
    columns: tuple[Column, ...] = (
        Column("number", ("matricule", "code", "numero", "id", "store number")),
        Column("name", ("nom", "magasin", "agence", "store"), is_needed=True),
        Column("kind", ("genre", "type")),
        Column("region", ("région", "secteur")),
        Column("address", ("adresse de la page", "slug")),
        Column("street", ("rue", "adresse", "voie")),
        Column("postcode", ("code postal", "cp", "zip")),
        Column("city", ("ville", "commune", "town")),
        Column("country", ("pays",)),
        Column("territory", ("jours fériés", "public holidays", "territoire")),
        Column("time_zone", ("fuseau", "fuseau horaire", "zone")),
        Column("phone", ("téléphone", "tel", "telephone")),
        Column("calls_from", ("numéro affiché", "calls from")),
        Column("latitude", ("lat",)),
        Column("longitude", ("lon", "lng")),
        Column("access", ("accès", "accessibilité")),
        Column("directions_fr", ("comment venir", "accès fr")),
        Column("directions_en", ("how to find it",)),
    )

    def load(self, brand: Brand, rows: Sequence[Cells]) -> World:
        mine = Store.objects.for_brand(brand).select_related("region")
        stores = numbered(mine, {row.get("number", "") for row in rows})
        slugs = {row.get("address", "") for row in rows}
        named = Store.objects.for_brand(brand).filter(slug__in=slugs)
        return World(brand, stores, dict(named.values_list("slug", "pk")))

    def known(self, world: World, cells: Cells) -> Store | None:
        found: Store | None = world.stores.get(cells["number"])
        if found is None:
            new_key(cells["number"])
        return found

    def current(self, world: World, known: Store) -> dict[str, str]:
        return _cells(NewStore.of(known), known.region.name if known.region else "",
                      key_of(known))  # fmt: skip

    def read(
        self, world: World, cells: Cells, known: Store | None
    ) -> tuple[Facts, dict[str, str]]:
        key = key_of(known) if known else cells["number"]
        new = _facts(cells, known)
        try:
            new.check()
        except StoreRefused as refusal:
            raise RowRefused(refusal.field, refusal.why or "invalid") from None
        owner = world.addresses.get(new.slug)
        if new.slug and owner is not None and (known is None or owner != known.pk):
            raise RowRefused("address", "taken")
        region = " ".join(cells.get("region", "").split())
        if len(region) > 60:
            raise RowRefused("region", "too_long")
        return Facts(new, region), _cells(new, region, key)

    def write(
        self, world: World, rows: Sequence[Planned], user: User, now: dt.datetime
    ) -> None:
        regions = regions_named(world.brand, [row.facts.region for row in rows])
        facts = {
            row.number: replace(row.facts.new, region=regions.get(row.facts.region))
            for row in rows
        }
        made = [row for row in rows if row.known is None]
        create_stores(brand=world.brand, stores=[facts[row.number] for row in made])
        changed = sorted((row for row in rows if row.known), key=lambda r: r.known.pk)
        while changed and not self._changed(world, changed, facts, user, now):
            changed = [row for row in changed if row.state != "refused"]

    def _changed(
        self,
        world: World,
        rows: Sequence[Planned],
        facts: dict[int, NewStore],
        user: User,
        now: dt.datetime,
    ) -> bool:
        """False where some were refused, for visits that stand there."""
        try:
            with transaction.atomic():
                write_stores(
                    brand=world.brand,
                    stores=[row.known for row in rows],
                    facts=[facts[row.number] for row in rows],
                    user=user,
                    now=now,
                )
        except AppointmentsAffected as refusal:
            standing = [one.appointment.store_id for one in refusal.conflicts]
        except VisitsStand as refusal:
            standing = [visit.store_id for visit in refusal.visits]
        except TooManyAtOnce:
            standing = [row.known.pk for row in rows]
        else:
            return True
        for row in rows:
            if row.known.pk in standing:
                row.refuse(
                    RowRefused("number", "visits", str(standing.count(row.known.pk)))
                )
        return False

    def export(self, brand: Brand) -> Iterator[dict[str, str]]:
        rows = Store.objects.for_brand(brand).select_related("region").order_by("pk")
        for row in rows.iterator(2000):
            region = row.region.name if row.region else ""
            yield _cells(NewStore.of(row), region, key_of(row))


def _facts(cells: Cells, known: Store | None) -> NewStore:
    kind = KINDS.get(cells.get("kind", "").lower() or (known.kind if known else "shop"))
    if kind is None:
        raise RowRefused("kind", "choice", ", ".join(StoreKind.values))
    country = cells.get("country", "").upper() or (known.country if known else "FR")
    postcode = _postcode(cells.get("postcode", ""), country)
    given: dict[str, Any] = {name: cells.get(name, "") for name in PLAIN}
    towns = towns_of(postcode, country=country)
    town = town_of(towns, given["city"])
    if postcode and not (town or given["city"] or known):
        raise RowRefused("city", "towns" if towns else "required")
    zone, territory = place_of(country=country, postcode=postcode, town=town)
    given |= {
        "country": country,
        "postcode": postcode,
        "time_zone": given["time_zone"] or zone,
        "territory": given["territory"] or ("" if known else territory),
        "kind": kind,
        "slug": cells.get("address", "") or (known.slug if known else ""),
        "external_id": known.external_id if known else cells["number"],
        "latitude": _degrees("latitude", cells),
        "longitude": _degrees("longitude", cells),
        "access": items_of(cells.get("access", "")),
        "directions": {
            code: cells.get(f"directions_{code}", "") for code in ("fr", "en")
        },
    }
    # What stands is as somebody left it, empty or not; what the list wrote stays, too,
    # where a file that made the store comes again.
    if town and (not known or known.city == town.name):
        given["city"] = town.name
    has_point = (given["latitude"], given["longitude"]) != (None, None)
    if town and not known and not has_point:
        given |= {"latitude": town.latitude, "longitude": town.longitude}
    for name in ("phone", "calls_from"):
        if len(given[name]) > 20:
            raise RowRefused(name, "too_long")
    return NewStore(**given)


def _postcode(text: str, country: str) -> str:
    """A spreadsheet takes the zero of 01000."""
    return text.zfill(5) if country == "FR" and text.isdecimal() else text


def _degrees(name: str, cells: Cells) -> float | None:
    text = cells.get(name, "").replace(",", ".")
    try:
        return float(text) if text else None
    except ValueError:
        raise RowRefused(name, "number") from None


def _cells(new: NewStore, region: str, key: str) -> dict[str, str]:
    found = {name: str(getattr(new, name)) for name in PLAIN}
    for name, value in (("latitude", new.latitude), ("longitude", new.longitude)):
        found[name] = "" if value is None else repr(value)
    values = new.values()
    return found | {
        "number": key,
        "kind": str(new.kind),
        "region": region,
        "address": new.slug,
        "access": ", ".join(values["access"]),
        "directions_fr": new.directions.get("fr", ""),
        "directions_en": new.directions.get("en", ""),
    }
