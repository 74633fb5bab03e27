"""The counter's side: a code that somebody reads out opens the file of its customer.

A store has five wrong tries in a quarter of an hour. The count is kept in the cache: a
code has 39 bits, so that a lost count helps nobody.
"""

from __future__ import annotations

import datetime as dt

from django.conf import settings
from django.db import transaction

from booking.cases.opening import LENGTH, SIGNS, hash_of
from booking.errors import CaseCodeUnknown, CaseTriesOver
from booking.models import Actor, Case, EventKind
from stores.accounts.workplace import Workplace
from stores.counts import count_down, count_up
from stores.models import Store

MOST_TRIES = 5
TRIES_LAST = 15 * 60
"""Seconds."""


def look_into_case(
    *, workplace: Workplace, store: Store, typed: str, now: dt.datetime
) -> Case:
    """The open file with this code, and the note that the customer reads of it. They
    are told, once for a store, for it may not be them who said the code. Raises
    CaseCodeUnknown, also for one that is over, and CaseTriesOver."""
    tries = f"case-tries:{store.pk}"
    # Counted before it is looked at, so that no two tries are both the fifth.
    if count_up(tries, seconds=TRIES_LAST) > MOST_TRIES:
        raise CaseTriesOver
    case = _note(workplace, store, _read(typed), now)
    if case is None:
        raise CaseCodeUnknown
    count_down(tries)
    return case


def _read(typed: str) -> str:
    """As it is written, whatever stands between the signs; empty for no code."""
    code = "".join(sign for sign in typed.upper() if sign.isalnum())
    return code if len(code) == LENGTH and set(code) <= set(SIGNS) else ""


def _note(
    workplace: Workplace, store: Store, code: str, now: dt.datetime
) -> Case | None:
    """Locked: a file that is being closed is looked into before that, or not at all."""
    hashes = [hash_of(key_id, code) for key_id in settings.LINK_KEYS if code]
    with transaction.atomic():
        rows = Case.objects.for_brand(workplace.brand).filter(
            code_hash__in=hashes, closed_at__isnull=True, closes_at__gt=now
        )
        case = rows.select_for_update(of=("self",)).first()
        if case is not None:
            user = workplace.membership.user
            is_known = case.views.filter(store=store).exists()
            case.views.create(
                brand_id=case.brand_id, store=store, user=user, seen_at=now
            )
            if not is_known:
                # The delivery loop comes upon it by itself.
                by = Actor.staff(user)
                case.appointment.record(EventKind.CASE_OPENED, by=by, now=now)
    return case
