"""What a visitor held before they ask for a time: given back, or that time again."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from dataclasses import dataclass

from booking.errors import TooManyHolds
from booking.services.taking import Question
from stores.counts import count_up
from stores.statements import ask

MOST_OF_VISITOR = 120
"""Times taken or taken again in an hour by one browser, in one brand."""
HOUR = 3600
MOST_HOLDS_PER_NETWORK = 300
"""Of one brand, at the same moment, of visitors who hold nothing yet: a whole town may
share one carrier address, and sixty bots must not shut it out."""


@dataclass(frozen=True)
class EarlierHold:
    """A hold that the visitor has, and an agenda that it takes time from."""

    hold_id: uuid.UUID
    agenda_id: int | None
    offer_id: int
    store_id: int
    staff_member_id: int
    starts_at: dt.datetime

    def is_for(self, question: Question) -> bool:
        """The same time once more, not another one: a form that was sent twice."""
        wanted = question.staff_member
        return (
            self.starts_at == question.starts_at
            and (self.offer_id, self.store_id) == (question.offer.pk, question.store.pk)
            and (wanted is None or wanted.pk == self.staff_member_id)
        )


_EARLIER = """
SELECT NULL::uuid, count(*), NULL::bigint, NULL::bigint, NULL::bigint,
       NULL::timestamptz
  FROM booking_hold
 WHERE network = %s AND expires_at > %s AND brand_id = %s AND visitor <> %s
 UNION ALL
SELECT hold.id, taken.agenda_id, hold.offer_id, hold.store_id, hold.staff_member_id,
       hold.starts_at
  FROM booking_hold hold
  LEFT JOIN booking_occupancy taken ON taken.hold_id = hold.id
 WHERE hold.brand_id = %s AND hold.visitor = %s AND hold.purpose = 'booking'
"""


def earlier_holds(question: Question, network: str) -> list[EarlierHold]:
    """The visitor's own, with their agendas. Raises TooManyHolds for a visitor who
    takes time after time, and for the network's; who gives a time back for another
    takes nothing from their neighbours."""
    brand_id, visitor = question.store.brand_id, question.visitor
    mark = hashlib.sha256(f"{brand_id} {visitor}".encode()).hexdigest()
    if count_up(f"holds:{mark}", seconds=HOUR) > MOST_OF_VISITOR:
        raise TooManyHolds(question.store)
    values = [network, question.now, brand_id, visitor, brand_id, visitor]
    (_, others, *_), *own = ask(_EARLIER, values)
    if others >= MOST_HOLDS_PER_NETWORK and not own:
        raise TooManyHolds(question.store)
    return [EarlierHold(*row) for row in own]
