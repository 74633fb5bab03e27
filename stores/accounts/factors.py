"""Second factors: who has one, who needs one, and what becomes of a lost one.

The factors themselves are rows of allauth's. Recovery codes alone are none: they stand
in for another that is away.
"""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.module_loading import import_string

from stores.accounts.sessions import end_sessions
from stores.errors import RemovalRefused
from stores.models import Brand, FactorRemoval, Membership, Role, User
from stores.models.session import REMOVAL_LASTS

logger = logging.getLogger(__name__)

FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def rows_of(user: User) -> QuerySet[Any]:
    """Everything that allauth keeps of somebody: factors and recovery codes."""
    return Authenticator.objects.filter(user=user)  # type: ignore[no-any-return]


def factor_rows_of(user: User) -> QuerySet[Any]:
    return rows_of(user).filter(type__in=FACTORS).order_by("pk")


def has_factor(user: User) -> bool:
    return factor_rows_of(user).exists()


def with_factor(users: Iterable[User]) -> set[int]:
    """Ids of those who have one."""
    rows = Authenticator.objects.filter(user__in=users, type__in=FACTORS)
    return set(rows.values_list("user_id", flat=True))


def open_removal(*, user: User, now: dt.datetime) -> FactorRemoval | None:
    rows = FactorRemoval.objects.all_brands().filter(
        user=user, confirmed_at=None, withdrawn_at=None
    )
    return (
        rows.filter(asked_at__gt=now - REMOVAL_LASTS).select_related("asked_by").first()
    )


def ask_removal(
    *, brand: Brand, user: User, by: User, now: dt.datetime
) -> FactorRemoval:
    """The first pair of eyes: an admin of the brand, for somebody else of it. A second
    one confirms it within two days. Raises RemovalRefused."""
    with transaction.atomic():
        user = _checked(brand, user, by)
        old = FactorRemoval.objects.for_brand(brand).filter(
            user=user, confirmed_at=None, withdrawn_at=None
        )
        row = old.select_for_update().first()
        if row is not None and not row.is_over(now):
            return row
        if row is not None:
            row.withdrawn_at = now
            row.save(update_fields=["withdrawn_at"])
        return FactorRemoval.objects.create(
            brand=brand, user=user, asked_by=by, asked_at=now
        )


def confirm_removal(*, brand: Brand, user: User, by: User, now: dt.datetime) -> None:
    """The second pair of eyes: the factors go, and with them every session. Raises
    RemovalRefused, also for the admin who asked."""
    with transaction.atomic():
        user = _checked(brand, user, by)
        rows = FactorRemoval.objects.for_brand(brand).select_for_update()
        row = rows.filter(user=user, confirmed_at=None, withdrawn_at=None).first()
        if row is None or row.is_over(now):
            raise RemovalRefused("none")
        if row.asked_by_id in (None, by.pk):
            raise RemovalRefused("same_admin")
        row.confirmed_by, row.confirmed_at = by, now
        row.save(update_fields=["confirmed_by", "confirmed_at"])
        take_away(user=user)


def withdraw_removal(*, brand: Brand, user: User, now: dt.datetime) -> None:
    """Any admin of the brand may say no."""
    rows = FactorRemoval.objects.for_brand(brand)
    rows.filter(user=user, confirmed_at=None, withdrawn_at=None).update(
        withdrawn_at=now
    )


def _checked(brand: Brand, user: User, by: User) -> User:
    """The user's row, locked. An account of two brands is nobody's alone: the operator
    of Visavis helps there."""
    user = User.objects.select_for_update().get(pk=user.pk)
    admins = Membership.objects.for_brand(brand).filter(role=Role.ADMIN)
    if not admins.filter(user=by).exists():
        raise RemovalRefused("not_admin")
    if user.pk == by.pk:
        raise RemovalRefused("oneself")
    rows = Membership.objects.all_brands().filter(user=user)
    if user.is_superuser or rows.exclude(brand=brand).exists():
        raise RemovalRefused("several_brands")
    if not has_factor(user):
        raise RemovalRefused("no_factor")
    return user


def forget_factors(*, user: User) -> int:
    """All factors and recovery codes of somebody, and their sessions. Returns how many
    rows of factors."""
    removed: int = rows_of(user).delete()[0]
    end_sessions(user=user)
    return removed


def take_away(*, user: User) -> int:
    """As `forget_factors`; their owner is told, and the log names the account by its
    id."""
    with transaction.atomic():
        removed = forget_factors(user=user)
        tell: Callable[..., None] = import_string(settings.MAILS_FACTOR_TAKEN)
        tell(user=user)
    logger.warning("second factor of account %s taken away", user.pk)
    return removed
