"""New people, and changes of those who are there: all of a portion in one change of
open time."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence

from django.db import transaction

from booking.exchange.sheets import Planned, RowRefused
from booking.models import Appointment, Hold
from booking.rota.changes import Change, carry_out
from booking.rota.competences import covers, write_competences
from booking.rota.conflicts import AppointmentsAffected
from booking.rota.postings import PostingTerm, write_postings
from booking.services import locking
from booking.states import LIVE
from stores.editing.many_people import leads, replace_roles
from stores.editing.people import create_people
from stores.errors import LastAdmin, PersonRefused
from stores.models import Brand, Competence, StaffMember, User

NAMES = ("first_name", "last_name", "formal_name", "title", "languages")


def add_people(brand: Brand, rows: Sequence[Planned], now: dt.datetime) -> None:
    """Writes people who are new. A row whose address somebody got a moment ago is
    refused, and the others are written."""
    seen: set[str] = set()
    left: list[Planned] = []
    for row in rows:
        email = row.facts.new.email
        if email and email in seen:
            row.refuse(RowRefused("email", "known"))
        else:
            seen.add(email)
            left.append(row)
    people = [row.facts.new for row in left]
    try:
        with transaction.atomic():
            made = create_people(brand=brand, people=people, now=now)
    except PersonRefused as refusal:
        # Somebody got the address a moment ago: that row is refused, once more.
        left[refusal.index].refuse(RowRefused(refusal.field, refusal.cause))
        add_people(brand, [row for row in left if row.state != "refused"], now)
        return
    _narrow(made, left)


def _narrow(made: Sequence[StaffMember], rows: Sequence[Planned]) -> None:
    """Writes the channels of those who advise by some alone."""
    wanted = {
        (person.pk, term.topic.pk): list(term.channels)
        for person, row in zip(made, rows, strict=True)
        for term in row.facts.terms
        if term.channels
    }
    if not wanted:
        return
    mine = Competence.objects.for_brand(made[0].brand)
    found = [
        row
        for row in mine.filter(staff_member__in=[pk for pk, _topic in wanted])
        if (row.staff_member_id, row.topic_id) in wanted
    ]
    for row in found:
        row.channels = wanted[row.staff_member_id, row.topic_id]
    mine.bulk_update(found, ["channels"])


def change_people(
    brand: Brand, rows: Sequence[Planned], user: User, now: dt.datetime
) -> None:
    """Writes names, stores and topics. A row that a booked visit stands against is
    refused, with their number, and the others are written."""
    left = list(rows)
    _refuse(left, _without_topic(brand, left, now))
    left = [row for row in left if row.state != "refused"]
    while left:
        try:
            with transaction.atomic():
                _write(brand, left, user, now)
            return
        except AppointmentsAffected as refusal:
            _refuse(left, Counter(
                one.appointment.staff_member_id for one in refusal.conflicts
            ))  # fmt: skip
        except LastAdmin:
            _refuse_last_admin(left)
        left = [row for row in left if row.state != "refused"]


def _refuse(rows: Sequence[Planned], visits: Mapping[int, int]) -> None:
    for row in rows:
        if row.known.pk in visits:
            row.refuse(RowRefused("number", "visits", str(visits[row.known.pk])))


def _refuse_last_admin(rows: Sequence[Planned]) -> None:
    """The last of those who would administer the brand no more: somebody got there
    first, since the rows were compared with what stands."""
    changed = [row for row in rows if row.facts.asks_roles]
    lost = [row for row in changed if not leads(row.facts.new.roles)]
    was = [row for row in lost if "admin" in row.changes.get("role", ("",))[0]]
    (was or lost)[-1].refuse(RowRefused("role", "last_admin"))


def _without_topic(
    brand: Brand, rows: Sequence[Planned], now: dt.datetime
) -> dict[int, int]:
    """Person id → visits ahead of topics that they would advise on no more."""
    terms = {row.known.pk: row.facts.terms for row in rows if "topics" in row.changes}
    if not terms:
        return {}
    visits = Appointment.objects.for_brand(brand).filter(
        staff_member__in=terms, status__in=LIVE, ends_at__gt=now
    )
    return Counter(
        one.staff_member_id
        for one in visits
        if not covers(terms[one.staff_member_id], one)
    )


def _write(brand: Brand, rows: Sequence[Planned], user: User, now: dt.datetime) -> None:
    moved = [row for row in rows if {"stores", "topics"} & set(row.changes)]
    agendas = frozenset(
        row.known.agenda.pk for row in moved if hasattr(row.known, "agenda")
    )

    roles = {row.known.pk: row.facts.new.roles for row in rows if row.facts.asks_roles}

    def write() -> None:
        # Admins are locked before people, as everywhere.
        if roles:
            replace_roles(brand=brand, wanted=roles, now=now)
        _write_names(brand, rows)
        for row in moved:
            if "stores" in row.changes:
                write_postings(row.known, _terms(row))
            if "topics" in row.changes:
                write_competences(row.known, row.facts.terms)
        _give_back(brand, moved)

    carry_out(Change(brand, agendas), write, decisions=(), user=user, now=now)


def _write_names(brand: Brand, rows: Sequence[Planned]) -> None:
    for row in rows:
        new = row.facts.new
        for name in NAMES:
            setattr(row.known, name, getattr(new, name))
    people = StaffMember.objects.for_brand(brand)
    people.bulk_update([row.known for row in rows], NAMES)


def _terms(row: Planned) -> list[PostingTerm]:
    """Stores that stay keep their days; the first is the home."""
    days = {post.store_id: post for post in row.known.postings.all()}
    return [
        PostingTerm(
            store=store,
            is_home=number == 0,
            valid_from=days[store.pk].valid_from if store.pk in days else None,
            valid_until=days[store.pk].valid_until if store.pk in days else None,
        )
        for number, store in enumerate(row.facts.new.stores)
    ]


def _give_back(brand: Brand, rows: Sequence[Planned]) -> None:
    """Times that are only held, of topics that somebody advises on no more."""
    terms = {row.known.pk: row.facts.terms for row in rows if "topics" in row.changes}
    held = Hold.objects.for_brand(brand).filter(
        staff_member__in=terms, purpose=Hold.Purpose.BOOKING
    )
    gone = [one.pk for one in held if not covers(terms[one.staff_member_id], one)]
    locking.delete_holds(gone)
