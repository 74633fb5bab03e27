"""The stores that a form offers: all of a few; of many, those that the form needs and
those that were looked for by name, town, postcode or number.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import HttpRequest

from stores.accounts.workplace import MOST_TO_CHOOSE, Workplace
from stores.models import Store
from stores.texts import folded

LONGEST = 100
FOUND = 20


@dataclass(frozen=True)
class StoreChoice:
    """If it `is_searched`, the page has a field to look for others: those `found` stand
    behind those that the form needs, and there are `more` than it shows."""

    stores: list[Store]
    is_searched: bool = False
    typed: str = ""
    found: Sequence[Store] = ()
    more: bool = False


def stores_to_choose(
    request: HttpRequest, workplace: Workplace, needed: Iterable[int]
) -> StoreChoice:
    """Of more than a list shows, the `needed` ones (ids) that the workplace sees, and
    those that `?find=` names. Three queries at most."""
    some = workplace.some_stores
    if len(some) <= MOST_TO_CHOOSE:
        return StoreChoice(some)
    typed = request.GET.get("find", "").replace("\0", "").strip()[:LONGEST]
    found: list[Store] = []
    if words := folded(typed).split():
        found = list(workplace.store_rows.called(words)[: FOUND + 1])
    shown = found[:FOUND]
    others = set(needed) - {store.pk for store in shown}
    stood = list(workplace.store_rows.filter(pk__in=others)) if others else []
    both = [*stood, *shown]
    for store in both:
        store.brand = workplace.brand
    return StoreChoice(both, True, typed, shown, more=len(found) > FOUND)
