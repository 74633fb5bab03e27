"""The clock of freed hours: it runs with the delivery loop and needs no broker.

Each step is found by its time, so what was missed while nothing ran is done later; an
hour that has begun meanwhile is closed untold.
"""

from __future__ import annotations

import datetime as dt
import logging

from django.db import DatabaseError, OperationalError
from django.db.models import F
from psycopg.errors import LockNotAvailable

from booking.errors import BookingError
from booking.models import FreedHour
from booking.wishes.offering import look_at
from stores.statements import ask

logger = logging.getLogger(__name__)

AT_ONCE = 50
FAULT_RESTS = dt.timedelta(minutes=1)

# Whoever wished after the hold was made has never seen the hour free. A hold that was
# noted once is not noted again, and an hour that is on offer is left as it is.
_NOTE_LAPSED = """
INSERT INTO booking_freedhour AS hour
       (brand_id, store_id, staff_member_id, starts_at, depth, turn,
        known_since, next_at)
SELECT brand_id, store_id, staff_member_id, starts_at, 1, 1, max(created_at), %(now)s
  FROM booking_hold hold
 WHERE purpose = 'booking' AND expires_at <= %(now)s AND starts_at > %(now)s
   AND EXISTS (SELECT FROM booking_wish wish
                WHERE wish.store_id = hold.store_id AND wish.ended_at IS NULL
                  AND wish.made_at > hold.created_at)
 GROUP BY brand_id, store_id, staff_member_id, starts_at
    ON CONFLICT (store_id, staff_member_id, starts_at) DO UPDATE
   SET known_since = EXCLUDED.known_since, next_at = EXCLUDED.next_at, depth = 1,
       left_by_id = NULL, closed_at = NULL, turn = hour.turn + 1
 WHERE hour.closed_at IS NOT NULL
   AND COALESCE(hour.known_since, '-infinity') < EXCLUDED.known_since
RETURNING id
"""


def offer_freed_hours(*, now: dt.datetime) -> int:
    """Looks at each freed hour whose time has come, at most fifty; how many people
    were told. Two small queries where there is nothing to do."""
    ask(_NOTE_LAPSED, {"now": now})
    rows = FreedHour.objects.all_brands().filter(closed_at=None, next_at__lte=now)
    due = rows.select_related("brand", "store").order_by("next_at", "pk")
    return sum(_without_fault(freed, now) for freed in due[:AT_ONCE])


def _without_fault(freed: FreedHour, now: dt.datetime) -> int:
    """One hour that cannot be offered must not keep the others waiting."""
    try:
        return look_at(freed, now=now)
    except BookingError:  # settled at this moment
        return 0
    except DatabaseError as error:
        busy = isinstance(error.__cause__, LockNotAvailable)
        if busy and isinstance(error, OperationalError):
            return 0  # others are at the agenda: it is looked at again soon
        raise
    except Exception as error:
        # The class only: the words of an error may hold a person's.
        name = type(error).__name__
        logger.error("freed hour %s: not offered, %s", freed.pk, name)
        rests = FreedHour.objects.all_brands().filter(pk=freed.pk, turn=freed.turn)
        rests.update(next_at=now + FAULT_RESTS, turn=F("turn") + 1)
        return 0
