"""A lost link is sent again, and nobody learns from the page who has one."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.test import Client

from booking.links import permanent_url
from booking.models import Appointment, Customer
from booking.services.cancelling import cancel_appointment
from notifications.models import Delivery
from notifications.outbox.dispatch import sweep
from tests.booking.asking import HOUR
from tests.booking.asking import staff as by_bob
from tests.booking.customers import path_of
from tests.cast import World, next_step, now_utc
from tests.notifications.bookings import book, plan_all
from tests.notifications.post_office import PostOffice, part_of

FIND = "/tilleul/appointments/"
EMAIL = "alice@customer.example"
PHONE = "06 39 98 00 01"


@pytest.fixture
def now() -> dt.datetime:
    return now_utc()


@pytest.fixture
def visit(world: World, now: dt.datetime) -> Appointment:
    made = book(world, starts_at=next_step(now, minutes=600), now=now)
    sweep(now=now)
    return made


def links(visit: Appointment) -> list[Delivery]:
    return list(visit.deliveries.filter(kind="link"))


def ask(who: str, browser: Client | None = None) -> tuple[int, str]:
    """Status and words of the answer, without what differs each time."""
    answer = (browser or Client()).post(FIND, {"who": who})
    words = re.sub(
        r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode()
    )
    return answer.status_code, words.replace(who, "…")


def test_known_or_not_the_answer_is_the_same(visit: Appointment) -> None:
    known = ask(EMAIL)
    assert known == ask("nobody@customer.example")
    assert known[0] == 200
    assert "son lien y arrive" in known[1]
    assert len(links(visit)) == 1


def test_the_mail_brings_the_link_once(
    visit: Appointment, post_office: PostOffice, now: dt.datetime
) -> None:
    ask(EMAIL)
    ask(EMAIL.upper())
    sweep(now=now_utc())
    [mail] = post_office.arrived
    assert "Votre lien" in str(mail["Subject"])
    assert path_of(permanent_url(visit)) in part_of(mail, "plain")
    assert "autres rendez-vous" not in part_of(mail, "plain")


def test_all_that_is_to_come_is_in_one_mail(
    world: World, visit: Appointment, post_office: PostOffice, now: dt.datetime
) -> None:
    later = book(world, starts_at=visit.starts_at + 3 * HOUR, now=now)
    gone = book(world, starts_at=visit.starts_at + 6 * HOUR, now=now)
    cancel_appointment(appointment=gone, by=by_bob(world), now=now)
    plan_all(now)
    Delivery.objects.filter(state="due").update(state="void")
    ask(EMAIL)
    sweep(now=now_utc())
    [mail] = post_office.arrived
    for part in ("plain", "html"):
        text = part_of(mail, part)
        assert path_of(permanent_url(visit)) in text
        assert path_of(permanent_url(later)) in text
        assert path_of(permanent_url(gone)) not in text


def test_a_number_brings_a_text_message_where_it_takes_any(
    visit: Appointment,
) -> None:
    ask(PHONE)
    [link] = links(visit)
    assert link.channel == Delivery.Channel.SMS


def test_a_fixed_line_brings_the_mail(visit: Appointment) -> None:
    Customer.objects.update(phone="+33320000012")
    ask("03 20 00 00 12")
    [link] = links(visit)
    assert link.channel == Delivery.Channel.EMAIL


def test_what_is_elsewhere_has_no_link(visit: Appointment) -> None:
    other = Client()
    answer = other.post("/banque-du-port/appointments/", {"who": EMAIL})
    assert answer.status_code == 200
    assert links(visit) == []


def test_cancelled_before_it_leaves_it_is_not_sent(
    world: World, visit: Appointment, post_office: PostOffice
) -> None:
    ask(EMAIL)
    cancel_appointment(appointment=visit, by=by_bob(world), now=now_utc())
    sweep(now=now_utc())
    assert all("Votre lien" not in str(m["Subject"]) for m in post_office.arrived)


def test_the_planner_leaves_it_alone(visit: Appointment, world: World) -> None:
    ask(EMAIL)
    visit.events.update(relayed_at=None)
    plan_all(now_utc())
    [link] = links(visit)
    assert link.state == Delivery.State.DUE


def test_a_flood_sends_three_and_says_the_same(
    visit: Appointment, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Minutes pass between them: else they would be one message."""
    minutes = iter(range(100))
    start = now_utc().replace(minute=0, second=0)
    monkeypatch.setattr(
        "notifications.views.lost.timezone.now",
        lambda: start + next(minutes) * dt.timedelta(minutes=1),
    )
    answers = {ask(EMAIL) for _ in range(12)}
    assert len(answers) == 1
    assert len(links(visit)) == 3


def test_a_network_that_tries_addresses_out_gets_nothing(visit: Appointment) -> None:
    for number in range(20):
        ask(f"a{number}@customer.example")
    ask(EMAIL)
    assert links(visit) == []


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "Alice", "12", "a@@b.example", "@", "x" * 300, "+999 12", "\u200b"],
)
def test_what_is_no_contact_is_refused_beside_its_field(
    visit: Appointment, typed: str
) -> None:
    answer = Client().post(FIND, {"who": typed})
    assert answer.status_code == 422
    assert 'id="id_who_error"' in answer.content.decode()
    assert links(visit) == []


def test_looking_sends_nothing(visit: Appointment) -> None:
    assert Client().get(f"{FIND}?who={EMAIL}").status_code == 200
    assert links(visit) == []


def test_a_wrong_link_leads_there_under_the_brand(
    client: Client, visit: Appointment
) -> None:
    wrong = f"/r/{'x' * 22}"
    assert FIND not in client.get(wrong).content.decode()  # several brands: whose?
    client.get(path_of(permanent_url(visit)))
    page = client.get(wrong)
    assert page.status_code == 404
    assert FIND in page.content.decode()
    assert "Maison Tilleul" in page.content.decode()
    assert 'name="who"' in page.content.decode()
    unopened = Client().get(f"{FIND}{visit.pk}/")
    assert unopened.status_code == 404
    assert FIND in unopened.content.decode()


def test_a_number_is_read_as_in_each_country_of_the_brand(
    world: World, visit: Appointment
) -> None:
    world.other_store.country = "BE"
    world.other_store.save(update_fields=["country"])
    Customer.objects.update(phone="+32470123456")
    ask("0470 12 34 56")
    assert len(links(visit)) == 1
