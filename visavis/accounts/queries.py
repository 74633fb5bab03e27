"""Accounts by address or number. An account is a person's, of no brand."""

from __future__ import annotations

from collections.abc import Collection

from stores.models import Membership, Role, User


def open_account_of(email: str) -> User | None:
    return User.objects.filter(email=email, is_active=True).first()


def closed_account_of(email: str) -> User | None:
    return User.objects.filter(email=email, is_active=False).first()


def open_account(user_id: int | None, *, lock: bool = False) -> User | None:
    """The one that may sign in; its row locked where something is to be changed."""
    rows = User.objects.select_for_update() if lock else User.objects.all()
    return rows.filter(pk=user_id or 0, is_active=True).first()


def opened_a_brand(user: User) -> bool:
    """True for the admin of a brand on its first steps whose address nobody has
    answered from yet.
    """
    if user.email_confirmed_at is not None:
        return False
    rows = Membership.objects.all_brands().filter(user=user, role=Role.ADMIN)
    return rows.filter(brand__setup__isnull=False).exists()


def is_taken(email: str) -> bool:
    return User.objects.filter(email=email).exists()


def is_of_one_of(email: str, user_ids: Collection[int]) -> bool:
    """True if one of these people signs in with this address."""
    return User.objects.filter(email=email, pk__in=user_ids).exists()
