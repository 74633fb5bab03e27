"""Identities that a company vouches for, as allauth keeps them."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.socialaccount.models import SocialAccount

from stores.accounts.company import companies_of
from stores.models import Brand, User


@dataclass(frozen=True)
class OneCompany:
    brand: Brand
    is_joined: bool


def companies_for(user: User) -> list[OneCompany]:
    """Of the brands that somebody works for: those whose company lets people in."""
    rows = SocialAccount.objects.filter(user=user)
    joined = set(rows.values_list("provider", flat=True))
    return [
        OneCompany(company.brand, company.key in joined)
        for company in companies_of(user)
    ]


def leave_company(*, user: User) -> None:
    SocialAccount.objects.filter(user=user).delete()
