"""The people of a brand: made in sets, edited one by one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import IntegrityError, transaction

from stores import written
from stores.editing.roles import RoleTerm, give_roles, terms_for
from stores.errors import AddressKnown, PersonRefused
from stores.models import (
    Agenda,
    Brand,
    Competence,
    Invitation,
    Membership,
    Role,
    StaffMember,
    Store,
    Topic,
    User,
)
from stores.statements import ask

LONGEST_TITLE = 80
SPOKEN = ("fr", "en", "ar", "de", "es", "it", "nl", "pt", "fsl")
"""Languages that a person may be asked for by; `fsl` is French Sign Language (ISO
639-3)."""

LONGEST = {"first_name": 40, "last_name": 60, "formal_name": 60}
"""As the columns are."""


@dataclass(frozen=True, kw_only=True)
class NewPerson:
    """Somebody who is to be met: the first of `stores` is their home. With an address
    they are invited, and met once they have come in; without one they are met at once,
    and have no account."""

    first_name: str
    external_id: str = ""
    last_name: str = ""
    formal_name: str = ""
    email: str = ""
    title: Mapping[str, str] = field(default_factory=dict)
    languages: Sequence[str] = ()
    stores: Sequence[Store] = ()
    topics: Sequence[Topic] = ()
    role: Role | None = None
    roles: Sequence[RoleTerm] | None = None
    """Instead of one `role`: each with its place."""

    def terms(self) -> list[RoleTerm]:
        if self.roles is not None:
            return list(self.roles)
        return terms_for(self.role or Role.ADVISER, self.stores)


@dataclass(frozen=True, kw_only=True)
class TidyPerson(NewPerson):
    """As they are written to this brand."""

    brand_id: int


def create_people(
    *, brand: Brand, people: Sequence[NewPerson], now: dt.datetime
) -> list[StaffMember]:
    """Writes all of them or none, with agenda, postings, competences, and the address
    and roles that wait for an invitation; nobody is written to.

    An account that is in the brand already, and is nobody's here yet, is bound at
    once. A role of None is an adviser's. Costs a fixed number of statements whatever
    the number of people. Raises PersonRefused with the index, and AddressKnown.
    """
    tidy = [tidied(brand, person, index) for index, person in enumerate(people)]
    bound = accounts_to_bind(brand, [person.email for person in tidy])
    try:
        with transaction.atomic():
            return _write(brand, tidy, bound, now)
    except IntegrityError:
        # Somebody else was quicker with an address: say whose it is now.
        accounts_to_bind(brand, [person.email for person in tidy])
        raise


def _write(
    brand: Brand,
    people: Sequence[NewPerson],
    bound: Mapping[str, User],
    now: dt.datetime,
) -> list[StaffMember]:
    staff = StaffMember.objects.bulk_create(
        StaffMember(
            brand=brand,
            user=bound.get(person.email),
            external_id=person.external_id,
            first_name=person.first_name,
            last_name=person.last_name,
            formal_name=person.formal_name,
            title=dict(person.title),
            languages=list(person.languages),
            active=not person.email or person.email in bound,
        )
        for person in people
    )
    pairs = list(zip(staff, people, strict=True))
    Agenda.objects.bulk_create(Agenda(brand=brand, staff_member=row) for row in staff)
    _write_places(brand, pairs)
    _write_ways_in(brand, pairs, bound, now)
    return staff


# A bank's import writes a hundred thousand: as columns they are two statements for each
# portion, and no model is made of them.
_POSTINGS = """
INSERT INTO stores_posting (brand_id, staff_member_id, store_id, is_home)
SELECT %s, person, store, is_home
  FROM unnest(%s::bigint[], %s::bigint[], %s::boolean[])
       AS fresh (person, store, is_home)
RETURNING id
"""
_COMPETENCES = """
INSERT INTO stores_competence (brand_id, staff_member_id, topic_id, channels, weight)
SELECT %s, person, topic, '[]'::jsonb, %s
  FROM unnest(%s::bigint[], %s::bigint[]) AS fresh (person, topic)
RETURNING id
"""


def _write_places(brand: Brand, pairs: Sequence[tuple[StaffMember, NewPerson]]) -> None:
    """Writes where they work, the first as their home, and which topics they know."""
    posts = [
        (row.pk, store.pk, number == 0)
        for row, person in pairs
        for number, store in enumerate(person.stores)
    ]
    if posts:
        ask(_POSTINGS, [brand.pk, *map(list, zip(*posts, strict=True))])
    known = [(row.pk, topic.pk) for row, person in pairs for topic in person.topics]
    if known:
        weight = Competence._meta.get_field("weight").get_default()
        ask(_COMPETENCES, [brand.pk, weight, *map(list, zip(*known, strict=True))])


def _write_ways_in(
    brand: Brand,
    pairs: Sequence[tuple[StaffMember, NewPerson]],
    bound: Mapping[str, User],
    now: dt.datetime,
) -> None:
    Invitation.objects.bulk_create(
        Invitation(
            brand=brand,
            staff_member=row,
            email=person.email,
            language=brand.main_language,
            roles=[term.document() for term in person.terms()],
            created_at=now,
        )
        for row, person in pairs
        if person.email not in bound
    )
    for _row, person in pairs:
        if person.email in bound:
            give_roles(brand=brand, user=bound[person.email], roles=person.terms())


def accounts_to_bind(
    brand: Brand, emails: Sequence[str], *, but: StaffMember | None = None
) -> dict[str, User]:
    """By address, the accounts that work for the brand and are no person of it yet.
    What an address is in other brands is neither asked nor told. Raises AddressKnown
    for one that is somebody's here, or is named twice."""
    wanted = {email: index for index, email in enumerate(emails) if email}
    for index, email in enumerate(emails):
        if email and wanted[email] != index:
            raise AddressKnown(email, index=wanted[email])
    staff = StaffMember.objects.for_brand(brand).exclude(pk=but.pk if but else 0)
    # Two questions, not a join: of a brand whose people are just being written the
    # server does not know yet that they are many.
    named = Invitation.objects.for_brand(brand).exclude(email="")
    waiting = list(
        named.filter(email__in=wanted).values_list("staff_member", flat=True)
    )
    holders = list(staff.filter(user__email__in=wanted).select_related("user"))
    if waiting:
        rows = staff.filter(user=None, pk__in=waiting)
        holders += rows.select_related("user", "invitation")
    for row in holders:
        email = row.user.email if row.user else row.invitation.email
        raise AddressKnown(_full_name(row), index=wanted[email])
    members = Membership.objects.for_brand(brand).filter(user__email__in=wanted)
    return {row.user.email: row.user for row in members.select_related("user")}


def _full_name(row: StaffMember) -> str:
    return f"{row.first_name} {row.last_name}".strip()


def tidied(brand: Brand, person: NewPerson, index: int = 0) -> TidyPerson:
    """As the person would be written. Raises PersonRefused; asks nobody. Who is tidied
    for the brand already stays as they are."""
    if isinstance(person, TidyPerson) and person.brand_id == brand.pk:
        return person
    if not person.stores and person.topics:
        raise PersonRefused("stores", cause="required", index=index)
    for name in ("stores", "topics"):
        places: Sequence[Store | Topic] = getattr(person, name)
        if any(place.brand_id != brand.pk for place in places):
            raise PersonRefused(name, cause="place", index=index)
        if len({place.pk for place in places}) < len(places):
            raise PersonRefused(name, cause="twice", index=index)
    names = _names(person.first_name, person.last_name, person.formal_name, index)
    return TidyPerson(
        brand_id=brand.pk,
        **names,
        external_id=person.external_id,
        stores=person.stores,
        topics=person.topics,
        role=person.role,
        roles=person.roles,
        title=_title(person.title, index),
        languages=_languages(person.languages, index),
        email=address(person.email, index),
    )


def _names(first: str, last: str, formal: str, index: int = 0) -> dict[str, str]:
    names = {"first_name": first, "last_name": last, "formal_name": formal}
    tidy = {name: written.tidy_name(text) for name, text in names.items()}
    for name, text in tidy.items():
        if not text and name == "first_name":
            raise PersonRefused(name, cause="required", index=index)
        if len(text) > LONGEST[name]:
            raise PersonRefused(name, cause="max_length", index=index)
        try:
            if text:
                written.check_name(text)
        except written.WritingRefused as refused:
            raise PersonRefused(name, cause=refused.code, index=index) from None
    return tidy


def _title(title: Mapping[str, str], index: int = 0) -> dict[str, str]:
    found = {key: " ".join(text.split()) for key, text in title.items()}
    if any(len(text) > LONGEST_TITLE for text in found.values()):
        raise PersonRefused("title", cause="max_length", index=index)
    return {key: text for key, text in found.items() if text}


def _languages(languages: Sequence[str], index: int = 0) -> list[str]:
    if not set(languages) <= set(SPOKEN):
        raise PersonRefused("languages", cause="choice", index=index)
    return [code for code in SPOKEN if code in languages]


def address(email: str, index: int = 0) -> str:
    """As accounts are kept; empty stays empty. Raises PersonRefused."""
    if not email.strip():
        return ""
    try:
        found = written.mail_address(email).lower()
    except written.NoMailAddress:
        raise PersonRefused("email", index=index) from None
    if len(found) > 254:
        raise PersonRefused("email", cause="max_length", index=index)
    return found


def edit_person(
    *,
    staff_member: StaffMember,
    first_name: str,
    last_name: str = "",
    formal_name: str = "",
    title: Mapping[str, str] | None = None,
    languages: Sequence[str] = (),
    check: Callable[[StaffMember], None] | None = None,
) -> StaffMember:
    """Changes what customers and colleagues read of a person. `check` is called with
    the row under its lock, and may refuse. Raises PersonRefused."""
    facts = {
        **_names(first_name, last_name, formal_name),
        "title": _title(title or {}),
        "languages": _languages(languages),
    }
    with transaction.atomic():
        rows = StaffMember.objects.for_brand(staff_member.brand)
        row = rows.select_for_update(no_key=True).get(pk=staff_member.pk)
        if check is not None:
            check(row)
        for name, value in facts.items():
            setattr(row, name, value)
        row.save(update_fields=list(facts))
    return row
