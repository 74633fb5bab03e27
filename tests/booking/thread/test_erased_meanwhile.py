"""A customer who is erased while something of theirs is on its way leaves no trace."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from booking.after.rating import rate_visit
from booking.brought.photos import Owner, add_photo
from booking.brought.product import Brought, facts_of
from booking.errors import BookingError
from booking.models import Actor, Appointment, Message, Photo, VisitRating, Wish
from booking.mydata.erasing import erase_customer
from booking.services.contact import change_contact
from booking.shown import AsShown, stamp_of
from booking.states import Status
from booking.thread.writing import answer, ask, correct
from booking.wishes.making import Who, make_wish
from tests.booking.brought.hostile import drawn
from tests.booking.customers import visit_in
from tests.cast import World, now_utc

pytestmark = pytest.mark.django_db
Act = Callable[[Appointment, dt.datetime], object]


def answered(visit: Appointment, now: dt.datetime) -> object:
    by, who = Actor.system(), visit.staff_member
    return answer(appointment=visit, text="Oui", staff_member=who, by=by, now=now)


def photographed(visit: Appointment, now: dt.datetime) -> object:
    owner, content = Owner.of(visit), drawn("JPEG")
    return add_photo(owner=owner, content=content, network="10.0.0.1", now=now)


def corrected(visit: Appointment, now: dt.datetime) -> None:
    shown, brought = AsShown(stamp_of(*facts_of(visit))), Brought()
    question = "Quelle taille ?"
    correct(appointment=visit, question=question, brought=brought, shown=shown, now=now)


def wished(visit: Appointment, now: dt.datetime) -> object:
    return make_wish(
        appointment=visit, days=[0, 1, 2], parts=["morning"], who=Who.ANY, now=now
    )


def moved_to(visit: Appointment, now: dt.datetime) -> None:
    by, phone = Actor.customer(), "+33639980009"
    change_contact(appointment=visit, email="", phone=phone, by=by, now=now)


ACTS: dict[str, tuple[Status, int, Act]] = {
    "a message": (
        Status.DONE, -60, lambda v, now: ask(appointment=v, text="Et ?", now=now)
    ),
    "an answer": (Status.DONE, -60, answered),
    "a rating": (
        Status.DONE, -60, lambda v, now: rate_visit(appointment=v, score=5, now=now)
    ),
    "a photograph": (Status.CONFIRMED, 24 * 60, photographed),
    "a question": (Status.CONFIRMED, 24 * 60, corrected),
    "a wish": (Status.CONFIRMED, 24 * 60, wished),
    "a number": (Status.CONFIRMED, 24 * 60, moved_to),
}  # fmt: skip


@pytest.mark.parametrize("what", ACTS)
def test_what_comes_after_the_erasure_is_refused(world: World, what: str) -> None:
    status, minutes, act = ACTS[what]
    visit = visit_in(world, minutes=minutes, status=status)
    read_before = Appointment.objects.with_people().get(pk=visit.pk)
    erase_customer(appointment=visit, now=now_utc())
    with pytest.raises(BookingError):
        act(read_before, now_utc())
    for model in (Message, Photo, VisitRating, Wish):
        assert not model._default_manager.all_brands().exists(), model
    left = Appointment.objects.get(pk=visit.pk)
    assert (left.question, left.customer.phone) == ("", "")
