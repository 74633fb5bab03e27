"""One search, said once: which starts, of what, where, for whom and at which moment."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from booking.models import Appointment
from stores.models import Offer, StaffMember, Store


@dataclass(frozen=True, kw_only=True)
class StartQuery:
    """The whole question. Asked without a lock, under it, and for other times.

    `staff_member` is the only person wanted, or the id of one; None is anybody.
    `ignoring` frees what an appointment takes, `visitor` what a visitor holds (hash).
    `as_staff` drops notice and step grid, which bind customers only; `without_notice`
    the notice alone, for an hour that somebody has given back.
    """

    offer: Offer
    store: Store
    now: dt.datetime
    staff_member: StaffMember | int | None = None
    ignoring: Appointment | None = None
    visitor: str = ""
    as_staff: bool = False
    without_notice: bool = False

    @property
    def staff_id(self) -> int | None:
        wanted = self.staff_member
        return wanted.pk if isinstance(wanted, StaffMember) else wanted

    @property
    def terms(self) -> tuple[object, ...]:
        """All but offer and store: what the queries of one search must share."""
        who = self.staff_id, self.ignoring, self.visitor
        return self.now, *who, self.as_staff, self.without_notice
