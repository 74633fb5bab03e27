"""People as rows: names, where they work, what they advise on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from booking.exchange.people_writing import change_people
from booking.exchange.sheets import (
    Cells,
    Column,
    Keyed,
    Planned,
    RowRefused,
    folded,
    items_of,
    key_of,
    new_key,
    numbered,
)
from booking.rota.competences import CompetenceTerm
from stores.editing.people import NewPerson, create_people, tidied
from stores.errors import PersonRefused
from stores.models import (
    Brand,
    Channel,
    Competence,
    Invitation,
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


@dataclass(frozen=True)
class Facts:
    new: NewPerson
    terms: tuple[CompetenceTerm, ...]


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
    )

    def load(self, brand: Brand, rows: Sequence[Cells]) -> World:
        people = StaffMember.objects.for_brand(brand).select_related(
            "user", "invitation", "agenda", "departure"
        )
        people = people.prefetch_related("postings__store", "competences__topic")
        found = numbered(people, {row.get("number", "") for row in rows})
        stores = {key for row in rows for key in items_of(row.get("stores", ""))}
        stores |= {
            key_of(post.store) for one in found.rows() for post in one.postings.all()
        }
        topics: dict[str, Topic] = {}
        for topic in Topic.objects.for_brand(brand):
            for name in topic.name.values():
                topics.setdefault(folded(name), topic)
        topics |= {one.slug: one for one in Topic.objects.for_brand(brand)}
        return World(
            brand,
            found,
            numbered(Store.objects.for_brand(brand), stores),
            topics,
            _taken(brand, {row.get("email", "").lower() for row in rows} - {""}),
        )

    def known(self, world: World, cells: Cells) -> StaffMember | None:
        found: StaffMember | None = world.people.get(cells["number"])
        if found is None:
            new_key(cells["number"])
        return found

    def current(self, world: World, known: StaffMember) -> dict[str, str]:
        return current_cells(known)

    def read(
        self, world: World, cells: Cells, known: StaffMember | None
    ) -> tuple[Facts, dict[str, str]]:
        posts = [_store(world, key) for key in items_of(cells.get("stores", ""))]
        terms = [_term(world, text) for text in items_of(cells.get("topics", ""))]
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
        stores = _cell_of_stores(new.stores)
        leaves = known is not None and hasattr(known, "departure")
        if known and leaves and stores != current_cells(known)["stores"]:
            raise RowRefused("stores", "leaves")
        key = key_of(known) if known else cells["number"]
        return Facts(new, tuple(terms)), _cells(new, terms, key)

    def write(
        self, world: World, rows: Sequence[Planned], user: User, now: dt.datetime
    ) -> None:
        self._create(world, [row for row in rows if row.known is None], now)
        changed = [row for row in rows if row.known is not None]
        change_people(world.brand, changed, user, now)

    def _create(self, world: World, rows: Sequence[Planned], now: dt.datetime) -> None:
        seen: set[str] = set()
        left: list[Planned] = []
        for row in rows:
            email = row.facts.new.email
            if email and email in seen:
                row.refuse(RowRefused("email", "known"))
            else:
                seen.add(email)
                left.append(row)
        people = [row.facts.new for row in left]
        try:
            with transaction.atomic():
                made = create_people(brand=world.brand, people=people, now=now)
        except PersonRefused as refusal:
            # Somebody got the address a moment ago: that row is refused, once more.
            left[refusal.index].refuse(RowRefused(refusal.field, refusal.cause))
            self._create(world, [row for row in left if row.state != "refused"], now)
            return
        _narrow(made, left)

    def export(self, brand: Brand) -> Iterator[dict[str, str]]:
        rows = StaffMember.objects.for_brand(brand).select_related("user", "invitation")
        rows = rows.filter(departure__ended_at=None).order_by("pk")
        rows = rows.prefetch_related("postings__store", "competences__topic")
        for row in rows.iterator(1000):
            yield current_cells(row)


def _taken(brand: Brand, emails: set[str]) -> dict[str, int]:
    rows = StaffMember.objects.for_brand(brand).filter(user__email__in=emails)
    waiting = Invitation.objects.for_brand(brand).filter(email__in=emails)
    return {
        **dict(waiting.values_list("email", "staff_member_id")),
        **dict(rows.values_list("user__email", "pk")),
    }


def _check_address(world: World, email: str, known: StaffMember | None) -> None:
    """An address is written with somebody new; later it is changed where the link to
    it is sent."""
    if known is not None:
        if email != current_cells(known)["email"]:
            raise RowRefused("email", "stays")
    elif email and email in world.taken:
        raise RowRefused("email", "known")


def _store(world: World, key: str) -> Store:
    found: Store | None = world.stores.get(key)
    if found is None:
        raise RowRefused("stores", "unknown_store", key)
    return found


def _term(world: World, text: str) -> CompetenceTerm:
    """`premier-velo`, or `premier-velo[video callback]`."""
    name, _, rest = text.partition("[")
    topic = world.topics.get(name.strip()) or world.topics.get(folded(name))
    if topic is None:
        raise RowRefused("topics", "unknown_topic", name.strip())
    channels = tuple(sorted(rest.rstrip("] ").split()))
    if not set(channels) <= set(Channel.values):
        raise RowRefused("topics", "channel", rest.rstrip("] "))
    return CompetenceTerm(topic=topic, channels=channels)


def _narrow(made: Sequence[StaffMember], rows: Sequence[Planned]) -> None:
    """Writes the channels of those who advise by some alone."""
    wanted = {
        (person.pk, term.topic.pk): list(term.channels)
        for person, row in zip(made, rows, strict=True)
        for term in row.facts.terms
        if term.channels
    }
    if not wanted:
        return
    mine = Competence.objects.for_brand(made[0].brand)
    found = [
        row
        for row in mine.filter(staff_member__in=[pk for pk, _topic in wanted])
        if (row.staff_member_id, row.topic_id) in wanted
    ]
    for row in found:
        row.channels = wanted[row.staff_member_id, row.topic_id]
    mine.bulk_update(found, ["channels"])


def current_cells(row: StaffMember) -> dict[str, str]:
    """From the row with its postings, competences, account and invitation."""
    posts = sorted(row.postings.all(), key=lambda one: (not one.is_home, one.store_id))
    known = sorted(row.competences.all(), key=lambda one: one.topic_id)
    invitation = getattr(row, "invitation", None)
    email = row.user.email if row.user else invitation.email if invitation else ""
    person = NewPerson(
        first_name=row.first_name,
        last_name=row.last_name,
        formal_name=row.formal_name,
        email=email,
        title=row.title,
        languages=row.languages,
        stores=[one.store for one in posts],
    )
    terms = [
        CompetenceTerm(topic=one.topic, channels=tuple(sorted(one.channels)))
        for one in known
    ]
    return _cells(person, terms, key_of(row))


def _cells(new: NewPerson, terms: Sequence[CompetenceTerm], key: str) -> dict[str, str]:
    ordered = sorted(terms, key=lambda term: term.topic.pk)
    return {
        "number": key,
        "first_name": new.first_name,
        "last_name": new.last_name,
        "formal_name": new.formal_name,
        "title_fr": new.title.get("fr", ""),
        "title_en": new.title.get("en", ""),
        "languages": ", ".join(new.languages),
        "email": new.email,
        "stores": _cell_of_stores(new.stores),
        "topics": ", ".join(
            f"{term.topic.slug}[{' '.join(term.channels)}]"
            if term.channels
            else term.topic.slug
            for term in ordered
        ),
    }


def _cell_of_stores(stores: Sequence[Any]) -> str:
    return ", ".join(key_of(store) for store in stores)
