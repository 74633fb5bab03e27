"""The one step in which a time is taken under the lock, by a hold or by a move.

Of those who are free, who has been idle longest is asked first.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from django.db import transaction

from booking.availability.occupied import last_given
from booking.availability.query import StartQuery
from booking.availability.starts import Candidate, StartMasks, masks_for
from booking.services import locking
from booking.services.still_offered import is_still_offered
from stores.models import Agenda

T = TypeVar("T")
MOST_TRIES = 3
"""Of one candidate: others may take it and give it back meanwhile, but a fault in this
code must not ask for ever."""


class CandidateLost(Exception):
    """Others were faster: rolls a candidate's transaction back."""


@dataclass(frozen=True)
class Target:
    """One start that is to be taken, and the query that must still find it."""

    query: StartQuery
    starts_at: dt.datetime


def take_one(
    target: Target,
    found: StartMasks,
    *,
    in_order: Callable[[Iterable[Candidate]], list[Candidate]],
    attempt: Callable[[Candidate, bool], T],
) -> tuple[T | None, StartMasks]:
    """Tries the candidates at a start, each in a transaction of its own.

    Returns the result of the first attempt that did not raise Refused, else None, and
    the masks that were read last. Nobody is refused while somebody is free: if all
    candidates are lost to others, it reads again who is free, until nobody is.
    `attempt(candidate, wait)` may raise AgendaLocked while `wait` is False: at first,
    many who ask for one start pass each other on the way to agendas without a queue.
    It locks one candidate at a time, so two of these never wait in a circle.
    """
    tries: Counter[tuple[int, ...]] = Counter()
    candidates = found.candidates_at(target.starts_at)
    wait = len(candidates) < 2
    while candidates:
        for candidate in in_order(candidates):
            try:
                with transaction.atomic():
                    return attempt(candidate, wait), found
            except locking.AgendaLocked:
                continue
            except CandidateLost:
                tries[candidate.ids] += 1
        wait = True
        found = masks_for(target.query)
        free = found.candidates_at(target.starts_at)
        candidates = [one for one in free if tries[one.ids] < MOST_TRIES]
    return None, found


def lock_and_check(
    candidate: Candidate,
    target: Target,
    *,
    also: Iterable[int] = (),
    giving_back: Sequence[uuid.UUID] = (),
) -> dict[int, Agenda]:
    """Locks the candidate, and `also`; clears expired holds and those given back.

    Raises Refused where the start is no longer free. The bits that were read before
    the lock still stand while no version has risen; a hold raises none, and is found
    by the insert that follows. A ceiling counts holds too, so it is counted again.
    """
    query, starts_at = target.query, target.starts_at
    staff_id = candidate.agenda.staff_member_id
    locked, expired = locking.lock_and_look([*candidate.ids, *also], now=query.now)
    locking.delete_holds([*expired, *giving_back])
    changed = any(locked[a.pk].version != a.version for a in candidate.agendas)
    if changed or query.offer.daily_ceiling is not None:
        again = masks_for(replace(query, staff_member=staff_id))
        if not again.candidates_at(starts_at):
            raise CandidateLost
    if not is_still_offered(query.offer, query.store, starts_at, staff_id):
        raise CandidateLost
    return locked


def longest_idle_first(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Orders by when each was last given a visit, those without one first."""
    free = list(candidates)
    if len(free) < 2:
        return free
    given = last_given([one.agenda for one in free])
    never = dt.datetime.min.replace(tzinfo=dt.UTC)
    return sorted(free, key=lambda c: (given.get(c.agenda.pk, never), c.agenda.pk))


def own_first(candidates: Iterable[Candidate], staff_id: int) -> list[Candidate]:
    """Puts the person whom the customer knows before the pool."""
    free = longest_idle_first(candidates)
    free.sort(key=lambda candidate: candidate.agenda.staff_member_id != staff_id)
    return free
