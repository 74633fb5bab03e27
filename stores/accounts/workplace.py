"""The place and role in which somebody of the staff works."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from django.utils import timezone

from stores.models import Brand, Membership, Region, Role, StaffMember, Store
from stores.models.store import StoreQuerySet

MOST_TO_CHOOSE = 60
"""Stores in a list to choose from; for more there is the page of stores."""


@dataclass(frozen=True)
class Workplace:
    """The place and role in which a signed-in user works now."""

    membership: Membership
    brand: Brand
    store: Store | None
    staff_member: StaffMember | None
    role: Role
    region: Region | None = None
    """Of which they look after all stores; never beside a store."""
    all_of_user: Sequence[Workplace] = field(default=(), compare=False, repr=False)
    """This one and the user's others."""

    def insists_on_factor(self) -> bool:
        """True where this role gets no further without a second factor."""
        return self.brand.insists_on_factor(self.role, timezone.now())

    @property
    def sees_whole_store(self) -> bool:
        return self.role in (Role.MANAGER, Role.ADMIN)

    @property
    def sees_whole_brand(self) -> bool:
        """Head office: an admin who is not tied to one store or region."""
        tied = self.store is not None or self.region is not None
        return self.role == Role.ADMIN and not tied

    @property
    def store_rows(self) -> StoreQuerySet[Store]:
        """The stores that this membership may look into. A region's manager sees all
        of the region, its advisers those of it where they work."""
        rows = Store.objects.for_brand(self.brand)
        if self.store is not None:
            return rows.filter(pk=self.store.pk)
        rows = rows.open_to_booking()
        if self.region is not None:
            rows = rows.filter(region=self.region)
        if self.sees_whole_brand or (self.region and self.sees_whole_store):
            return rows.order_by("name", "pk")
        if self.staff_member is None:
            return rows.none()
        return rows.filter(postings__staff_member=self.staff_member)

    @cached_property
    def stores(self) -> list[Store]:
        """All of them, read once per request: not for a page of a large brand."""
        return [self.store] if self.store else self._of_brand(self.store_rows)

    @cached_property
    def some_stores(self) -> list[Store]:
        """As many as a list to choose from shows, and one more where there are more."""
        if self.store is not None:
            return [self.store]
        return self._of_brand(self.store_rows[: MOST_TO_CHOOSE + 1])

    def _of_brand(self, rows: Iterable[Store]) -> list[Store]:
        found = list(rows)
        for store in found:
            store.brand = self.brand
        return found
