"""People as rows: names, where they work, what they advise on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from booking.exchange.people_cells import (
    cell_of_stores,
    cells_now,
    cells_of,
    term_named,
)
from booking.exchange.people_writing import add_people, change_people
from booking.exchange.role_cells import (
    NONE,
    Regions,
    cells_of_roles,
    read_roles,
    says_admin,
    stores_named,
)
from booking.exchange.sheets import (
    Cells,
    Column,
    Keyed,
    Planned,
    RowRefused,
    folded,
    in_portions,
    items_of,
    key_of,
    new_key,
    numbered,
)
from booking.rota.competences import CompetenceTerm
from stores.editing.many_people import (
    can_administer,
    leads,
    roles_by_person,
)
from stores.editing.people import NewPerson, tidied
from stores.editing.roles import RoleTerm, admins_who_stay
from stores.errors import PersonRefused
from stores.models import (
    Brand,
    Invitation,
    Region,
    StaffMember,
    Store,
    Topic,
    User,
)

FIELDS = {"title": "title_fr"}


@dataclass
class World:
    brand: Brand
    people: Keyed
    stores: Keyed
    topics: Mapping[str, Topic]
    """By address and by folded name."""
    taken: Mapping[str, int]
    """Person id by e-mail address, of those that the rows name."""
    roles: Mapping[int, Sequence[RoleTerm]]
    """By person id."""
    regions: Regions
    admins: set[int]
    """The accounts that administer the brand, and will after the rows read so far."""
    gained: set[int] = field(default_factory=set)
    """Those that the rows would give that role."""


@dataclass(frozen=True)
class Facts:
    new: NewPerson
    terms: tuple[CompetenceTerm, ...]

    @property
    def asks_roles(self) -> bool:
        """Roles that are neither as they stand nor an adviser's by default."""
        return self.new.roles is not None


class PeopleSheet:
    name = "people"
    keys: tuple[str, ...] = ("number",)
    columns: tuple[Column, ...] = (
        Column("number", ("matricule", "id", "numero", "employee id")),
        Column("first_name", ("prénom", "first name"), is_needed=True),
        Column("last_name", ("nom", "nom de famille", "family name")),
        Column("formal_name", ("nom formel", "formal name")),
        Column("title_fr", ("titre", "fonction", "poste")),
        Column("title_en", ("title", "job title")),
        Column("languages", ("langues",)),
        Column("email", ("courriel", "e-mail", "mail", "adresse e-mail")),
        Column("stores", ("magasins", "magasin", "agence", "agences", "store")),
        Column("topics", ("sujets", "compétences", "competences", "skills")),
        Column("role", ("rôle", "droits", "profil")),
        Column("role_at", ("périmètre", "rôle où", "scope", "role in")),
    )

    def load(self, brand: Brand, rows: Sequence[Cells]) -> World:
        people = StaffMember.objects.for_brand(brand).select_related(
            "user", "invitation", "agenda", "departure"
        )
        people = people.prefetch_related("postings__store", "competences__topic")
        found = numbered(people, {row.get("number", "") for row in rows})
        roles = roles_by_person(brand, found.rows())
        topics: dict[str, Topic] = {}
        for topic in Topic.objects.for_brand(brand):
            for name in topic.name.values():
                topics.setdefault(folded(name), topic)
        topics |= {one.slug: one for one in Topic.objects.for_brand(brand)}
        return World(
            brand,
            found,
            numbered(Store.objects.for_brand(brand), _stores_in(rows, found, roles)),
            topics,
            _taken(brand, {row.get("email", "").lower() for row in rows} - {""}),
            roles,
            Regions(Region.objects.for_brand(brand)),
            admins_who_stay(brand),
            _gained(found, rows),
        )

    def known(self, world: World, cells: Cells) -> StaffMember | None:
        found: StaffMember | None = world.people.get(cells["number"])
        if found is None:
            new_key(cells["number"])
        return found

    def current(self, world: World, known: StaffMember) -> dict[str, str]:
        return _current(world, known)

    def read(
        self, world: World, cells: Cells, known: StaffMember | None
    ) -> tuple[Facts, dict[str, str]]:
        posts = [_store(world, key) for key in items_of(cells.get("stores", ""))]
        terms = [
            term_named(world.topics, text) for text in items_of(cells.get("topics", ""))
        ]
        new = NewPerson(
            first_name=cells.get("first_name", ""),
            external_id=known.external_id if known else cells["number"],
            last_name=cells.get("last_name", ""),
            formal_name=cells.get("formal_name", ""),
            email=cells.get("email", ""),
            title={code: cells.get(f"title_{code}", "") for code in ("fr", "en")},
            languages=items_of(cells.get("languages", "").lower()),
            stores=[*posts[:1], *sorted(posts[1:], key=lambda store: store.pk)],
            topics=[term.topic for term in terms],
        )
        try:
            new = tidied(world.brand, new)
        except PersonRefused as refusal:
            field = FIELDS.get(refusal.field, refusal.field)
            raise RowRefused(field, refusal.cause) from None
        _check_address(world, new.email, known)
        stores = cell_of_stores(new.stores)
        leaves = known is not None and hasattr(known, "departure")
        if known and leaves and stores != _current(world, known)["stores"]:
            raise RowRefused("stores", "leaves")
        roles = _roles(world, cells, known, new.stores)
        new = replace(new, roles=roles)
        key = key_of(known) if known else cells["number"]
        standing = roles is None and known is not None
        shown = world.roles[known.pk] if known and standing else new.terms()
        after = cells_of(new, terms, key) | cells_of_roles(shown, world.regions)
        return Facts(new, tuple(terms)), after

    def write(
        self, world: World, rows: Sequence[Planned], user: User, now: dt.datetime
    ) -> None:
        add_people(world.brand, [row for row in rows if row.known is None], now)
        changed = [row for row in rows if row.known is not None]
        change_people(world.brand, changed, user, now)

    def export(self, brand: Brand) -> Iterator[dict[str, str]]:
        rows = StaffMember.objects.for_brand(brand).select_related("user", "invitation")
        rows = rows.filter(departure__ended_at=None).order_by("pk")
        rows = rows.prefetch_related("postings__store", "competences__topic")
        regions = Regions(Region.objects.for_brand(brand))
        for some in in_portions(rows.iterator(1000), 1000):
            roles = roles_by_person(brand, some)
            for row in some:
                yield cells_now(row) | cells_of_roles(roles[row.pk], regions)


def _stores_in(
    rows: Sequence[Cells], found: Keyed, roles: Mapping[int, Sequence[RoleTerm]]
) -> set[str]:
    """The numbers of stores that the rows name, or that stand there already."""
    named = {key for row in rows for key in items_of(row.get("stores", ""))}
    places = {key for row in rows for key in stores_named(row.get("role_at", ""))}
    posts = {post.store for one in found.rows() for post in one.postings.all()}
    held = {term.store for some in roles.values() for term in some if term.store}
    return named | places | {key_of(store) for store in posts | held}


def _gained(found: Keyed, rows: Sequence[Cells]) -> set[int]:
    """The accounts of people whose row says that they administer the brand."""
    wanted = (
        found.get(row["number"])
        for row in rows
        if row.get("number") and says_admin(row.get("role", ""))
    )
    return {one.user_id for one in wanted if one is not None and can_administer(one)}


def _roles(
    world: World, cells: Cells, known: StaffMember | None, posts: Sequence[Store]
) -> list[RoleTerm] | None:
    """None where they stay as they stand. Raises RowRefused."""
    role, places = cells.get("role", ""), cells.get("role_at", "")
    stood = cells_of_roles(world.roles[known.pk], world.regions) if known else {}
    if (role, places) == (stood.get("role"), stood.get("role_at")):
        return None
    if places and role == stood.get("role") == NONE:
        raise RowRefused("role", "role_needed")
    terms = read_roles(role, places, posts, world.stores, world.regions)
    if terms is None or cells_of_roles(terms, world.regions) == stood:
        return None
    if known is not None:
        _check_roles(world, known, terms)
    return terms


def _check_roles(world: World, known: StaffMember, terms: Sequence[RoleTerm]) -> None:
    if hasattr(known, "departure") and known.departure.ended_at is not None:
        raise RowRefused("role", "left")
    if known.user_id in world.admins and not leads(terms):
        if world.admins | world.gained == {known.user_id}:
            raise RowRefused("role", "last_admin")
        world.admins.discard(known.user_id)


def _taken(brand: Brand, emails: set[str]) -> dict[str, int]:
    rows = StaffMember.objects.for_brand(brand).filter(user__email__in=emails)
    # As the index of addresses has it: without those that are empty.
    waiting = Invitation.objects.for_brand(brand).exclude(email="")
    waiting = waiting.filter(email__in=emails)
    return {
        **dict(waiting.values_list("email", "staff_member_id")),
        **dict(rows.values_list("user__email", "pk")),
    }


def _check_address(world: World, email: str, known: StaffMember | None) -> None:
    """An address is written with somebody new; later it is changed where the link to
    it is sent."""
    if known is not None:
        if email != _current(world, known)["email"]:
            raise RowRefused("email", "stays")
    elif email and email in world.taken:
        raise RowRefused("email", "known")


def _store(world: World, key: str) -> Store:
    found: Store | None = world.stores.get(key)
    if found is None:
        raise RowRefused("stores", "unknown_store", key)
    return found


def _current(world: World, known: StaffMember) -> dict[str, str]:
    return cells_now(known) | cells_of_roles(world.roles[known.pk], world.regions)
