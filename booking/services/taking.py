"""The one step in which a time is taken under the lock, by a hold or by a move.

Of those who are free, who has been idle longest is asked first.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db import transaction

from booking.availability.occupied import last_given
from booking.availability.search import nearest_starts
from booking.availability.starts import Choice, StartMasks, masks_for
from booking.models import Appointment
from booking.services import locking
from booking.services.still_offered import is_still_offered
from booking.starts import Start
from stores.models import Agenda, Offer, StaffMember, Store

T = TypeVar("T")
MOST_TRIES = 3
"""Of one candidate: others may take it and give it back meanwhile, but no bug of ours
may ask for ever."""


class Refused(Exception):
    """Others were faster: rolls a candidate's transaction back."""


@dataclass(frozen=True)
class Question:
    """What the bits are asked: before the lock, under it, and for other times."""

    offer: Offer
    store: Store
    starts_at: dt.datetime
    now: dt.datetime
    staff_member: StaffMember | None = None
    ignoring: Appointment | None = None
    visitor: str = ""
    as_staff: bool = False

    def masks(self, staff_id: int | None = None) -> StartMasks:
        """Of the person asked for, or of one of the people."""
        return masks_for(
            offer=self.offer,
            store=self.store,
            now=self.now,
            staff_member=staff_id or self.staff_member,
            ignoring=self.ignoring,
            visitor=self.visitor,
            as_staff=self.as_staff,
        )

    def nearest(self) -> list[Start]:
        return nearest_starts(
            offer=self.offer,
            store=self.store,
            now=self.now,
            around=self.starts_at,
            staff_member=self.staff_member,
            ignoring=self.ignoring,
            as_staff=self.as_staff,
        )


def take_one(
    question: Question,
    found: StartMasks,
    *,
    in_order: Callable[[Iterable[Choice]], list[Choice]],
    attempt: Callable[[Choice, bool], T],
) -> tuple[T | None, StartMasks]:
    """Tries who is free at the start, each in a transaction of its own; what the first
    attempt gave that was not Refused, else None; and the masks that were read last.

    Nobody is refused while somebody is free: when all of them are lost to others, it
    asks again who is, until nobody is. `attempt(choice, wait)` may raise AgendaLocked
    while `wait` is False: at first, many who ask for one start go past each other to
    agendas where nobody is. It locks a candidate at a time, so never in a circle.
    """
    tries: Counter[tuple[int, ...]] = Counter()
    choices = found.choices_at(question.starts_at)
    wait = len(choices) < 2
    while choices:
        for choice in in_order(choices):
            try:
                with transaction.atomic():
                    return attempt(choice, wait), found
            except locking.AgendaLocked:
                continue
            except Refused:
                tries[choice.ids] += 1
        wait = True
        found = question.masks()
        free = found.choices_at(question.starts_at)
        choices = [choice for choice in free if tries[choice.ids] < MOST_TRIES]
    return None, found


def lock_and_check(
    choice: Choice,
    question: Question,
    *,
    also: Iterable[int] = (),
    giving_back: Sequence[uuid.UUID] = (),
) -> dict[int, Agenda]:
    """Locks what is chosen, and `also`; clears expired holds and those given back.

    Raises Refused where the start is no longer free. The bits that were read before
    the lock still stand while no version has risen; a hold raises none, and is found
    by the insert that follows. A ceiling counts holds too, so it is counted again.
    """
    ids = [agenda.pk for agenda in choice.agendas]
    locked, expired = locking.lock_and_look([*ids, *also], now=question.now)
    locking.delete_holds([*expired, *giving_back])
    changed = any(locked[a.pk].version != a.version for a in choice.agendas)
    if changed or question.offer.daily_ceiling is not None:
        again = question.masks(choice.agenda.staff_member_id)
        if not again.choices_at(question.starts_at):
            raise Refused
    if not is_still_offered(
        question.offer,
        question.store,
        question.starts_at,
        choice.agenda.staff_member_id,
    ):
        raise Refused
    return locked


def longest_idle_first(choices: Iterable[Choice]) -> list[Choice]:
    """Who was given a visit longest ago comes first; who never was, before all."""
    choices = list(choices)
    if len(choices) < 2:
        return choices
    given = last_given([choice.agenda for choice in choices])
    never = dt.datetime.min.replace(tzinfo=dt.UTC)
    return sorted(choices, key=lambda c: (given.get(c.agenda.pk, never), c.agenda.pk))


def own_first(choices: Iterable[Choice], staff_id: int) -> list[Choice]:
    """The person whom the customer knows comes before the pool."""
    free = longest_idle_first(choices)
    free.sort(key=lambda choice: choice.agenda.staff_member_id != staff_id)
    return free
