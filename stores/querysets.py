"""Chainable questions about a brand's things. Each begins at `.for_brand(brand)`, or
at `.all_brands()` where a sweep of the system really means everybody."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self, TypeVar

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from stores.models.brand import Brand

M = TypeVar("M", bound=models.Model)


class BrandQuerySet(models.QuerySet[M]):
    """The wall between tenants, said in each query."""

    def for_brand(self, brand: Brand) -> Self:
        return self.filter(brand=brand)

    def all_brands(self) -> Self:
        """Everybody's rows: for sweeps and operators, never for a page."""
        return self.all()


class StoreQuerySet(BrandQuerySet[M]):
    def open_to_booking(self) -> Self:
        return self.filter(active=True)


class StaffQuerySet(BrandQuerySet[M]):
    def active(self) -> Self:
        return self.filter(active=True)

    def without_agenda(self) -> Self:
        """Active, with a post, and bookable by nobody: there is no row to lock."""
        posted = self.active().filter(postings__isnull=False, agenda__isnull=True)
        return posted.distinct()

    def posted_to(self, store: models.Model, day: dt.date) -> Self:
        """Staff who may work for the store on that local day."""
        return self.filter(
            Q(postings__valid_from__isnull=True) | Q(postings__valid_from__lte=day),
            Q(postings__valid_until__isnull=True) | Q(postings__valid_until__gte=day),
            postings__store=store,
        ).distinct()


class OfferQuerySet(BrandQuerySet[M]):
    def for_brand(self, brand: Brand) -> Self:
        """Without the rows that stores gave up: only old visits know those."""
        return super().for_brand(brand).filter(retired=False)

    def for_store(self, store: models.Model) -> Self:
        """The store's own rows and the brand's; the store's row replaces the brand's
        of the same topic and channel (`stores.access.offer_for` picks)."""
        return self.filter(Q(store=store) | Q(store__isnull=True))
