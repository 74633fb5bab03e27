"""What a visitor held before they ask for a time: given back, or that time again."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from booking.errors import TooManyHolds
from booking.services.taking import Question
from stores.statements import ask

MOST_HOLDS_PER_NETWORK = 60
"""A whole village may share one carrier address; a bot wants more than a village."""


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
 WHERE network = %s AND expires_at > %s AND visitor <> %s
 UNION ALL
SELECT hold.id, taken.agenda_id, hold.offer_id, hold.store_id, hold.staff_member_id,
       hold.starts_at
  FROM booking_hold hold
  LEFT JOIN booking_occupancy taken ON taken.hold_id = hold.id
 WHERE hold.brand_id = %s AND hold.visitor = %s AND hold.purpose = 'booking'
"""


def earlier_holds(question: Question, network: str) -> list[EarlierHold]:
    """The visitor's own, with their agendas. Raises TooManyHolds for the network's."""
    brand_id, visitor = question.store.brand_id, question.visitor
    rows = ask(_EARLIER, [network, question.now, visitor, brand_id, visitor])
    (_, others, *_), *own = rows
    if others >= MOST_HOLDS_PER_NETWORK:
        raise TooManyHolds
    return [EarlierHold(*row) for row in own]
