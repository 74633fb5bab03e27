"""Use cases of a brand's own sign-in, by OpenID Connect: written, tried, switched on.

The identity is issuer and subject, never an address. It is joined to an account by its
owner, who is signed in.
"""

from __future__ import annotations

import datetime as dt

from django.db import transaction

from stores.errors import CompanyRefused
from stores.models import Brand, CompanySignIn, Membership, Role, User


def company_of(brand: Brand) -> CompanySignIn | None:
    rows = CompanySignIn.objects.for_brand(brand).select_related("brand")
    return rows.first()


def company_by_key(key: str) -> CompanySignIn | None:
    """The one of the address that an issuer sends people back to."""
    brand_id = key.partition("-")[0]
    if not brand_id.isdecimal() or len(brand_id) > 18:
        return None
    rows = CompanySignIn.objects.all_brands().filter(brand_id=int(brand_id))
    row = rows.select_related("brand").first()
    return row if row is not None and row.key == key and row.brand.active else None


def companies_of(user: User) -> list[CompanySignIn]:
    """Those that are on, of the brands that somebody works for."""
    brands = Membership.objects.all_brands().filter(user=user).values("brand")
    rows = CompanySignIn.objects.all_brands().filter(is_on=True, brand__in=brands)
    return list(rows.select_related("brand").order_by("brand__name"))


MOST_OFFERED = 5
"""Companies that a sign-in page offers; of more, each has an address of its own."""


def companies_offered() -> list[CompanySignIn]:
    """For who is not known yet: those that are on, none where they are too many. That
    a brand is here, its booking pages say, too."""
    rows = CompanySignIn.objects.all_brands().filter(is_on=True, brand__active=True)
    rows = rows.select_related("brand").order_by("brand__name", "pk")
    found = list(rows[: MOST_OFFERED + 1])
    return found if len(found) <= MOST_OFFERED else []


def write_company(
    *, brand: Brand, issuer: str, client_id: str, sealed: str | None
) -> CompanySignIn:
    """Keeps the old secret where none is given, unless the issuer is another: a secret
    goes to nobody that it was not made for. A change must be tried again."""
    issuer = issuer.rstrip("/")
    with transaction.atomic():
        rows = CompanySignIn.objects.for_brand(brand).select_for_update()
        row, _made = rows.get_or_create(
            brand=brand, defaults={"issuer": issuer, "client_id": client_id}
        )
        moved = row.issuer != issuer
        if not (sealed or row.sealed) or (moved and not sealed):
            raise CompanyRefused(field="secret", why="missing")
        if moved or row.client_id != client_id or sealed:
            row.tested_at, row.tested_by = None, None
            row.is_on = row.replaces_password = False
        row.issuer, row.client_id = issuer, client_id
        row.sealed = sealed or row.sealed
        row.save()
    return row


def note_tested(*, company: CompanySignIn, by: User, now: dt.datetime) -> None:
    CompanySignIn.objects.for_brand(company.brand).filter(
        issuer=company.issuer, client_id=company.client_id
    ).update(tested_at=now, tested_by=by)


def switch_company(
    *,
    brand: Brand,
    is_on: bool,
    replaces_password: bool,
    first_keeper: User | None,
    second_keeper: User | None,
) -> None:
    """Switches it on or off. With `replaces_password` only two admins keep theirs, for
    the day on which the issuer is away. Raises CompanyRefused."""
    keepers = {first_keeper, second_keeper} - {None}
    with transaction.atomic():
        rows = CompanySignIn.objects.for_brand(brand).select_for_update()
        row = rows.first()
        if row is None or (is_on and row.tested_at is None):
            raise CompanyRefused(field="is_on", why="untested")
        if is_on and replaces_password and len(keepers) < 2:
            raise CompanyRefused(field="second_keeper", why="two")
        row.is_on, row.replaces_password = is_on, is_on and replaces_password
        row.first_keeper, row.second_keeper = first_keeper, second_keeper
        row.save()


def admins_of(brand: Brand) -> list[User]:
    rows = Membership.objects.for_brand(brand).filter(
        role=Role.ADMIN, user__is_active=True
    )
    return [row.user for row in rows.select_related("user").order_by("user__name")]


def must_use_company(user: User) -> CompanySignIn | None:
    """The company whose sign-in alone opens this account; None for who keeps another
    way: the two keepers, people of another brand, and who runs Visavis."""
    if user.is_superuser:
        return None
    memberships = Membership.objects.all_brands().filter(user=user, brand__active=True)
    brands = set(memberships.values_list("brand_id", flat=True))
    rows = CompanySignIn.objects.all_brands().filter(
        brand__in=brands, is_on=True, replaces_password=True
    )
    found = [
        row
        for row in rows.select_related("brand")
        if user.pk not in (row.first_keeper_id, row.second_keeper_id)
    ]
    return found[0] if found and len(found) == len(brands) else None


def works_for(user: User, brand: Brand) -> bool:
    return Membership.objects.for_brand(brand).filter(user=user).exists()
