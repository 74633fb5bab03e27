"""Chainable questions about appointments, holds and the time that they take."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import TYPE_CHECKING, Self

from django.db.models import Q

from booking.states import LIVE, UPCOMING
from stores.models.brand import BrandQuerySet, M

if TYPE_CHECKING:
    from stores.models import Agenda, StaffMember, Store

__all__ = [
    "AppointmentQuerySet",
    "EventQuerySet",
    "HoldQuerySet",
    "OccupancyQuerySet",
    "PromiseQuerySet",
]


class AppointmentQuerySet(BrandQuerySet[M]):
    def upcoming(self) -> Self:
        return self.filter(status__in=UPCOMING)

    def live(self) -> Self:
        return self.filter(status__in=LIVE)

    def counted(self) -> Self:
        """Those that figures are made of: a trial of the shop itself is in none."""
        return self.filter(is_trial=False)

    def at_store(self, store: Store) -> Self:
        return self.filter(store=store)

    def with_staff_member(self, staff_member: StaffMember) -> Self:
        return self.filter(staff_member=staff_member)

    def between(self, start: dt.datetime, end: dt.datetime) -> Self:
        return self.filter(starts_at__lt=end, ends_at__gt=start)

    def with_people(self) -> Self:
        """All that a page prints of an appointment, in one query."""
        return self.select_related(
            "brand", "store", "topic", "staff_member", "customer", "offer"
        )


class OccupancyQuerySet(BrandQuerySet[M]):
    def busy(self, now: dt.datetime) -> Self:
        """Rows that take time at `now`: appointments, and living holds."""
        return self.filter(
            Q(hold__isnull=True) | Q(hold__expires_at__gt=now), active=True
        )

    def of_agendas(self, agendas: Iterable[Agenda | int]) -> Self:
        return self.filter(agenda__in=list(agendas))

    def between(self, start: dt.datetime, end: dt.datetime) -> Self:
        """By the scalars: `(agenda, ends_at) WHERE active` is the index that serves."""
        return self.filter(ends_at__gt=start, starts_at__lt=end)


class HoldQuerySet(BrandQuerySet[M]):
    def live(self, now: dt.datetime) -> Self:
        return self.filter(expires_at__gt=now)

    def expired(self, now: dt.datetime) -> Self:
        return self.filter(expires_at__lte=now)


class EventQuerySet(BrandQuerySet[M]):
    def unrelayed(self) -> Self:
        return self.filter(relayed_at__isnull=True)


class PromiseQuerySet(BrandQuerySet[M]):
    def running(self) -> Self:
        """Neither kept nor broken yet."""
        return self.filter(kept_at__isnull=True, broken_at__isnull=True)

    def keep(self, *, now: dt.datetime) -> None:
        """Writes down that what was owed has been done, be it late."""
        self.filter(kept_at__isnull=True).update(kept_at=now)
