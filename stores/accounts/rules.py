"""Rules of a brand for signing in, and the people who have yet to follow them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from stores.accounts.factors import with_factor
from stores.accounts.sessions import tighten
from stores.models import Brand, Membership, WhoNeedsFactor


@dataclass(frozen=True)
class Standing:
    """Of those who are asked for a second factor: how many have one, and the names of
    the others."""

    asked: int
    have: int
    without: list[str]


def set_rules(
    *,
    brand: Brand,
    second_factor: str,
    second_factor_from: dt.date | None,
    session_hours: int,
    session_idle_minutes: int,
) -> None:
    """Holds from now on; open sessions end as the new limits say, if that is sooner."""
    with transaction.atomic():
        row = Brand.objects.select_for_update().get(pk=brand.pk)
        row.second_factor = WhoNeedsFactor(second_factor)
        nobody = row.second_factor == WhoNeedsFactor.NOBODY
        row.second_factor_from = None if nobody else second_factor_from
        row.session_hours = session_hours
        row.session_idle_minutes = session_idle_minutes
        row.save(
            update_fields=[
                "second_factor",
                "second_factor_from",
                "session_hours",
                "session_idle_minutes",
            ]
        )
        tighten(brand=row)


def standing_of(brand: Brand) -> Standing:
    rows = (
        Membership.objects.for_brand(brand)
        .filter(user__is_active=True)
        .select_related("user")
        .order_by("user__name", "user_id")
    )
    asked = {row.user_id: row.user for row in rows if brand.needs_factor(row.role)}
    have = with_factor(asked.values())
    without = [user.name for pk, user in asked.items() if pk not in have]
    return Standing(len(asked), len(have), without)
