"""One fact of many stores changed at once: looked at first, written as a whole, and
taken back within a day."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction
from django.db.models import Count

from booking.errors import StaleVersion
from booking.rota.changes import dry_run
from booking.rota.places.closing import (
    AT_ONCE,
    TooManyAtOnce,
    moved_by,
    visits_ahead,
    write_stores,
)
from stores.editing.stores import NewStore
from stores.models import Brand, Channel, Region, Store, StoreEdit, StoreKind, User

FIELDS = ("region", "kind", "territory", "time_zone", "calls_from")
MOVING = {"region", "time_zone"}


@dataclass(frozen=True, kw_only=True)
class Edit:
    """A field of FIELDS and what it becomes; a region is the row, None for none."""

    field: str
    value: Region | str | None

    @property
    def column(self) -> str:
        return "region_id" if self.field == "region" else self.field

    @property
    def written(self) -> int | str | None:
        """As the column and the journal have it."""
        return self.value.pk if isinstance(self.value, Region) else self.value

    def facts_of(self, store: Store) -> NewStore:
        kept = replace(NewStore.of(store), region=None)
        change: dict[str, Any] = {"region": store.region, self.field: self.value}
        return replace(kept, **change)


@dataclass(frozen=True)
class Plan:
    """`before` is {store id: old value} of the stores that would change; `same` have
    the value already; `refused` counts the visits that stand against it, by store."""

    before: dict[int, Any]
    same: int
    refused: dict[int, int]

    def groups(self) -> list[tuple[Any, int]]:
        """Old values, with how many stores have each, the most frequent first."""
        return Counter(self.before.values()).most_common()


def plan_edit(
    *, brand: Brand, ids: Sequence[int], edit: Edit, user: User, now: dt.datetime
) -> Plan:
    """Writes nothing. Raises StoreRefused for a value that is none, and TooManyAtOnce.
    A fixed number of queries, and masks for stores whose hours would change."""
    region = edit.value if isinstance(edit.value, Region) else None
    given: dict[str, Any] = {edit.field: edit.value, "region": region}
    NewStore(name="x", **given).check()
    rows = Store.objects.for_brand(brand).filter(pk__in=ids).order_by("pk")
    known = dict(rows.values_list("pk", edit.column))
    before = {pk: value for pk, value in known.items() if value != edit.written}
    refused = _refused(brand, list(before), edit, user, now)
    return Plan(
        before={pk: value for pk, value in before.items() if pk not in refused},
        same=len(known) - len(before),
        refused=refused,
    )


def _refused(
    brand: Brand, ids: Sequence[int], edit: Edit, user: User, now: dt.datetime
) -> dict[int, int]:
    if edit.field == "kind" and edit.value == StoreKind.REMOTE:
        rows = visits_ahead(brand, now).filter(channel=Channel.IN_STORE)
        counted = rows.order_by().values_list("store_id").annotate(Count("pk"))
        standing = dict(counted)
        return {pk: standing[pk] for pk in ids if pk in standing}
    moved = _moved(brand, ids, edit)
    if not moved:
        return {}
    if len(moved) > AT_ONCE:
        raise TooManyAtOnce
    conflicts = dry_run(
        lambda: write_stores(
            brand=brand,
            stores=moved,
            facts=[edit.facts_of(one) for one in moved],
            user=user,
            now=now,
        )
    )
    return dict(Counter(one.appointment.store_id for one in conflicts))


def _moved(brand: Brand, ids: Sequence[int], edit: Edit) -> list[Store]:
    """The stores of which the edit moves the open time; asks nothing for others."""
    if edit.field not in MOVING:
        return []
    rows = Store.objects.for_brand(brand).filter(pk__in=ids)
    stores = list(rows.select_related("region").order_by("pk"))
    return moved_by(brand, stores, [edit.facts_of(one) for one in stores])


def edit_stores(
    *,
    brand: Brand,
    ids: Sequence[int],
    edit: Edit,
    user: User,
    now: dt.datetime,
    check: Callable[[Plan], None] | None = None,
) -> StoreEdit | None:
    """Writes the value to all stores that it may be written to, or to none; None where
    it changes nothing. `check` is called with what would be written, and may refuse.
    Raises StaleVersion where a store is changed at the same moment."""
    with transaction.atomic():
        plan = plan_edit(brand=brand, ids=ids, edit=edit, user=user, now=now)
        if check is not None:
            check(plan)
        if not plan.before:
            return None
        _write(brand, plan.before, edit, user, now)
        return StoreEdit.objects.create(
            brand=brand,
            field=edit.field,
            value=edit.written,
            before=plan.before,
            made_by=user,
            made_at=now,
        )


def _write(
    brand: Brand, before: dict[int, Any], edit: Edit, user: User, now: dt.datetime
) -> None:
    """One value for all. The stores whose open time changes go first: their agendas
    are locked before any store is."""
    moved = _moved(brand, list(before), edit)
    write_stores(
        brand=brand,
        stores=moved,
        facts=[edit.facts_of(one) for one in moved],
        user=user,
        now=now,
    )
    rest = set(before) - {one.pk for one in moved}
    locked = Store.objects.for_brand(brand).filter(pk__in=rest).order_by("pk")
    for pk, value in locked.select_for_update().values_list("pk", edit.column):
        if value != before[pk]:
            raise StaleVersion
    locked.update(**{edit.column: edit.written})


def undo_edit(
    *, edit: StoreEdit, user: User, now: dt.datetime
) -> tuple[int, int] | None:
    """Gives each store the value that it had. Returns how many got it, and how many
    were left, since somebody changed them meanwhile or a visit stands against it; None
    once a day is over, or where it was taken back already."""
    with transaction.atomic():
        rows = StoreEdit.objects.for_brand(edit.brand).select_for_update()
        row = rows.get(pk=edit.pk)
        if not row.can_be_undone(now):
            return None
        before = {int(pk): value for pk, value in row.before.items()}
        column = "region_id" if row.field == "region" else row.field
        same = Store.objects.for_brand(edit.brand).filter(
            pk__in=before, **{column: row.value}
        )
        groups: dict[Any, list[int]] = defaultdict(list)
        for pk in same.values_list("pk", flat=True):
            groups[before[pk]].append(pk)
        regions = Region.objects.for_brand(edit.brand).in_bulk()
        done = 0
        for old, stores in groups.items():
            value = regions.get(old) if row.field == "region" else old
            back = Edit(field=row.field, value=value)
            plan = plan_edit(
                brand=edit.brand, ids=stores, edit=back, user=user, now=now
            )
            _write(edit.brand, plan.before, back, user, now)
            done += len(plan.before)
        row.undone_at = now
        row.save(update_fields=["undone_at"])
    return done, len(before) - done
