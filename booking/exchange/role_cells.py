"""The two cells of somebody's roles: which ones, and where each is held.

`manager` beside `0027, 0031`: numbers of stores; `region:Nord` is a region, `brand` the
whole of it. Roles that differ from place to place stand in groups with semicolons:
`manager; adviser` beside `0027; region:Nord`. A name with a comma or a semicolon of
its own stands in quotes. No place at all means each of the person's stores.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from booking.exchange.sheets import Keyed, RowRefused, folded, key_of
from stores.editing.roles import RoleTerm, terms_for
from stores.exchange.tables import LONGEST_CELL
from stores.models import Region, Role, Store

NONE = "none"
"""Takes all roles away; an empty cell leaves them as they are."""
BRAND = "brand"
ROLES: Mapping[str, Role] = {
    **{role.value: role for role in Role},
    **dict.fromkeys(("conseiller", "conseillere", "advisor"), Role.ADVISER),
    **dict.fromkeys(("conseille", "advises"), Role.ADVISER),
    **dict.fromkeys(("responsable", "directeur", "directrice"), Role.MANAGER),
    **dict.fromkeys(("dirige", "gere", "manages"), Role.MANAGER),
    **dict.fromkeys(("administrateur", "administratrice"), Role.ADMIN),
    **dict.fromkeys(("administre", "administers"), Role.ADMIN),
}
"""As the pages say them, and as lists of staff do."""
_NOBODYS = {NONE, "aucun", "aucune"}
_BRANDS = {BRAND, "marque", "enseigne"}
_PLACE = re.compile(r"(region|région|store|magasin|agence)\s*:\s*(.*)", re.I | re.S)
_ITEM = re.compile(r'\s*(?:"((?:[^"]|"")*)"|([^,;]*?))\s*([,;]|$)')
Groups = list[list[str]]


class Regions:
    """The regions of a brand by name; one whose name is another's too, by its slug."""

    def __init__(self, regions: Iterable[Region]) -> None:
        known = list(regions)
        named = Counter(one.name for one in known)
        self._keys = {
            one.pk: one.name if named[one.name] == 1 else one.slug for one in known
        }
        self._found = {self._keys[one.pk]: one for one in known}
        for one in known:
            self._found.setdefault(one.slug, one)
            self._found.setdefault(folded(one.name), one)

    def key(self, region: Region) -> str:
        return self._keys[region.pk]

    def get(self, key: str) -> Region | None:
        return self._found.get(key) or self._found.get(folded(key))


def stores_named(text: str) -> set[str]:
    """The numbers that a cell of places may name."""
    found = {item for group in _groups(text) for item in group}
    return found | {two[2] for item in found if (two := _PLACE.fullmatch(item))}


def says_admin(role: str) -> bool:
    return any(ROLES.get(folded(name)) == Role.ADMIN for name in role.split(";"))


def read_roles(
    role: str, places: str, posts: Sequence[Store], stores: Keyed, regions: Regions
) -> list[RoleTerm] | None:
    """None where the cells say nothing. Raises RowRefused."""
    if not role.strip():
        if places.strip():
            raise RowRefused("role", "role_needed")
        return None
    if folded(role) in _NOBODYS:
        return []
    if len(places) >= LONGEST_CELL:
        raise RowRefused("role_at", "too_long")
    terms: dict[tuple[int | None, int | None], RoleTerm] = {}
    for one, items in _paired(role, _groups(places)):
        for term in _terms(one, items, posts, stores, regions):
            if terms.setdefault(term.place, term) != term:
                raise RowRefused("role_at", "one_role")
    return list(terms.values())


def _paired(text: str, groups: Groups) -> list[tuple[Role, list[str]]]:
    roles = []
    for name in text.split(";"):
        role = ROLES.get(folded(name))
        if role is None:
            raise RowRefused("role", "unknown_role", name.strip())
        roles.append(role)
    if len(roles) == 1:
        groups = [[item for group in groups for item in group]]
    if len(roles) != len(groups):
        raise RowRefused("role_at", "role_groups")
    return list(zip(roles, groups, strict=True))


def _terms(
    role: Role,
    items: Sequence[str],
    posts: Sequence[Store],
    stores: Keyed,
    regions: Regions,
) -> list[RoleTerm]:
    if not items:
        if role != Role.ADMIN and not posts:
            raise RowRefused("role_at", "role_nowhere")
        return terms_for(role, posts)
    found = [_term(role, item, stores, regions) for item in items]
    if role == Role.ADMIN and any(term.place != (None, None) for term in found):
        raise RowRefused("role_at", "admin_place")
    return found


def _term(role: Role, item: str, stores: Keyed, regions: Regions) -> RoleTerm:
    if folded(item) in _BRANDS:
        return RoleTerm(role)
    kind, key = "store", item
    if named := _PLACE.fullmatch(item):
        kind, key = folded(named[1]), named[2].strip()
    if kind == "region":
        region = regions.get(key)
        if region is None:
            raise RowRefused("role_at", "unknown_region", key)
        return RoleTerm(role, region=region)
    store: Store | None = stores.get(key)
    if store is None:
        raise RowRefused("role_at", "unknown_store", key)
    return RoleTerm(role, store=store)


def _groups(text: str) -> Groups:
    groups: Groups = [[]]
    for found in _ITEM.finditer(text):
        item = found[2] if found[1] is None else found[1].replace('""', '"')
        if item and item not in groups[-1]:
            groups[-1].append(item)
        if found[3] == ";":
            groups.append([])
    return groups


def cells_of_roles(terms: Sequence[RoleTerm], regions: Regions) -> dict[str, str]:
    """The mightiest first; of each, the widest place first."""
    if not terms:
        return {"role": NONE, "role_at": ""}
    roles = [role for role in reversed(Role) if role in {one.role for one in terms}]
    groups = (
        sorted((one for one in terms if one.role == role), key=_width) for role in roles
    )
    said = (", ".join(_said(one, regions) for one in group) for group in groups)
    return {"role": "; ".join(roles), "role_at": "; ".join(said)}


def _width(term: RoleTerm) -> tuple[bool, bool, int]:
    place = term.store or term.region
    return term.store is not None, term.region is not None, place.pk if place else 0


def _said(term: RoleTerm, regions: Regions) -> str:
    if term.region is not None:
        text = f"region:{regions.key(term.region)}"
    elif term.store is not None:
        text = key_of(term.store)
        if folded(text) in _BRANDS or _PLACE.fullmatch(text):
            text = f"store:{text}"
    else:
        text = BRAND
    if text != text.strip() or set(text) & set(',;"'):
        doubled = text.replace('"', '""')
        return f'"{doubled}"'
    return text
