"""The roles of people: in a brand, in a region of it, or in one store.

A person with an account has rows of Membership. For one who has not come in yet the
same terms wait on the invitation, and become rows when it is accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from stores.errors import LastAdmin, PersonRefused
from stores.models import (
    Brand,
    Departure,
    Invitation,
    Membership,
    Region,
    Role,
    StaffMember,
    Store,
    User,
)

Within = Callable[["RoleTerm"], bool]
RANKS = {Role.ADVISER: 0, Role.MANAGER: 1, Role.ADMIN: 2}


@dataclass(frozen=True)
class RoleTerm:
    """A role in one place: the store, else the region, else the whole brand."""

    role: Role
    store: Store | None = None
    region: Region | None = None

    @property
    def place(self) -> tuple[int | None, int | None]:
        return (
            self.store.pk if self.store else None,
            self.region.pk if self.region else None,
        )

    def document(self) -> dict[str, Any]:
        store, region = self.place
        return {"role": self.role.value, "store": store, "region": region}


def terms_for(role: Role, stores: Sequence[Store]) -> list[RoleTerm]:
    """One role as a form of one field means it: an admin's is of the whole brand, any
    other one of each store."""
    if role == Role.ADMIN:
        return [RoleTerm(role)]
    return [RoleTerm(role, store=store) for store in stores]


def roles_of(staff_member: StaffMember) -> list[RoleTerm]:
    """Those that they have, or that wait for them; the widest first."""
    if staff_member.user_id is None:
        invitation = getattr(staff_member, "invitation", None)
        documents = invitation.roles if invitation else []
        return terms_in(staff_member.brand, documents)
    rows = Membership.objects.for_brand(staff_member.brand)
    rows = rows.filter(user=staff_member.user_id).select_related("store", "region")
    return in_order(RoleTerm(Role(row.role), row.store, row.region) for row in rows)


def terms_in(brand: Brand, documents: Iterable[dict[str, Any]]) -> list[RoleTerm]:
    """Reads what waits on an invitation, within the brand: a place that is no more is
    left out."""
    wanted = list(documents)
    return terms_among(wanted, *places_named(brand, wanted))


def places_named(
    brand: Brand, documents: Iterable[dict[str, Any]]
) -> tuple[dict[int, Store], dict[int, Region]]:
    """The stores and regions of the brand that these name."""
    wanted = list(documents)
    stores = {one["store"] for one in wanted if one["store"]}
    regions = {one["region"] for one in wanted if one["region"]}
    return (
        Store.objects.for_brand(brand).in_bulk(stores) if stores else {},
        Region.objects.for_brand(brand).in_bulk(regions) if regions else {},
    )


def terms_among(
    documents: Iterable[dict[str, Any]],
    stores: Mapping[int, Store],
    regions: Mapping[int, Region],
) -> list[RoleTerm]:
    return in_order(
        RoleTerm(
            Role(one["role"]), stores.get(one["store"]), regions.get(one["region"])
        )
        for one in documents
        if (not one["store"] or one["store"] in stores)
        and (not one["region"] or one["region"] in regions)
    )


def in_order(terms: Iterable[RoleTerm]) -> list[RoleTerm]:
    return sorted(
        terms,
        key=lambda term: (
            term.store is not None,
            term.region is None,
            term.store.name if term.store else "",
            term.region.name if term.region else "",
        ),
    )


def set_roles(
    *,
    staff_member: StaffMember,
    roles: Sequence[RoleTerm],
    within: Within,
    check: Callable[[list[RoleTerm]], None] | None = None,
) -> None:
    """Replaces those roles of a person that the editor answers for (`within`); others
    stay. `check` is called with all roles under their lock, and may refuse. Raises
    PersonRefused for a role that is not the editor's to give and for who has left,
    and LastAdmin."""
    brand = staff_member.brand
    _check(brand, roles, within)
    with transaction.atomic():
        admins = lock_admins(brand)
        rows = StaffMember.objects.for_brand(brand).select_related("invitation")
        locked = rows.select_for_update(of=("self",), no_key=True)
        person = locked.get(pk=staff_member.pk)
        person.brand = brand
        check_works_here(person)
        known = roles_of(person)
        if check is not None:
            check(known)
        kept = [term for term in known if not within(term)]
        if {term.place for term in kept} & {term.place for term in roles}:
            raise PersonRefused("roles", cause="above")
        if person.user_id is None:
            _write_waiting(person, [*kept, *roles])
            return
        stays = any(term.role == Role.ADMIN for term in (*kept, *roles))
        mine = {person.user_id}
        check_admins_stay(admins, changed=mine, gained=mine if stays else set())
        write_rows(brand, {person.user_id: [*kept, *roles]})


def is_last_admin(membership_id: int | None) -> bool:
    """True if the brand would have nobody left who may change it without this row. An
    admin whose last day is written will be nobody, and does not count."""
    admins = Membership.objects.all_brands().filter(
        role=Role.ADMIN, user__is_active=True
    )
    row = admins.filter(pk=membership_id or 0).first()
    if row is None:
        return False
    others = admins.filter(brand=row.brand_id).exclude(user=row.user_id)
    return not others.exclude(user__in=_leaving(row.brand_id)).exists()


def _leaving(brand_id: int) -> QuerySet[Departure, Any]:
    """The accounts whose last day is written and not over yet."""
    rows = Departure.objects.all_brands().filter(brand=brand_id, ended_at=None)
    return rows.exclude(staff_member__user=None).values("staff_member__user")


def leads_alone(user_id: int | None) -> bool:
    """True if some brand has no other admin than this account."""
    rows = Membership.objects.all_brands().filter(user=user_id or 0, role=Role.ADMIN)
    return any(is_last_admin(pk) for pk in rows.values_list("pk", flat=True))


def _check(brand: Brand, roles: Sequence[RoleTerm], within: Within) -> None:
    if len({term.place for term in roles}) < len(roles):
        raise PersonRefused("roles", cause="twice")
    for term in roles:
        places = [place for place in (term.store, term.region) if place]
        if any(place.brand_id != brand.pk for place in places) or len(places) > 1:
            raise PersonRefused("roles", cause="place")
        if term.role == Role.ADMIN and places:
            raise PersonRefused("roles", cause="place")
        if not within(term):
            raise PersonRefused("roles", cause="above")


def lock_admins(brand: Brand) -> set[int]:
    """The accounts that may change the brand, and stay. Two admins who take each
    other's rights wait for one another here. Asked again after the lock: what the
    other one wrote is in no row that was waited for."""
    rows = Membership.objects.for_brand(brand).filter(role=Role.ADMIN)
    list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    return admins_who_stay(brand)


def check_admins_stay(admins: Set[int], *, changed: Set[int], gained: Set[int]) -> None:
    """Raises LastAdmin where somebody (accounts) administers the brand, and after a
    change of `changed`, of whom `gained` have that role, nobody would."""
    if admins and not (admins - changed) | gained:
        raise LastAdmin


def admins_who_stay(brand: Brand) -> set[int]:
    """The accounts that may change the brand, and have no last day."""
    rows = Membership.objects.for_brand(brand).filter(role=Role.ADMIN)
    stay = rows.filter(user__is_active=True).exclude(user__in=_leaving(brand.pk))
    return set(stay.values_list("user_id", flat=True))


def check_works_here(staff_member: StaffMember) -> None:
    """Raises PersonRefused for somebody whose last day is over: who comes back is a
    new person, with stores and hours of their own."""
    rows = Departure.objects.for_brand(staff_member.brand)
    if rows.filter(staff_member=staff_member, ended_at__isnull=False).exists():
        raise PersonRefused("person", cause="left")


def _write_waiting(person: StaffMember, roles: Sequence[RoleTerm]) -> None:
    Invitation.objects.for_brand(person.brand).filter(staff_member=person).update(
        roles=[term.document() for term in in_order(roles)]
    )


def write_rows(brand: Brand, wanted: Mapping[int, Sequence[RoleTerm]]) -> None:
    """By account: all roles that it has in the brand from now on. Rows of a place that
    stays keep their id: somebody's session names it."""
    left = {
        user_id: {term.place: term for term in terms}
        for user_id, terms in wanted.items()
    }
    rows = Membership.objects.for_brand(brand).filter(user__in=left)
    gone, changed = [], []
    for row in rows:
        term = left[row.user_id].pop((row.store_id, row.region_id), None)
        if term is None:
            gone.append(row.pk)
        elif row.role != term.role:
            row.role = term.role
            changed.append(row)
    rows.filter(pk__in=gone).delete()
    rows.bulk_update(changed, ["role"])
    Membership.objects.bulk_create(
        Membership(
            brand=brand,
            user_id=user_id,
            store=term.store,
            region=term.region,
            role=term.role,
        )
        for user_id, terms in left.items()
        for term in terms.values()
    )


def give_roles(*, brand: Brand, user: User, roles: Iterable[RoleTerm]) -> None:
    """Adds what they have not; nothing that they have already becomes less."""
    known = {
        (row.store_id, row.region_id): row
        for row in Membership.objects.for_brand(brand).filter(user=user)
    }
    for term in roles:
        row = known.get(term.place)
        if row is None:
            Membership.objects.create(
                brand=brand,
                user=user,
                store=term.store,
                region=term.region,
                role=term.role,
            )
        elif RANKS[Role(row.role)] < RANKS[term.role]:
            row.role = term.role
            row.save(update_fields=["role"])
