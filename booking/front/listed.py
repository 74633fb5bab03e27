"""The stores that a page lists: all of a brand, of a large one those of a town."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field

from booking.front.queries import MANY, is_large, names_of_shops
from stores import access
from stores.models import Brand, Store
from stores.queries import remote_teams

MOST_LOOKED_AT = 4 * MANY
"""Stores of a town whose hours are looked at: some have none."""


@dataclass(frozen=True)
class Listed:
    """`is_large`: the brand has more than are listed, so that a town is asked for;
    `has_more`: the town has, too. `has_none`: of the town there is nothing."""

    shops: list[Store]
    remote: list[Store] = field(default_factory=list)
    is_large: bool = False
    has_more: bool = False
    has_none: bool = False

    @property
    def stores(self) -> list[Store]:
        return [*self.shops, *self.remote]


def listed_stores(brand: Brand, town: str) -> Listed:
    """By name. A town without a store gives all of a brand that is not large."""
    if is_large(brand):
        return _of_large(brand, town)
    found = access.stores_of(brand)
    shops = [store for store in found if not store.is_remote]
    near = [s for s in shops if is_in_town(town, s.name, s.city, s.postcode)]
    remote = [store for store in found if store.is_remote]
    return Listed(near or shops, remote, has_none=not near)


def _of_large(brand: Brand, town: str) -> Listed:
    teams = [team.pk for team in remote_teams(brand, MANY)]
    known = names_of_shops(brand) if town else []
    near = [pk for pk, *names in known if is_in_town(town, *names)]
    if town.isdigit():
        near = [pk for pk, *_, code in known if code.startswith(town)] or near
    found = access.stores_of(brand, among=[*near[:MOST_LOOKED_AT], *teams])
    shops = [store for store in found if not store.is_remote]
    return Listed(
        shops[:MANY],
        [store for store in found if store.is_remote],
        is_large=True,
        has_more=len(near) > MOST_LOOKED_AT or len(shops) > MANY,
        has_none=bool(town) and not shops,
    )


def is_in_town(town: str, name: str, city: str, postcode: str) -> bool:
    """By the beginning of the postcode, or a part of a name; accents do not matter."""
    wanted = plain(town)
    if wanted.isdigit():
        return postcode.startswith(wanted[:2])
    return wanted in plain(f"{name} {city}")


def plain(text: str) -> str:
    """For comparing: small letters without accents."""
    if text.isascii():
        return text.lower()
    bare = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in bare if not unicodedata.combining(letter))
