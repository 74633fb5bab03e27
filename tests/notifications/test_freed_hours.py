"""The message about an earlier hour: sent at once, void once it is of no use."""

from __future__ import annotations

import datetime as dt
from email.message import EmailMessage

import pytest

from booking.links import permanent_url
from booking.models import Appointment, WishOffer
from booking.wishes.answering import decline_offer
from booking.wishes.making import make_wish
from notifications.models import Delivery
from notifications.outbox.dispatch import sweep
from tests.booking.wishes.lines import MINUTE, at, give_back, visit_on
from tests.cast import World
from tests.notifications.bookings import book
from tests.notifications.post_office import PostOffice, part_of


@pytest.fixture
def morning(world: World) -> dt.datetime:
    return at(world, 9)


@pytest.fixture
def visit(world: World, morning: dt.datetime, post_office: PostOffice) -> Appointment:
    """Alice's at three, who would come at noon; that she booked has been told."""
    made = book(world, starts_at=at(world, 15), now=morning)
    parts = ("morning", "afternoon")
    make_wish(appointment=made, days=range(7), parts=parts, who="any", now=morning)
    sweep(now=morning)
    return made


def mails_in(post_office: PostOffice) -> list[EmailMessage]:
    return [mail for mail in post_office.arrived if "se libère" in str(mail["Subject"])]


def test_the_mail_shows_the_offered_hour_and_the_one_that_is_theirs(
    world: World, morning: dt.datetime, visit: Appointment, post_office: PostOffice
) -> None:
    give_back(visit_on(world, at(world, 12), morning), morning)
    assert sweep(now=morning).offered == 1
    [mail] = mails_in(post_office)
    text = part_of(mail, "plain")
    assert "12:00" in text
    assert "Votre heure : " in text
    assert "15\N{NO-BREAK SPACE}h" in text
    assert "jusqu’à 9\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}15" in text
    assert f"{permanent_url(visit)}/earlier\r\n" in text
    assert not list(mail.iter_attachments()), "nothing for the calendar"
    sweep(now=morning + MINUTE)
    assert len(mails_in(post_office)) == 1


def test_an_answer_in_time_stops_the_message(
    world: World, morning: dt.datetime, visit: Appointment, post_office: PostOffice
) -> None:
    give_back(visit_on(world, at(world, 12), morning), morning)
    sweep(now=morning, limit=0)
    offer = WishOffer.objects.all_brands().get()
    decline_offer(appointment=visit, offer_id=offer.pk, now=morning)
    sweep(now=morning + MINUTE)
    assert not mails_in(post_office)
    assert not Delivery.objects.all_brands().filter(kind="freed", state="sent").exists()


def test_in_the_last_hour_it_says_that_three_are_told(
    world: World, morning: dt.datetime, visit: Appointment, post_office: PostOffice
) -> None:
    now = at(world, 11, 30)
    give_back(visit_on(world, at(world, 12), morning), now)
    sweep(now=now)
    text = part_of(mails_in(post_office)[-1], "plain")
    assert "trois personnes sont prévenues" in text
    assert "jusqu’à" not in text
