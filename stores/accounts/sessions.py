"""Sessions that their owner sees and ends. A deleted row is the end of one: its next
request is a stranger's."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Least
from django.utils.crypto import salted_hmac

from stores.models import Brand, BrowserSession, Level, Membership, User


@dataclass(frozen=True)
class OpenSession:
    """`mark` names it on a page: the key itself would open it."""

    mark: str
    row: BrowserSession
    is_this: bool

    @property
    def browser(self) -> str:
        return self.row.device.partition("/")[0]

    @property
    def system(self) -> str:
        return self.row.device.partition("/")[2]


def open_sessions(
    *, user: User, this_key: str | None, now: dt.datetime
) -> list[OpenSession]:
    """This one first, then as they were used last."""
    alive = Q(idle_until__isnull=True) | Q(idle_until__gt=now)
    rows = BrowserSession.objects.filter(alive, user=user, expire_date__gt=now)
    found = [
        OpenSession(_mark(row), row, is_this=row.pk == this_key)
        for row in rows.order_by("-seen_at")
    ]
    return sorted(found, key=lambda one: not one.is_this)


def _mark(row: BrowserSession) -> str:
    return salted_hmac("stores.sessions", row.pk).hexdigest()[:32]


def end_session(*, user: User, mark: str) -> bool:
    """False for one that has ended already."""
    with transaction.atomic():
        rows = BrowserSession.objects.select_for_update().filter(user=user)
        named = [row.pk for row in rows.order_by("pk") if _mark(row) == mark]
        return bool(BrowserSession.objects.filter(pk__in=named).delete()[0])


def end_sessions(*, user: User, but: str | None = None) -> int:
    """All of somebody's, except the one with that key. Returns how many."""
    rows = BrowserSession.objects.filter(user=user).exclude(pk=but or "")
    return rows.delete()[0]


def tighten(*, brand: Brand) -> None:
    """Lets open sessions of a brand's people end as its new limits say, if that is
    sooner; none is lengthened."""
    rows = BrowserSession.objects.filter(
        level=Level.FULL, user__memberships__brand=brand, opened_at__isnull=False
    )
    lasts = dt.timedelta(hours=brand.session_hours)
    idle = dt.timedelta(minutes=brand.session_idle_minutes)
    BrowserSession.objects.filter(pk__in=rows.values("pk")).update(
        expire_date=Least(F("expire_date"), F("opened_at") + Value(lasts)),
        idle_until=Least(F("idle_until"), F("seen_at") + Value(idle)),
    )


def sessions_of_brand(
    *, brand: Brand, now: dt.datetime, most: int = 50
) -> tuple[list[OpenSession], int]:
    """Those of everybody who works for the brand, as they were used last, and how many
    there are in all."""
    alive = Q(idle_until__isnull=True) | Q(idle_until__gt=now)
    members = Membership.objects.for_brand(brand).values("user")
    rows = BrowserSession.objects.filter(alive, user__in=members, expire_date__gt=now)
    newest = rows.select_related("user").order_by("-seen_at")[:most]
    return [OpenSession(_mark(row), row, False) for row in newest], rows.count()


def end_session_of_brand(*, brand: Brand, mark: str, now: dt.datetime) -> bool:
    """An admin ends somebody's session; False for one that has ended already."""
    found, _count = sessions_of_brand(brand=brand, now=now, most=1000)
    named = [one.row.pk for one in found if one.mark == mark]
    return bool(BrowserSession.objects.filter(pk__in=named).delete()[0])
