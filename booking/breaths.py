"""Two visits that only their breath keeps apart. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from booking.models import Appointment, Occupancy
from stores.models import Offer, Topic

MINUTE = dt.timedelta(minutes=1)


@dataclass(frozen=True)
class Breath:
    """The minutes in question. They are the rule of `visit`'s offer, or, where that is
    not `its_own`, of the offer that is asked for."""

    minutes: int
    visit: Appointment
    asked: Offer
    comes_after: bool
    its_own: bool

    @property
    def offer(self) -> Offer:
        return self.visit.offer if self.its_own else self.asked

    @property
    def topic(self) -> Topic:
        return self.visit.topic if self.its_own else self.asked.topic

    @property
    def figure(self) -> str:
        """The field on the page of the offer."""
        after = self.comes_after == self.its_own
        return "id_buffer_after" if after else "id_buffer_before"


def breath_between(
    asked: Offer, starts_at: dt.datetime, taken: Occupancy
) -> Breath | None:
    """None where the visits themselves meet, or no breath is asked. Whose rule: the
    visit's where it alone reaches the start, else the asked offer's if it has one."""
    visit = taken.appointment
    if visit is None:
        return None
    ends_at = starts_at + asked.duration * MINUTE
    if visit.ends_at <= starts_at:
        comes_after, gap = True, starts_at - visit.ends_at
        theirs, ours = taken.ends_at - visit.ends_at, asked.buffer_before
    elif ends_at <= visit.starts_at:
        comes_after, gap = False, visit.starts_at - ends_at
        theirs, ours = visit.starts_at - taken.starts_at, asked.buffer_after
    else:
        return None
    its_own = theirs > gap or not ours
    minutes = theirs // MINUTE if its_own else ours
    return Breath(minutes, visit, asked, comes_after, its_own) if minutes > 0 else None
