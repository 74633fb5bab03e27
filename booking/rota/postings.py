"""The stores that an agenda is posted to, and from when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from booking.errors import HoursRefused
from booking.rota.changes import Change, carry_out
from booking.rota.conflicts import Decision
from booking.rota.hours import check_days_in_order
from booking.shown import AsShown
from stores.models import Agenda, Departure, Posting, StaffMember, Store, User


@dataclass(frozen=True, kw_only=True)
class PostingTerm:
    """A person works for the store, from a day to a day, both included."""

    store: Store
    is_home: bool = False
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None


def set_postings(
    *,
    staff_member: StaffMember,
    postings: Sequence[PostingTerm],
    user: User,
    now: dt.datetime,
    decisions: Sequence[Decision] = (),
    as_shown: AsShown | None = None,
) -> None:
    """Replaces the set of stores, shops or remote teams, that a person works for.

    Hours written for a store that is left stay, and offer nothing. None lasts beyond
    the last day of somebody who leaves. Raises HoursRefused
    for two homes, a store named twice or days in disorder; StaleVersion;
    AppointmentsAffected.
    """
    _check_postings(postings)
    brand = staff_member.brand
    agenda = Agenda.objects.for_brand(brand).get(staff_member=staff_member)

    def write() -> None:
        rows = Posting.objects.for_brand(brand).filter(staff_member=staff_member)
        if as_shown is not None:
            as_shown.check(list(rows))
        leaves = Departure.objects.for_brand(brand).filter(staff_member=staff_member)
        last_day = leaves.values_list("last_day", flat=True).first()
        write_postings(
            staff_member, until(postings, last_day) if last_day else postings
        )

    change = Change(brand, frozenset({agenda.pk}))
    carry_out(change, write, decisions=decisions, user=user, now=now)


def write_postings(staff_member: StaffMember, postings: Sequence[PostingTerm]) -> None:
    """Writes the rows alone, within a change that asks about the visits."""
    brand = staff_member.brand
    Posting.objects.for_brand(brand).filter(staff_member=staff_member).delete()
    Posting.objects.bulk_create(
        Posting(
            brand=brand,
            staff_member=staff_member,
            store=term.store,
            is_home=term.is_home,
            valid_from=term.valid_from,
            valid_until=term.valid_until,
        )
        for term in postings
    )


def _check_postings(postings: Sequence[PostingTerm]) -> None:
    if sum(term.is_home for term in postings) > 1:
        raise HoursRefused("A person has one home.", "is_home")
    if len({term.store.pk for term in postings}) < len(postings):
        raise HoursRefused("A store is named once.", "store")
    for term in postings:
        check_days_in_order(term.valid_from, term.valid_until)


def until(terms: Sequence[PostingTerm], last_day: dt.date) -> list[PostingTerm]:
    """The same postings, none beyond the last day."""
    return [
        replace(term, valid_until=min(term.valid_until or last_day, last_day))
        for term in terms
        if term.valid_from is None or term.valid_from <= last_day
    ]
