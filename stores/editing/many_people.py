"""Many people at once, in a number of statements that does not grow: their roles, and
their first links."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import transaction
from django.db.models import QuerySet

from stores.editing.invitations import WRITTEN, mail_out, opened
from stores.editing.roles import (
    RoleTerm,
    check_admins_stay,
    in_order,
    lock_admins,
    places_named,
    terms_among,
    write_rows,
)
from stores.models import (
    Brand,
    Departure,
    Invitation,
    Membership,
    Role,
    StaffMember,
    User,
)


def gives_any_role(brand: Brand, user: User | None) -> bool:
    """True for who administers the brand: any role is theirs to give, anywhere."""
    rows = Membership.objects.for_brand(brand).filter(role=Role.ADMIN)
    return rows.filter(user=user.pk if user else 0, user__is_active=True).exists()


def roles_by_person(
    brand: Brand, people: Iterable[StaffMember]
) -> dict[int, list[RoleTerm]]:
    """By person id, the roles that they have or that wait for them. The people were
    read with their `invitation`."""
    staff = list(people)
    terms: dict[int, list[RoleTerm]] = defaultdict(list)
    accounts = [one.user_id for one in staff if one.user_id]
    rows = Membership.objects.for_brand(brand).filter(user__in=accounts)
    for row in rows.select_related("store", "region"):
        terms[row.user_id].append(RoleTerm(Role(row.role), row.store, row.region))
    waiting = {
        one.pk: one.invitation.roles
        for one in staff
        if one.user_id is None and hasattr(one, "invitation")
    }
    places = places_named(brand, [one for some in waiting.values() for one in some])
    return {
        one.pk: in_order(terms[one.user_id])
        if one.user_id
        else terms_among(waiting.get(one.pk, ()), *places)
        for one in staff
    }


def replace_roles(
    *, brand: Brand, wanted: Mapping[int, Sequence[RoleTerm]], now: dt.datetime
) -> None:
    """By person id: all roles of each from now on, or those that wait for them. Who has
    left meanwhile gets none. Raises LastAdmin, and then nothing is written."""
    with transaction.atomic():
        admins = lock_admins(brand)
        rows = StaffMember.objects.for_brand(brand).filter(pk__in=wanted)
        rows = rows.select_related("user", "departure").order_by("pk")
        locked = [
            person
            for person in rows.select_for_update(of=("self",), no_key=True)
            if not (hasattr(person, "departure") and person.departure.ended_at)
        ]
        of_accounts = {
            one.user_id: wanted[one.pk] for one in locked if one.user_id is not None
        }
        gained = {
            one.user_id
            for one in locked
            if one.user_id and can_administer(one) and leads(wanted[one.pk])
        }
        check_admins_stay(admins, changed=of_accounts.keys(), gained=gained)
        write_rows(brand, of_accounts)
        _write_waiting(
            brand, {one.pk: wanted[one.pk] for one in locked if not one.user_id}, now
        )


def leads(terms: Iterable[RoleTerm]) -> bool:
    return any(term.role == Role.ADMIN for term in terms)


def can_administer(person: StaffMember) -> bool:
    """True if the role of an admin would be somebody's who comes in and stays. From the
    row with its `user` and `departure`."""
    is_open = person.user is not None and person.user.is_active
    return is_open and not hasattr(person, "departure")


def _write_waiting(
    brand: Brand, wanted: Mapping[int, Sequence[RoleTerm]], now: dt.datetime
) -> None:
    rows = Invitation.objects.for_brand(brand).filter(staff_member__in=wanted)
    known = {row.staff_member_id: row for row in rows}
    for pk, row in known.items():
        row.roles = [term.document() for term in in_order(wanted[pk])]
    rows.bulk_update(known.values(), ["roles"])
    Invitation.objects.bulk_create(
        Invitation(
            brand=brand,
            staff_member_id=pk,
            language=brand.main_language,
            roles=[term.document() for term in in_order(terms)],
            created_at=now,
        )
        for pk, terms in wanted.items()
        if pk not in known
    )


def never_invited(brand: Brand) -> QuerySet[Invitation]:
    """Those for whom an address waits, and no link was ever sent or taken back."""
    rows = Invitation.objects.for_brand(brand).exclude(email="")
    rows = rows.filter(sent_at=None, accepted_at=None, revoked_at=None)
    return rows.filter(staff_member__user=None)


def invite_waiting(
    *, brand: Brand, people: Collection[int], by: User | None, now: dt.datetime
) -> list[Invitation]:
    """Opens a link for those of the people (ids) who wait for their first one, and has
    it mailed. Who has left stays out, and whose address got an
    account of the brand meanwhile: their own page says so. Takes the rows of the people
    in order, and a fixed number of statements."""
    with transaction.atomic():
        staff = StaffMember.objects.for_brand(brand).filter(pk__in=people)
        left = Departure.objects.for_brand(brand).filter(ended_at__isnull=False)
        staff = staff.exclude(pk__in=left.values("staff_member"))
        locked = staff.order_by("pk").select_for_update(no_key=True)
        by_pk = {person.pk: person for person in locked}
        waiting = never_invited(brand).filter(staff_member__in=by_pk)
        rows = list(waiting.order_by("staff_member_id"))
        members = Membership.objects.for_brand(brand).filter(
            user__email__in=[row.email for row in rows]
        )
        known = set(members.values_list("user__email", flat=True))
        open_ = []
        for row in rows:
            if row.email in known:
                continue
            row.staff_member, row.brand = by_pk[row.staff_member_id], brand
            open_.append(opened(row, by, now, by_mail=True))
        Invitation.objects.for_brand(brand).bulk_update(open_, WRITTEN)
        mail_out(open_)
    return open_
