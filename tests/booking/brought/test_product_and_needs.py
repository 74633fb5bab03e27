"""A product and needs: typed once, read by staff first, changed until the start."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from booking.models import Appointment
from booking.shown import stamp_of
from stores.erasing import erase_due
from tests.booking.at_the_desk import signed_in
from tests.booking.brought.hostile import MARK
from tests.booking.customer.walking import ALICE, held
from tests.cast import World

pytestmark = pytest.mark.django_db
BIKE = "https://tilleul.example/bike?a=1&b=2"
WISHES = {"product": BIKE, "asks_stock": "on", "needs": ["helper", "writing"]}


def booked_with(client: Client, world: World, **more: object) -> Appointment:
    client.post(held(client, world), ALICE | more)
    return Appointment.objects.get()


def page_of(visit: Appointment) -> str:
    return f"/tilleul/appointments/{visit.pk}/"


def test_what_was_typed_reaches_staff_as_what_to_do(
    client: Client, bob: Client, world: World
) -> None:
    visit = booked_with(client, world, **WISHES)
    assert (visit.product, visit.stock, visit.needs) == (
        BIKE,
        "asked",
        "writing helper",
    )
    english = {"accept-language": "en"}
    page = bob.get(f"/staff/appointments/{visit.pk}/", headers=english).content.decode()
    assert "Only by writing: write in the room, nobody speaks." in page
    link = BIKE.replace("&", "&amp;")
    assert f'<a href="{link}" rel="noopener noreferrer">{link}</a>' in page
    assert page.index(link) < page.index("In their words")


@pytest.mark.parametrize(
    "text",
    ["javascript:alert(1)", "<script>alert(1)</script>", "ref 12, blue", "//x.example"],
)
def test_what_is_no_address_of_the_web_stays_text(
    client: Client, bob: Client, world: World, text: str
) -> None:
    visit = booked_with(client, world, product=text)
    page = bob.get(f"/staff/appointments/{visit.pk}/").content.decode()
    assert 'rel="noopener noreferrer"' not in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(
    "wrong", [{"product": "x" * 301}, {"needs": "a new bike"}, {"product": "a\0b"}]
)
def test_a_wrong_value_is_said_and_keeps_the_rest_open(
    client: Client, world: World, wrong: dict[str, str]
) -> None:
    page = held(client, world)
    answer = client.post(page, ALICE | {"question": "Which?"} | wrong)
    text = answer.content.decode()
    assert answer.status_code == 422
    assert text.count("<details open>") >= 2
    assert "Which?" in text
    assert not Appointment.objects.all_brands().exists()


def test_typed_words_come_back_after_more_time(client: Client, world: World) -> None:
    page = held(client, world)
    client.post(f"{page}extend/", ALICE | WISHES)
    text = client.get(page).content.decode()
    assert 'value="https://tilleul.example/bike?a=1&amp;b=2"' in text
    assert text.count("checked") >= 3
    assert "· 2</summary>" in text.replace("\n", "").replace("  ", "")


def test_the_customer_changes_it_and_an_old_page_overwrites_nothing(
    client: Client, world: World
) -> None:
    visit = booked_with(client, world, **WISHES)
    page = f"{page_of(visit)}brought/"
    stamp = stamp_of("", BIKE, True, "writing helper")
    assert stamp in client.get(page).content.decode()
    change = {"as_shown": stamp, "product": "ref 12", "needs": ["signs"]}
    assert client.post(page, change).status_code == 303
    visit.refresh_from_db()
    assert (visit.product, visit.stock, visit.needs) == ("ref 12", "", "signs")
    answer = client.post(page, change | {"product": "ref 13"})
    assert answer.status_code == 409
    assert "ref 13" in answer.content.decode()
    visit.refresh_from_db()
    assert visit.product == "ref 12"


def test_a_corrected_question_stands_in_the_history_of_the_staff(
    client: Client, bob: Client, world: World
) -> None:
    visit = booked_with(client, world, question="Which size?")
    page = f"{page_of(visit)}brought/"
    change = {"as_shown": stamp_of("Which size?", "", False, "")}
    assert client.post(page, change | {"question": "y" * 281}).status_code == 422
    assert (
        client.post(page, change | {"question": "Which size is it?"}).status_code == 303
    )
    english = {"accept-language": "en"}
    assert "Which size is it?" in client.get(page_of(visit)).content.decode()
    shown = bob.get(f"/staff/appointments/{visit.pk}/", headers=english)
    assert "Which size is it?" in shown.content.decode()
    assert "Question corrected" in shown.content.decode()
    same = {"as_shown": stamp_of("Which size is it?", "", False, "")}
    client.post(page, same | {"question": "Which size is it?", "product": "ref 12"})
    assert visit.events.filter(kind="question_changed").count() == 1
    Appointment.objects.update(starts_at=visit.created_at)
    assert client.post(page, same | {"question": "Late"}).status_code == 409


def test_the_stores_answer_stands_on_the_customers_page(
    client: Client, bob: Client, world: World
) -> None:
    visit = booked_with(client, world, **WISHES)
    act = f"/staff/appointments/{visit.pk}/stock/"
    answer = {"stock": "yes", "left": "3", "as_shown": stamp_of(BIKE)}
    english = {"accept-language": "en"}
    for wrong in ({"left": "-1"}, {"left": "many"}, {"stock": "maybe"}):
        assert bob.post(act, answer | wrong).status_code == 422
    assert bob.post(act, answer | {"as_shown": stamp_of("else")}).status_code == 409
    assert bob.post(act, answer).status_code == 302
    page = client.get(page_of(visit), headers=english).content.decode()
    assert "it is there, 3 are left" in page
    assert bob.post(act, answer | {"left": "0"}).status_code == 302
    page = client.get(page_of(visit), headers=english).content.decode()
    assert "it is not in stock" in page
    stranger = signed_in(world.eve.user)
    assert stranger.post(act, answer).status_code == 404


def test_it_is_forgotten_with_the_question(client: Client, world: World) -> None:
    visit = booked_with(client, world, product=MARK.decode(), needs=["signs"])
    assert visit.question_erase_after is not None
    erase_due(now=visit.question_erase_after)
    visit.refresh_from_db()
    assert (visit.product, visit.needs) == ("", "")


def test_only_known_needs_are_stored(client: Client, world: World) -> None:
    booked_with(client, world)
    with pytest.raises(IntegrityError, match="appointment_needs"), transaction.atomic():
        Appointment.objects.all_brands().update(needs="a disease")
