"""The one step in which a time is taken under the lock, by a hold or by a move."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from booking.models import Appointment
from booking.search import nearest_starts
from booking.services import locking
from booking.start_masks import Choice, Start, StartMasks, masks_for
from stores.models import Agenda, Offer, StaffMember, Store


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
    return locked
