"""Carries out what the models declare in `retention`, in small batches.

Each batch is one transaction: rows are locked in ascending order, those that somebody
else holds are left to the next run, and each row that forgot a person leaves a
tombstone. Running twice is running once.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
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


def erase_of(
    *, owners: Mapping[type[models.Model], Sequence[Any]], now: dt.datetime
) -> Counter[str]:
    """Erases all that is declared of these rows, and of what hangs on them, whatever
    the dates say: their person has asked for it. In the caller's transaction, which
    waits for rows that others hold. Returns the number of rows by table."""
    done: Counter[str] = Counter()
    for model, retention, path, ids in belonging_to(owners):
        for erasure in retention.erasures:
            if (retention.owner_of(erasure) or "pk") != path or erasure.by_date_only:
                continue
            rows = _unerased(model, erasure).filter(**{f"{path}__in": ids})
            found = _locked(rows, erasure, waits=True)
            _erase(model, erasure, found, now, Tombstone.Why.ASKED)
            done[model._meta.label_lower] += len(found)
    for label, put_right in AFTERWARDS.items():
        done[label] += put_right(now=now)
    return +done


def belonging_to(
    owners: Mapping[type[models.Model], Sequence[Any]],
) -> Iterator[tuple[type[models.Model], Retention, str, Sequence[Any]]]:
    """Each model with rows of the owners: what it declares, the path from its rows to
    theirs and their ids. A model with several paths comes several times."""
    for model, retention in declared():
        paths = {retention.owner_of(erasure) for erasure in retention.erasures}
        for path in sorted(paths | {retention.of}):
            ids = owners.get(_end_of(model, path))
            if ids is not None:
                yield model, retention, path or "pk", ids


def _end_of(model: type[models.Model], path: str) -> type[models.Model]:
    """The model that the path of relations leads to."""
    end = model
    for step in filter(None, path.split("__")):
        end = end._meta.get_field(step).related_model  # type: ignore[assignment]
    return end


def replay(
    *, table: str, rows: Sequence[str], now: dt.datetime, asked: bool = False
) -> int:
    """Erases rows of a restored table whatever their dates say, and with `asked` what
    hangs on them; returns how many of them had anything left. Raises LookupError for a
    table that is not ours."""
    model = apps.get_model(table)
    if asked:
        with transaction.atomic():
            return erase_of(owners={model: rows}, now=now).total()
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
    rows: models.QuerySet[Any],
    erasure: Erasure,
    most: int | None = None,
    *,
    waits: bool = False,
) -> list[tuple[Any, int]]:
    """Primary key and brand of at most so many rows, which are ours until the end of
    the transaction."""
    locked = rows.select_for_update(
        skip_locked=not waits, of=("self",), no_key=not erasure.goes
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
