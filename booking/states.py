"""Statuses, and the table of transitions between them; nothing else may know it.

| from | to | whose act |
|---|---|---|
| – | requested, confirmed | a customer or staff books |
| requested | confirmed, declined | the store answers |
| requested | declined | the clock: no answer came in time |
| requested, confirmed, arrived | cancelled_by_customer / _by_store | each side |
| confirmed | arrived | the customer says "I'm here" |
| arrived | confirmed | moved: awaited again |
| confirmed, arrived | in_progress | staff lets in, calls, or serves |
| confirmed, arrived | missed_by_customer, missed_by_staff | staff, or the last call |
| in_progress | done | staff |
| in_progress | confirmed | each side: the line gave up, it goes on by phone |
| missed_by_* | confirmed | becomes a callback, or is reopened |
| done, cancelled_* | confirmed | reopened while the time is free |
| cancelled_*, declined | requested | reopened, when it was only asked for |
| cancelled_by_store | arrived | taken back within 90 seconds: as it was |
| declined | requested, confirmed | the customer takes another time |

"Late" is computed from the clock, and the outcome is another column.
"""

from collections.abc import Mapping

from django.db import models

from booking.errors import TransitionRefused


class Status(models.TextChoices):
    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    ARRIVED = "arrived"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    MISSED_BY_CUSTOMER = "missed_by_customer"
    MISSED_BY_STAFF = "missed_by_staff"
    CANCELLED_BY_CUSTOMER = "cancelled_by_customer"
    CANCELLED_BY_STORE = "cancelled_by_store"
    DECLINED = "declined"


class Outcome(models.TextChoices):
    ADVISED = "advised"
    SOLD = "sold"
    FOLLOW_UP = "follow_up"
    TECHNICAL = "technical"


UPCOMING = frozenset({Status.REQUESTED, Status.CONFIRMED, Status.ARRIVED})
"""Still to happen: may be moved or cancelled, and is reminded of."""

LIVE = UPCOMING | {Status.IN_PROGRESS}
"""Takes time from an agenda."""

STANDING = LIVE - {Status.REQUESTED}
"""Agreed, and not over: one status to who cancels or moves, and what a store's day
holds."""

MISSED = frozenset({Status.MISSED_BY_CUSTOMER, Status.MISSED_BY_STAFF})
CANCELLED = frozenset(
    {Status.CANCELLED_BY_CUSTOMER, Status.CANCELLED_BY_STORE, Status.DECLINED}
)
FINAL = MISSED | CANCELLED | {Status.DONE}

TRANSITIONS: dict[Status, frozenset[Status]] = {
    Status.REQUESTED: frozenset({Status.CONFIRMED}) | CANCELLED,
    Status.CONFIRMED: frozenset(
        {
            Status.CONFIRMED,
            Status.ARRIVED,
            Status.IN_PROGRESS,
            Status.CANCELLED_BY_CUSTOMER,
            Status.CANCELLED_BY_STORE,
        }
    )
    | MISSED,
    Status.ARRIVED: frozenset(
        {
            Status.CONFIRMED,
            Status.IN_PROGRESS,
            Status.CANCELLED_BY_CUSTOMER,
            Status.CANCELLED_BY_STORE,
        }
    )
    | MISSED,
    Status.IN_PROGRESS: frozenset({Status.DONE, Status.CONFIRMED}),
    Status.DONE: frozenset(),
    Status.MISSED_BY_CUSTOMER: frozenset({Status.CONFIRMED}),
    Status.MISSED_BY_STAFF: frozenset({Status.CONFIRMED}),
    Status.CANCELLED_BY_CUSTOMER: frozenset(),
    Status.CANCELLED_BY_STORE: frozenset(),
    Status.DECLINED: frozenset({Status.REQUESTED, Status.CONFIRMED}),
}

REOPENINGS: dict[Status, frozenset[Status]] = {
    Status.DONE: frozenset({Status.CONFIRMED}),
    Status.MISSED_BY_CUSTOMER: frozenset({Status.CONFIRMED}),
    Status.MISSED_BY_STAFF: frozenset({Status.CONFIRMED}),
    Status.CANCELLED_BY_CUSTOMER: frozenset({Status.REQUESTED, Status.CONFIRMED}),
    Status.CANCELLED_BY_STORE: UPCOMING,
    Status.DECLINED: frozenset({Status.REQUESTED, Status.CONFIRMED}),
}
"""Ended states that only this act takes back: nobody arrives at a visit that was
cancelled, though one that was cancelled by mistake may be arrived again."""


def check_transition(current: str, wanted: Status) -> None:
    """Raises TransitionRefused unless the table allows it."""
    _check(TRANSITIONS, current, wanted)


def check_reopening(current: str, wanted: Status) -> None:
    """Raises TransitionRefused unless what is over may stand again like that."""
    _check(REOPENINGS, current, wanted)


def _check(
    table: Mapping[Status, frozenset[Status]], current: str, wanted: Status
) -> None:
    if wanted not in table.get(Status(current), ()):
        raise TransitionRefused(f"{current} does not become {wanted.value}.")
