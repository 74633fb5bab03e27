"""Who is asked first among those who are free."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from booking.availability.occupied import last_given
from booking.availability.starts import Choice


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
