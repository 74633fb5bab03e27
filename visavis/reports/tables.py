"""The tables of the page, which are also those of its file: the same numbers, hidden
alike."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from booking.models.rating import BEST
from booking.reports import queries
from booking.reports.queries import NONE, Scope, Sums
from stores import wording
from stores.models import Channel, Store
from visavis.reports.figures import count, hidden, share

FEWEST_RATED = 20
"""A mean of fewer says more of chance than of the visits."""


@dataclass(frozen=True)
class Row:
    """`number` is that of visits due, None where it is hidden; `percent` of them
    kept."""

    label: str
    cells: tuple[str, ...]
    number: int | None
    percent: int | None


@dataclass(frozen=True)
class Table:
    code: str
    title: str
    first: str
    rows: Sequence[Row]
    columns: tuple[str, ...] = ()

    @property
    def heads(self) -> tuple[str, ...]:
        if self.columns:
            return (self.first, *self.columns)
        return (
            *(self.first, _("Due"), _("Kept"), _("On time")),
            *(_("Customer missed"), _("Missed by us"), _("Changed to telephone")),
        )


def tables(scope: Scope, *, alone: bool) -> list[Table]:
    """By week, channel and topic; where several stores are looked at, by store."""
    found = [
        _table(
            ("weeks", _("Week by week"), _("Week of")),
            ((_week(day), sums) for day, sums in queries.by_week(scope).items()),
            alone=alone,
        ),
        _table(
            ("channels", _("By channel"), _("Channel")),
            _channels(queries.by_channel(scope)),
            alone=alone,
        ),
        _table(("topics", _("By topic"), _("Topic")), _topics(scope), alone=alone),
        *_rated(
            ("rated-channels", _("How visits were rated, by channel"), _("Channel")),
            _channels(queries.by_channel(scope)),
            alone=alone,
        ),
    ]
    if scope.stores is not None and len(scope.stores) > 1:
        head = "stores", _("By store"), _("Store")
        found.append(_table(head, _stores(scope, scope.stores), alone=alone))
        head = "rated-stores", _("How visits were rated, by store"), _("Store")
        found += _rated(head, _stores(scope, scope.stores), alone=alone)
    return found


def _table(
    head: tuple[str, str, str], rows: Iterable[tuple[str, Sums]], *, alone: bool
) -> Table:
    known = list(rows)
    kept_back = hidden({label: sums["due"] for label, sums in known})
    made = [_row(label, sums, label in kept_back, alone=alone) for label, sums in known]
    return Table(*head, made)


def _rated(
    head: tuple[str, str, str], rows: Iterable[tuple[str, Sums]], *, alone: bool
) -> list[Table]:
    """The number of answers and their share stand beside each mean. Of few there is
    none, and none of who works alone. No table where no visit is done."""
    known = list(rows)
    if not any(sums["done"] for _label, sums in known):
        return []
    kept_back = hidden({label: sums["done"] for label, sums in known})
    made = []
    for label, sums in known:
        done, rated = sums["done"], sums["rated"]
        cells = (count(1), *("–",) * 3)
        if label not in kept_back:
            says_mean = rated >= FEWEST_RATED and not alone
            mean = f"{sums['scores'] / rated:.1f} / {BEST}" if says_mean else "–"
            cells = (str(done), count(rated), share(rated, done).words, mean)
        made.append(Row(label, cells, None, None))
    columns = _("Done"), _("Rated"), _("Share rated"), _("Mean")
    return [Table(*head, made, columns)]


def _row(label: str, sums: Sums, is_hidden: bool, *, alone: bool) -> Row:
    if is_hidden:
        return Row(label, (count(1), *("–",) * 5), None, None)
    kept = share(sums["kept"], sums["due"])
    ours = "–" if alone else share(sums["on_time"], sums["due"]).words
    missed = "–" if alone else count(sums["missed_by_staff"])
    cells = (
        *(str(sums["due"]), kept.words, ours, count(sums["missed_by_customer"])),
        *(missed, count(sums["switched"])),
    )
    return Row(label, cells, sums["due"], kept.percent)


def _week(monday: dt.date) -> str:
    return wording.short_date(monday)


def _channels(found: Mapping[str, Sums]) -> Iterable[tuple[str, Sums]]:
    names = {
        Channel.VIDEO: _("Video"),
        Channel.CALLBACK: _("Telephone"),
        Channel.IN_STORE: _("In store"),
    }
    return ((str(name), found.get(code, NONE)) for code, name in names.items())


def _topics(scope: Scope) -> Iterable[tuple[str, Sums]]:
    return ((str(topic), sums) for topic, sums in queries.by_topic(scope).items())


def _stores(scope: Scope, stores: Sequence[Store]) -> Iterable[tuple[str, Sums]]:
    found = queries.by_store(scope)
    return ((store.name, found.get(store.pk, NONE)) for store in stores)
