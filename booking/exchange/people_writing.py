"""Changes of people who are there: all of a portion in one change of open time."""

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
from stores.models import Brand, StaffMember, User

NAMES = ("first_name", "last_name", "formal_name", "title", "languages")


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
        left = [row for row in left if row.state != "refused"]


def _refuse(rows: Sequence[Planned], visits: Mapping[int, int]) -> None:
    for row in rows:
        if row.known.pk in visits:
            row.refuse(RowRefused("number", "visits", str(visits[row.known.pk])))


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

    def write() -> None:
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
