"""Reads of the pages of stores: a fixed number of queries each, however many stores a
brand has, and never all of them."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q
from django.http import QueryDict

from booking.access import stores_for_desk
from stores.accounts.workplace import Workplace
from stores.models import (
    Posting,
    Region,
    Resource,
    Store,
    StoreEdit,
    StoreKind,
    WorkingHours,
)
from stores.models.store import StoreQuerySet
from stores.models.store_edit import UNDONE_WITHIN
from stores.texts import folded

A_PAGE, LONGEST, MOST_TICKED = 50, 100, 200
STATES = ("open", "closed", "nobody", "no_hours")
NO_REGION = "none"


@dataclass(frozen=True)
class Wanted:
    """The filters of the list, as its address has them; what makes no sense is none."""

    q: str = ""
    region: str = ""
    kind: str = ""
    state: str = ""

    @classmethod
    def of(cls, sent: QueryDict) -> Wanted:
        region, kind, state = (sent.get(n, "") for n in ("region", "kind", "state"))
        known = region == NO_REGION or (region.isdecimal() and len(region) <= 18)
        return cls(
            q=sent.get("q", "").replace("\0", "").strip()[:LONGEST],
            region=region if known else "",
            kind=kind if kind in StoreKind.values else "",
            state=state if state in STATES else "",
        )

    def pairs(self) -> list[tuple[str, str]]:
        found = [(name, getattr(self, name)) for name in self.__dataclass_fields__]
        return [(name, value) for name, value in found if value]

    def rows(self, workplace: Workplace) -> StoreQuerySet[Store]:
        rows = stores_for_desk(workplace).called(folded(self.q).split())
        if self.region:
            none = self.region == NO_REGION
            rows = rows.filter(region=None if none else int(self.region))
        if self.kind:
            rows = rows.filter(kind=self.kind)
        if self.state:
            rows = rows.filter(_STATE[self.state])
        return rows


_MET = Posting.objects.all_brands().filter(
    store=OuterRef("pk"), staff_member__active=True
)
_OPEN = WorkingHours.objects.all_brands().filter(store=OuterRef("pk"))
_STATE = {
    "open": Q(active=True),
    "closed": Q(active=False),
    "nobody": Q(active=True) & ~Exists(_MET),
    "no_hours": Q(active=True) & ~Exists(_OPEN),
}


@dataclass(frozen=True)
class Chosen:
    """The stores that are ticked: some by their ids, or all that match but some."""

    everything: bool = False
    ids: frozenset[int] = frozenset()

    @classmethod
    def of(cls, sent: QueryDict) -> Chosen:
        """From an address, or from the form of a page: `seen` are the rows that it
        showed, `pick` those that were ticked there."""
        if "none" in sent:
            return cls()
        if "whole" in sent:
            return cls(everything=True)
        everything = sent.get("all") == "1"
        kept, seen = _ids(sent, "not" if everything else "keep"), _ids(sent, "seen")
        ticked = _ids(sent, "pick") & seen
        here = seen - ticked if everything else ticked
        return cls(everything, frozenset((kept - seen) | here))

    def pairs(self) -> list[tuple[str, str]]:
        name = "not" if self.everything else "keep"
        found = [(name, str(pk)) for pk in sorted(self.ids)]
        return [("all", "1"), *found] if self.everything else found

    def __contains__(self, store: Store) -> bool:
        return (store.pk in self.ids) != self.everything

    def rows(self, rows: StoreQuerySet[Store]) -> StoreQuerySet[Store]:
        if self.everything:
            return rows.exclude(pk__in=self.ids)
        return rows.filter(pk__in=self.ids)


def _ids(sent: QueryDict, name: str) -> set[int]:
    texts = sent.getlist(name)[: 2 * MOST_TICKED]
    return {int(text) for text in texts if text.isdecimal() and len(text) <= 18}


@dataclass(frozen=True)
class StoreRow:
    store: Store
    week: str
    saturday: str
    people: int


@dataclass(frozen=True)
class PlacePage:
    """A page of the list; `following` is the key that the next begins after."""

    rows: Sequence[StoreRow]
    count: int
    following: int | None


def page_of(rows: StoreQuerySet[Store], after: str) -> PlacePage:
    """By name and id, after the store that `after` names: the last that was shown."""
    count = rows.count()
    known = after.isdecimal() and len(after) <= 18
    last = rows.filter(pk=int(after)).values_list("name", "pk").first() if known else ()
    if last:
        name, pk = last
        rows = rows.filter(Q(name__gt=name) | Q(name=name, pk__gt=pk))
    ordered = rows.select_related("region").order_by("name", "pk")
    found = list(ordered[: A_PAGE + 1])
    following = found[A_PAGE - 1].pk if len(found) > A_PAGE else None
    return PlacePage(_with_facts(found[:A_PAGE]), count, following)


def _with_facts(stores: Sequence[Store]) -> list[StoreRow]:
    people = people_at(stores)
    spans: dict[tuple[int, bool], list[tuple[int, int]]] = defaultdict(list)
    hours = WorkingHours.objects.all_brands().filter(store__in=stores, weekday__lte=5)
    for pk, day, at, minutes in hours.values_list(
        "store_id", "weekday", "starts_at", "minutes"
    ):
        begins = at.hour * 60 + at.minute
        spans[pk, day == 5].append((begins, begins + minutes))
    return [
        StoreRow(
            store,
            _hull(spans[store.pk, False]),
            _hull(spans[store.pk, True]),
            people.get(store.pk, 0),
        )
        for store in stores
    ]


def _hull(spans: Sequence[tuple[int, int]]) -> str:
    """From the first opening to the last end; a night's end is of the next day."""
    if not spans:
        return ""
    first, last = min(one for one, _ in spans), max(one for _, one in spans)
    return f"{_hour(first)} – {_hour(last)}"


def _hour(minutes: int) -> str:
    """Midnight at the end of a day is 24:00."""
    within = minutes if minutes == 24 * 60 else minutes % (24 * 60)
    return f"{within // 60:02}:{within % 60:02}"


def people_at(stores: Sequence[Store]) -> dict[int, int]:
    """Store id → active people posted there."""
    rows = Posting.objects.all_brands().filter(
        store__in=stores, staff_member__active=True
    )
    counted = rows.order_by().values_list("store_id").annotate(Count("pk"))
    return dict(counted)


def regions_with_counts(workplace: Workplace) -> list[tuple[Region, int]]:
    """Those that one may see, each with its number of stores."""
    seen = stores_for_desk(workplace).order_by()
    counts = dict(seen.values_list("region_id").annotate(Count("pk")))
    regions = Region.objects.for_brand(workplace.brand).order_by("name")
    return [
        (region, counts.get(region.pk, 0))
        for region in regions
        if workplace.sees_whole_brand or region.pk in counts
    ]


def stores_by_id(workplace: Workplace, ids: Sequence[int]) -> dict[int, Store]:
    return Store.objects.for_brand(workplace.brand).in_bulk(ids)


def rooms_of(store: Store) -> list[Resource]:
    """Those in use first."""
    rows = Resource.objects.for_brand(store.brand).filter(store=store)
    return list(rows.order_by("-active", "name", "pk"))


def last_edit(workplace: Workplace, now: dt.datetime) -> StoreEdit | None:
    """The newest change of many stores, while it can be taken back."""
    rows = StoreEdit.objects.for_brand(workplace.brand).select_related("made_by")
    fresh = rows.filter(made_at__gt=now - UNDONE_WITHIN, undone_at=None)
    return fresh.order_by("-made_at", "-pk").first()
