"""The other visits of a person: to the staff within their scope, to nobody else."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from booking.models import Appointment, PersonJoin
from booking.services.api_keys import create_api_key
from tests.booking.at_the_desk import signed_in
from tests.booking.persons.stories import (
    are_one,
    browser_of,
    in_arras,
    join,
    person_of,
    say,
    story,
    strangers,
)
from tests.cast import World, now_utc

pytestmark = pytest.mark.django_db
OTHERS, ALIKE = "Their other visits", "Perhaps the same person"


@pytest.fixture
def bob(world: World) -> Client:
    return signed_in(world.bob.user)


def page_of(client: Client, visit: Appointment, language: str = "en") -> str:
    address = f"/staff/appointments/{visit.pk}/"
    answer = client.get(address, headers={"accept-language": language})
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def asks(one: Appointment, other: Appointment) -> str:
    return f"/staff/appointments/{one.pk}/same/{other.pk}/"


def test_joined_visits_stand_beside_each_other(world: World, bob: Client) -> None:
    one, other, third = strangers(world, 3)
    assert OTHERS not in page_of(bob, one)
    join(one, other)
    page = page_of(bob, one)
    assert OTHERS in page
    assert str(other.pk) in page
    assert "Anna b" in page
    assert "Same browser" in page
    assert "Not the same person" not in page
    assert str(third.pk) not in page
    french = page_of(bob, one, "fr")
    assert "Ses autres rendez-vous" in french
    assert "Même navigateur" in french


def test_each_proof_is_said_in_words(world: World, bob: Client) -> None:
    one, other = strangers(world, 2)
    for proof, words in (
        ("email", "Answered from the same e-mail address"),
        ("phone", "Answered from the same number"),
    ):
        first, second = sorted([one.customer_id, other.customer_id])
        join(one, other)
        PersonJoin.objects.create(
            brand=world.brand, one_id=first, other_id=second,
            proof=proof, made_at=now_utc(),
        )  # fmt: skip
        assert words in page_of(bob, one)
    say(world, one, other)
    assert "Said by Bob" in page_of(bob, other)


def test_joined_through_a_third_is_said(world: World, bob: Client) -> None:
    one, middle, last = strangers(world, 3)
    join(one, middle)
    join(middle, last)
    assert "Through another of their visits" in page_of(bob, one)


def test_what_one_may_not_open_is_not_shown(world: World, bob: Client) -> None:
    one, there = strangers(world, 2)
    in_arras(world, there)
    join(one, there)
    assert OTHERS not in page_of(bob, one)
    assert OTHERS not in page_of(signed_in(world.charlie.user), there)
    assert str(there.pk) in page_of(signed_in(world.dora), one)


def test_the_same_number_is_offered_and_said(world: World, bob: Client) -> None:
    one = story(world, name="Anna Roy", email="a@x.example", phone="+33639980042")
    other = story(world, name="A. Roy", email="b@x.example", phone="+33639980042")
    page = page_of(bob, one)
    assert ALIKE in page
    assert "Same phone number" in page
    assert asks(one, other) in page
    question = bob.get(asks(one, other))
    assert "A. Roy" in question.content.decode()
    assert person_of(one) is None, "a GET changes nothing"
    answer = bob.post(asks(one, other), follow=True)
    assert answer.redirect_chain[-1][0] == f"/staff/appointments/{one.pk}/"
    assert are_one(one, other)
    page = page_of(bob, one)
    assert ALIKE not in page
    assert "Said by Bob" in page
    assert "Not the same person" in page
    assert bob.post(f"{asks(one, other)}undo/").status_code == 302
    assert person_of(one) is None
    assert ALIKE in page_of(bob, one)


def test_the_same_address_is_offered_in_any_case(world: World, bob: Client) -> None:
    one = story(world, email="anna@x.example", phone="")
    other = story(world, email="ANNA@x.example", phone="")
    story(world, email="", phone="+33639980077")
    page = page_of(bob, one)
    assert "Same e-mail address" in page
    assert page.count("/same/") == 1
    assert asks(one, other) in page


def test_nothing_is_offered_of_what_one_may_not_open(world: World, bob: Client) -> None:
    one, there = (story(world) for _ in range(2))
    in_arras(world, there)
    assert ALIKE not in page_of(bob, one)
    for client, first, second in (
        (bob, one, there),
        (bob, there, one),
        (signed_in(world.charlie.user), there, one),
        (signed_in(world.eve.user), one, there),
    ):
        assert client.get(asks(first, second)).status_code == 404
        assert client.post(asks(first, second)).status_code == 404
        assert client.post(f"{asks(first, second)}undo/").status_code == 404
    assert not PersonJoin.objects.exists()
    assert signed_in(world.dora).post(asks(one, there)).status_code == 302
    assert are_one(one, there)


def test_one_visit_is_no_two(world: World, bob: Client) -> None:
    one = story(world)
    answer = bob.post(asks(one, one))
    assert answer.status_code == 409
    assert "one already" in answer.content.decode()


def test_a_form_that_was_sent_twice_says_it_once(world: World, bob: Client) -> None:
    one, other = (story(world) for _ in range(2))
    sent = {"once": "0123456789abcdef0123456789abcdef"}
    first, second = (bob.post(asks(one, other), sent) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert PersonJoin.objects.count() == 1


def test_many_visits_cost_no_more_queries(world: World, bob: Client) -> None:
    visits = [story(world, email=f"{nr}@x.example") for nr in range(3)]
    join(*visits[:2])
    page_of(bob, visits[0])
    with CaptureQueriesContext(connection) as few:
        page_of(bob, visits[0])
    more = [story(world, email=f"m{nr}@x.example") for nr in range(6)]
    join(*visits[:2], *more[:3])
    with CaptureQueriesContext(connection) as many:
        page_of(bob, visits[0])
    assert len(many) == len(few)


def test_the_search_puts_visits_of_a_person_together(world: World, bob: Client) -> None:
    one, other, third, fourth = (
        story(world, name=name, hours=hours)
        for name, hours in (
            ("Anna Roy", 2), ("Ben Roy", 5), ("Anna Royer", 9), ("Clea Petit", 12),
        )
    )  # fmt: skip
    elsewhere = in_arras(world, story(world, name="Anna Roi", hours=15))
    join(one, third, fourth, elsewhere)

    def search() -> Any:
        return bob.get("/staff/search/", {"q": "roy"})

    search()
    with CaptureQueriesContext(connection) as asked:
        answer = search()
    assert answer.context["visits"] == [one, third, other]
    assert "and 1 other visit" in answer.content.decode()
    counted = [q for q in asked if "booking_appointment" in q["sql"]]
    assert len([q for q in counted if "COUNT" in q["sql"]]) <= 2


def test_customers_see_nothing_of_it(world: World) -> None:
    one, other = strangers(world, 2)
    join(one, other)
    say(world, one, other)
    for mine, theirs in ((one, other), (other, one)):
        browser = browser_of(mine)
        for path in ("", "cancel/", "move/"):
            address = f"/tilleul/appointments/{mine.pk}/{path}"
            page = browser.get(address).content.decode()
            for trace in (str(theirs.pk), theirs.customer.name, str(person_of(one))):
                assert trace not in page
        token = f"/api/v1/brands/tilleul/appointments/{mine.pk}/"
        document = browser.get(token)
        assert document.status_code == 200
        assert "person" not in document.json()
        assert browser.get(token.replace(str(mine.pk), str(theirs.pk))).status_code in (
            403,
            404,
        )


def test_a_key_reads_who_is_one_person(world: World) -> None:
    one, other, third = strangers(world, 3)
    join(one, other)
    persons = persons_in(world, ["read:appointments", "read:customers"])
    assert persons[str(one.pk)] == persons[str(other.pk)] == str(person_of(one))
    assert persons[str(third.pk)] is None
    without = persons_in(world, ["read:appointments"])
    assert set(without.values()) == {"absent"}


def persons_in(world: World, scopes: list[str]) -> dict[str, Any]:
    _key, text = create_api_key(
        brand=world.brand, name="till", scopes=scopes, user=world.dora, now=now_utc()
    )
    answer = Client().get(
        "/api/v1/brands/tilleul/appointments/",
        headers={"authorization": f"Api-Key {text}"},
    )
    assert answer.status_code == 200
    return {row["id"]: row.get("person", "absent") for row in answer.json()["results"]}
