"""New people, bookable as soon as hours are written for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from stores.models import (
    Agenda,
    Brand,
    Competence,
    Membership,
    Posting,
    Role,
    StaffMember,
    Store,
    Topic,
    User,
)


@dataclass(frozen=True, kw_only=True)
class NewPerson:
    """A member of the staff; `stores` begins with the home. With an address and a role
    they get an account that has no password yet."""

    first_name: str
    last_name: str
    formal_name: str = ""
    email: str = ""
    title: Mapping[str, str] = field(default_factory=dict)
    languages: Sequence[str] = ()
    stores: Sequence[Store]
    topics: Sequence[Topic] = ()
    role: Role | None = None


def create_people(
    *, brand: Brand, people: Sequence[NewPerson], now: dt.datetime
) -> list[StaffMember]:
    """Writes people with their agendas, stores and topics, all or none."""
    with transaction.atomic():
        rows = StaffMember.objects.bulk_create(
            StaffMember(
                brand=brand,
                user=_account_of(new),
                first_name=new.first_name,
                last_name=new.last_name,
                formal_name=new.formal_name,
                title=dict(new.title),
                languages=list(new.languages),
                created_at=now,
            )
            for new in people
        )
        pairs = list(zip(people, rows, strict=True))
        Agenda.objects.bulk_create(
            Agenda(brand=brand, staff_member=row) for row in rows
        )
        Posting.objects.bulk_create(
            Posting(brand=brand, staff_member=row, store=store, is_home=number == 0)
            for new, row in pairs
            for number, store in enumerate(new.stores)
        )
        Competence.objects.bulk_create(
            Competence(brand=brand, staff_member=row, topic=topic)
            for new, row in pairs
            for topic in new.topics
        )
        Membership.objects.bulk_create(
            Membership(brand=brand, user=row.user, store=new.stores[0], role=new.role)
            for new, row in pairs
            if row.user is not None and new.role
        )
    return rows


def _account_of(new: NewPerson) -> User | None:
    if not (new.email and new.role):
        return None
    name = f"{new.first_name} {new.last_name}".strip()
    return User.objects.create_user(new.email, None, name=name)
