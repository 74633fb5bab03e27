"""Sums of facts, for one store, some stores or the whole brand: a fixed number of
queries, and rows by days, topics and channels, never by visits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet, Sum
from django.db.models.functions import ExtractIsoWeekDay, TruncWeek

from booking.models import DayFacts, HourFacts
from stores.models import Brand, Store, Topic

COUNTED = (
    *("due", "kept", "on_time", "missed_by_customer", "missed_by_staff"),
    *("cancelled_by_customer", "cancelled_by_store", "switched", "minutes"),
    *("done", "rated", "scores"),
)
Sums = dict[str, int]
NONE: Sums = dict.fromkeys((*COUNTED, "present"), 0)


@dataclass(frozen=True)
class Scope:
    """The brand whole (`stores` is None), or some of its stores; the days from `first`
    to `last`."""

    brand: Brand
    first: dt.date
    last: dt.date
    stores: Sequence[Store] | None = None
    topic: Topic | None = None
    channel: str = ""

    @property
    def before(self) -> Scope:
        """As many days, just before."""
        length = self.last - self.first + dt.timedelta(days=1)
        return Scope(
            self.brand,
            self.first - length,
            self.last - length,
            self.stores,
            self.topic,
            self.channel,
        )

    def days(self) -> QuerySet[DayFacts]:
        rows: Any = DayFacts.objects.for_brand(self.brand)
        if self.topic is not None:
            rows = rows.filter(topic=self.topic)
        if self.channel:
            rows = rows.filter(channel=self.channel)
        return self._within(rows)  # type: ignore[no-any-return]

    def hours(self) -> QuerySet[HourFacts]:
        return self._within(HourFacts.objects.for_brand(self.brand))  # type: ignore[no-any-return]

    def _within(self, rows: Any) -> Any:
        place: dict[str, Any] = {"store__isnull": True}
        if self.stores is not None:
            place = {"store__in": [store.pk for store in self.stores]}
        return rows.filter(day__gte=self.first, day__lte=self.last, **place)


def totals(scope: Scope) -> Sums:
    found = scope.days().aggregate(**_sums())
    present = scope.hours().aggregate(present=Sum("present"))["present"]
    return {
        name: number or 0 for name, number in (found | {"present": present}).items()
    }


def by_channel(scope: Scope) -> dict[str, Sums]:
    return _grouped(scope.days(), "channel")


def by_topic(scope: Scope) -> dict[Topic, Sums]:
    """In the order of the brand's list; those that were retired, too."""
    found = _grouped(scope.days(), "topic_id")
    topics = Topic.objects.for_brand(scope.brand).filter(pk__in=found)
    return {topic: found[topic.pk] for topic in topics.order_by("position", "pk")}


def by_store(scope: Scope) -> dict[int, Sums]:
    """Of the stores that the scope names."""
    return _grouped(scope.days(), "store_id")


def by_week(scope: Scope) -> dict[dt.date, Sums]:
    """By the Monday of the week, in order."""
    rows = scope.days().annotate(week=TruncWeek("day"))
    return dict(sorted(_grouped(rows, "week").items()))


def by_hour(scope: Scope) -> dict[tuple[int, int], tuple[int, int]]:
    """By weekday (Monday is 1) and hour: visits that were due, and minutes of
    people."""
    rows = scope.hours().annotate(weekday=ExtractIsoWeekDay("day"))
    found = rows.values("weekday", "hour").annotate(
        came=Sum("demand"), there=Sum("present")
    )
    return {
        (row["weekday"], row["hour"]): (row["came"], row["there"])
        for row in found.order_by()
    }


def days_written(scope: Scope) -> tuple[dt.date, dt.date] | None:
    """The first and the last day of the scope about which something is known."""
    rows = scope.hours().order_by("day").values_list("day", flat=True)
    first, last = rows.first(), rows.last()
    return None if first is None or last is None else (first, last)


def _sums() -> Mapping[str, Sum]:
    return {name: Sum(name) for name in COUNTED}


def _grouped(rows: QuerySet[DayFacts], name: str) -> dict[Any, Sums]:
    summed = {f"sum_{one}": Sum(one) for one in COUNTED}
    found: Any = rows.values(key=F(name)).annotate(**summed).order_by()
    return {
        row["key"]: {one: row[f"sum_{one}"] or 0 for one in COUNTED} for row in found
    }
