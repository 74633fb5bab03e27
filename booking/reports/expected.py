"""Acts that are expected of who looks: the numbers beside entries of the navigation.

One query each, and only where the entry is shown. A number is that of the page behind
it: the rows that wait there for an act, never what is merely new.
"""

from __future__ import annotations

import datetime as dt
from functools import cached_property

from django.db.models import Exists, OuterRef, QuerySet

from booking.instants import window_of
from booking.models import Import, ImportRow
from booking.queries import callback_rows
from stores.accounts.workplace import Workplace
from stores.models import AbsenceRequest, Posting, Store


class Expected:
    """Waits at one store for somebody of a workplace; asked when it is shown."""

    def __init__(self, workplace: Workplace, store: Store, now: dt.datetime) -> None:
        self._workplace, self._store, self._now = workplace, store, now

    @cached_property
    def callbacks(self) -> int:
        """Calls of today: an adviser's own, else those of the store."""
        mine_first = not self._workplace.sees_whole_store
        rows = callback_rows(
            store=self._store,
            staff_member=self._workplace.staff_member if mine_first else None,
            until=window_of(self._store, self._now).end,
        )
        return rows.count()

    @cached_property
    def absences(self) -> int:
        return open_requests(self._store, self._now).count()

    @cached_property
    def imports(self) -> int:
        """Files that were checked and wait to be written or given up."""
        rows = Import.objects.for_brand(self._workplace.brand)
        due = ImportRow.objects.for_brand(self._workplace.brand).filter(
            of=OuterRef("pk"), state__in=ImportRow.DUE
        )
        return rows.filter(Exists(due), state=Import.State.CHECKED).count()


def open_requests(store: Store, now: dt.datetime) -> QuerySet[AbsenceRequest]:
    """Absences that the store's staff ask for: unanswered, and not over."""
    posted = Posting.objects.for_brand(store.brand).filter(store=store)
    rows = AbsenceRequest.objects.for_brand(store.brand).filter(
        state=AbsenceRequest.State.ASKED,
        ends_at__gt=now,
        agenda__staff_member__active=True,
        agenda__staff_member__in=posted.values("staff_member"),
    )
    return rows.order_by("starts_at", "pk")
