"""What a topic asks of who books: nobody has to answer, and what they say arrives."""

from __future__ import annotations

import datetime as dt

import pytest
from django.test import Client

from booking.models import Appointment, AppointmentAnswer
from stores.editing.topic_edits import Question, TopicEdit, edit_topics
from stores.erasing import erase_due
from stores.models import Topic, TopicQuestion
from tests.booking.api.systems import API, READ, WHO, WRITE, post, wish, with_scopes
from tests.booking.customer.walking import held
from tests.cast import World, next_step, now_utc

pytestmark = pytest.mark.django_db
ALICE = {"name": "Alice", "reach": "email", "email": "alice@customer.example"}
AGE = Question(text={"fr": "Quel âge ?", "en": "How old?"}, kind="number")
WISH = Question(
    text={"fr": "Que cherchez-vous ?"},
    kind="choice",
    choices={"fr": ["une draisienne", "un casque"]},
)


def ask(topic: Topic, *questions: Question) -> list[TopicQuestion]:
    edit = TopicEdit(topic=topic, name=topic.name, questions=questions)
    edit_topics(brand=topic.brand, edits=[edit])
    return list(TopicQuestion.objects.for_brand(topic.brand).filter(topic=topic))


def test_answers_reach_the_adviser_in_the_words_that_were_read(
    client: Client, bob: Client, world: World
) -> None:
    age, wanted = ask(world.topic, AGE, WISH)
    page = held(client, world)
    asked = client.get(page, headers={"accept-language": "en"}).content.decode()
    assert "How old?" in asked
    assert "Que cherchez-vous" in asked, "what has no English is asked in French"
    given = {f"answer_{age.pk}": "4", f"answer_{wanted.pk}": "un casque"}
    assert client.post(page, ALICE | given).status_code == 303
    visit = Appointment.objects.get()
    ask(world.topic, Question(id=age.pk, kind="number", text={"fr": "Son âge ?"}))
    shown = bob.get(f"/staff/appointments/{visit.pk}/").content.decode()
    assert "Quel âge ?</dt><dd>4</dd>" in "".join(shown.split("\n")).replace("  ", "")
    assert "un casque" in shown


def test_nobody_has_to_answer(client: Client, world: World) -> None:
    ask(world.topic, AGE, WISH)
    assert client.post(held(client, world), ALICE).status_code == 303
    assert not AppointmentAnswer.objects.all_brands().exists()


def test_a_refused_answer_keeps_what_was_typed(client: Client, world: World) -> None:
    age, wanted = ask(world.topic, AGE, WISH)
    page = held(client, world)
    given = {f"answer_{age.pk}": "four or so", f"answer_{wanted.pk}": "un casque"}
    refused = client.post(page, ALICE | given)
    assert refused.status_code == 422
    text = refused.content.decode()
    assert "four or so" in text
    assert '<option value="un casque" selected>' in text
    client.post(f"{page}extend/", ALICE | given)
    assert 'value="four or so"' in client.get(page).content.decode()


def test_answers_go_on_the_day_on_which_the_question_goes(
    client: Client, world: World
) -> None:
    (age,) = ask(world.topic, AGE)
    client.post(held(client, world), ALICE | {f"answer_{age.pk}": "4"})
    visit = Appointment.objects.get()
    gone = visit.question_erase_after
    assert gone is not None
    answers = AppointmentAnswer.objects.for_brand(world.brand)
    erase_due(now=gone - dt.timedelta(minutes=1))
    assert answers.get().text == "4"
    erase_due(now=gone)
    assert answers.get().text == ""


def test_the_api_asks_takes_and_tells_answers(client: Client, world: World) -> None:
    age, _ = ask(world.topic, AGE, WISH)
    listed = client.get("/api/v1/brands/tilleul/topics/").json()["results"]
    assert [one["kind"] for one in listed[0]["questions"]] == ["number", "choice"]
    answers = [{"question": age.pk, "text": "4"}]
    body = wish(next_step(now_utc(), minutes=120), answers=answers)
    told = [{"question": age.pk, "asked": "Quel âge ?", "text": "4"}]
    made = post(with_scopes(world, WRITE, READ, WHO), API, body)
    assert made.status_code == 201, made.content
    assert made.json()["answers"] == told
    page = with_scopes(world, READ, WHO).get(API).json()
    assert page["results"][0]["answers"] == told
    assert "answers" not in with_scopes(world, READ).get(API).json()["results"][0]


def test_an_answer_to_no_question_of_the_topic_is_refused(world: World) -> None:
    (age,) = ask(world.topic, AGE)
    at = next_step(now_utc(), minutes=120)
    for answers in (
        [{"question": age.pk + 1, "text": "4"}],
        [{"question": age.pk, "text": "four"}],
    ):
        refused = post(with_scopes(world, WRITE), API, wish(at, answers=answers))
        assert refused.status_code == 422
        assert "answers" in str(refused.json())
    assert not Appointment.objects.exists()
