"""Claims of deliveries: rows are looked at in bulk, and taken one by one.

Looking ahead costs nobody anything, so that what a message needs is read for many at
once; a lease is taken for one row, just before it is sent. A sender that is killed
keeps one message waiting for a minute, not the twenty that it had looked at.

The lease and its fence (`tries`) use the database's clock. `lease_until` also holds
back a row that failed. The index `delivery_next` stands in the order of the question,
so it costs the same however many rows there are, or rest.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from notifications.models import Delivery
from stores.statements import ask

LEASE = dt.timedelta(seconds=60)
"""More than twice the longest that a channel may take (`channels.base.LONGEST`): the
rest is for the name server and for a machine that stands still."""

_FREE = """
    channel = %(channel)s AND state IN ('due', 'sending') AND due_at <= %(now)s
    AND COALESCE(lease_until, due_at) <= greatest(%(now)s, statement_timestamp())
    AND (lease_until IS NULL OR lease_until < statement_timestamp())
"""

_LOOK = f"""
SELECT * FROM notifications_delivery
WHERE {_FREE} AND recipient <> ALL(%(resting)s)
ORDER BY COALESCE(lease_until, due_at), id LIMIT %(limit)s
"""  # noqa: S608 - the only thing put in is the constant above

# Who lost the row to another sender gets none, and does not wait for it either. The
# claim need not be on the disk: a crash that forgets it ends this sender's connection
# too, so it can mark nothing, and the row is due as before.
_CLAIM = f"""
UPDATE notifications_delivery AS mine
SET state = 'sending', tries = tries + 1,
    lease_until = statement_timestamp() + %(lease)s
WHERE id = (
    SELECT id FROM notifications_delivery
    WHERE id = %(id)s AND {_FREE} FOR UPDATE SKIP LOCKED)
RETURNING tries, lease_until, counted_at,
    (SELECT version FROM booking_appointment WHERE id = mine.appointment_id),
    (SELECT max(id) FROM booking_appointmentevent
     WHERE appointment_id = mine.appointment_id),
    set_config('synchronous_commit', 'off', true)
"""  # noqa: S608 - the only thing put in is the constant above

_SETTLE = """
UPDATE notifications_delivery
SET state = %s, problem = %s, lease_until = statement_timestamp() + %s::interval,
    sent_at = COALESCE(%s::timestamptz, sent_at), provider_reference = %s,
    cost = COALESCE(%s::numeric, cost)
WHERE id = %s AND tries = %s AND state = 'sending'
RETURNING id
"""


@dataclass(frozen=True)
class Stamp:
    """Tells an appointment as it is from itself as it was: anything that happens to
    it raises its version or writes an event. Another subject has neither."""

    version: int | None
    last_event: int | None


@dataclass(frozen=True)
class Ending:
    """The end of a try. `rest`: until when nobody tries again; None is for ever."""

    state: Delivery.State
    problem: str = ""
    rest: dt.timedelta | None = None
    sent_at: dt.datetime | None = None
    reference: str = ""
    cost: Decimal | None = None


def look_ahead(
    channel: str, now: dt.datetime, *, limit: int, resting: Collection[str] = ()
) -> list[Delivery]:
    """Free rows due at `now`, the longest waiting first; none is taken by looking.
    `resting` are recipients to pass over."""
    values = {
        "channel": channel,
        "now": now,
        "limit": limit,
        "resting": list(resting),
    }
    return list(Delivery.objects.all_brands().raw(_LOOK, values))


def claim(delivery: Delivery, now: dt.datetime) -> Stamp | None:
    """Lease a row that was looked at, and say how its subject stands at that
    moment; None if somebody else has it or it is not due any more. One statement,
    which must commit by itself."""
    values: dict[str, Any] = {
        "id": delivery.pk,
        "channel": delivery.channel,
        "now": now,
        "lease": LEASE,
    }
    found = ask(_CLAIM, values)
    if not found:
        return None
    row = found[0]
    delivery.state = Delivery.State.SENDING
    delivery.tries, delivery.lease_until, delivery.counted_at = row[:3]
    return Stamp(row[3], row[4])


def settle(delivery: Delivery, ending: Ending) -> bool:
    """Write the end of this try; False if the row is not held by this try any more,
    and then nothing is written."""
    values: tuple[Any, ...] = (
        ending.state.value, ending.problem, ending.rest, ending.sent_at,
        ending.reference, ending.cost, delivery.pk, delivery.tries,
    )  # fmt: skip
    return bool(ask(_SETTLE, values))


def claim_next(channel: str, now: dt.datetime) -> uuid.UUID | None:
    """Look and take: the key of the row that was next, or None."""
    for delivery in look_ahead(channel, now, limit=2):
        if claim(delivery, now):
            return delivery.provider_key
    return None
