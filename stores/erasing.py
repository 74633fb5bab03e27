"""Carries out what the models declare in `retention`, in small batches.

Each batch is one transaction: rows are locked in ascending order, those that somebody
else holds are left to the next run, and each row that forgot a person leaves a
tombstone. Running twice is running once.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.db.models import F, Q, Value

from stores.models import Tombstone
from stores.retention import Erasure, Retention

BATCH = 200

AFTERWARDS: dict[str, Callable[..., int]] = {}
"""By the label of a table that is made of others: the function that makes it right
once their rows were erased (`now` → rows). Floors above add theirs when they start."""


def declared() -> Iterator[tuple[type[models.Model], Retention]]:
    """Each model that says what it forgets, in the order of the floors."""
    for model in apps.get_models():
        retention = getattr(model, "retention", None)
        if isinstance(retention, Retention):
            yield model, retention


def erase_due(*, now: dt.datetime, batch: int = BATCH) -> Counter[str]:
    """Erases all that is due. Returns the number of rows by table."""
    done: Counter[str] = Counter()
    for model, retention in declared():
        for erasure in retention.erasures:
            while count := _erase_batch(model, erasure, now, batch):
                done[model._meta.label_lower] += count
    for label, put_right in AFTERWARDS.items():
        if count := put_right(now=now):
            done[label] += count
    return done


def replay(*, table: str, rows: Sequence[str], now: dt.datetime) -> int:
    """Erases rows of a restored table whatever their dates say; returns how many of
    them had anything left. Raises LookupError for a table that is not ours."""
    model = apps.get_model(table)
    retention = getattr(model, "retention", Retention())
    done = set()
    for erasure in retention.erasures:
        with transaction.atomic():
            found = _locked(_unerased(model, erasure).filter(pk__in=rows), erasure)
            done |= {pk for pk, _ in found}
            _erase(model, erasure, found, now, Tombstone.Why.REPLAYED)
    return len(done)


def _erase_batch(
    model: type[models.Model], erasure: Erasure, now: dt.datetime, batch: int
) -> int:
    with transaction.atomic():
        found = _locked(_due(model, erasure, now), erasure, batch)
        _erase(model, erasure, found, now, Tombstone.Why.DATE)
    return len(found)


def _due(
    model: type[models.Model], erasure: Erasure, now: dt.datetime
) -> models.QuerySet[Any]:
    due = {f"{erasure.after}__lte": now - erasure.age}
    rows = _unerased(model, erasure).filter(**due)
    if erasure.waits_for:
        rows = rows.exclude(**{f"{erasure.waits_for}__gt": now})
    return rows


def _unerased(model: type[models.Model], erasure: Erasure) -> models.QuerySet[Any]:
    rows = model._base_manager.filter(**erasure.only)
    if erasure.goes:
        return rows
    if erasure.marks:
        return rows.filter(**{f"{erasure.marks}__isnull": True})
    left = Q()
    for column, empty in erasure.clears.items():
        left |= ~Q(**{column: empty})
    return rows.filter(left)


def _locked(
    rows: models.QuerySet[Any], erasure: Erasure, most: int | None = None
) -> list[tuple[Any, int]]:
    """Primary key and brand of at most so many rows, which are ours until the end of
    the transaction."""
    locked = rows.select_for_update(
        skip_locked=True, of=("self",), no_key=not erasure.goes
    )
    branded = any(f.name == "brand" for f in rows.model._meta.local_fields)
    brand = F("brand_id") if branded else Value(0)  # a session is of no brand
    return list(locked.order_by("pk").values_list("pk", brand)[:most])


def _erase(
    model: type[models.Model],
    erasure: Erasure,
    found: Sequence[tuple[Any, int]],
    now: dt.datetime,
    why: Tombstone.Why,
) -> None:
    rows = model._base_manager.filter(pk__in=[pk for pk, _ in found])
    if erasure.goes:
        rows.delete()
        return
    marked = {erasure.marks: now} if erasure.marks else {}
    rows.update(**erasure.clears, **marked)
    Tombstone.set_over(model, found, why=why, now=now)
