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
    the last day of somebody who leaves; the departure keeps them as they were given,
    for the day when it is taken back. Raises HoursRefused for two homes, a store named
    twice or days in disorder; StaleVersion; AppointmentsAffected.
    """
    _check_postings(postings)
    brand = staff_member.brand
    agenda = Agenda.objects.for_brand(brand).get(staff_member=staff_member)

    def write() -> None:
        rows = Posting.objects.for_brand(brand).filter(staff_member=staff_member)
        if as_shown is not None:
            as_shown.check(list(rows))
        leaves = Departure.objects.for_brand(brand).select_for_update()
        departure = leaves.filter(staff_member=staff_member, ended_at=None).first()
        if departure is None:
            write_postings(staff_member, postings)
            return
        before = as_without(departure, postings)
        departure.postings = [document_of(term) for term in before]
        departure.save(update_fields=["postings"])
        write_postings(staff_member, until(before, departure.last_day))

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


def as_without(
    departure: Departure, postings: Sequence[PostingTerm]
) -> list[PostingTerm]:
    """The postings as they would be without the last day: one that was only cut by it
    is whole again."""
    whole = {
        cut: term
        for term in terms_before(departure)
        for cut in until([term], departure.last_day)
    }
    return [whole.get(term, term) for term in postings]


def terms_before(departure: Departure) -> list[PostingTerm]:
    """The postings from before. A store that is gone meanwhile is none."""
    wanted = [row["store"] for row in departure.postings]
    stores = Store.objects.for_brand(departure.brand).in_bulk(wanted)
    days = dt.date.fromisoformat
    return [
        PostingTerm(
            store=stores[row["store"]],
            is_home=row["is_home"],
            valid_from=days(row["valid_from"]) if row["valid_from"] else None,
            valid_until=days(row["valid_until"]) if row["valid_until"] else None,
        )
        for row in departure.postings
        if row["store"] in stores
    ]


def document_of(term: PostingTerm) -> dict[str, object]:
    days = (term.valid_from, term.valid_until)
    since, last = (day.isoformat() if day else None for day in days)
    return {
        "store": term.store.pk,
        "is_home": term.is_home,
        "valid_from": since,
        "valid_until": last,
    }
