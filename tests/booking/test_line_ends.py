"""A text that fits its field in the browser fits here: a line end is one character."""

from __future__ import annotations

import pytest
from django.test import Client

from booking.api.requests import DeclineRequest
from booking.models import Appointment
from tests.booking.customer.walking import ALICE, held
from tests.booking.over_the_api import hold, post
from tests.cast import World, next_step, now_utc
from video.media.errors import MessageRefused
from video.media.rooms.messages import ChatPost, read_message

pytestmark = pytest.mark.django_db

FITS = "\r\n".join("ligne" for _ in range(46)) + "\r\nabcd"
"""280 characters in a textarea, 326 as a form sends it."""
ENDS = ["\r\n", "\n", "\r"]


@pytest.mark.parametrize("end", ENDS)
def test_the_page(client: Client, world: World, end: str) -> None:
    typed = FITS.replace("\r\n", end)
    response = client.post(held(client, world), {**ALICE, "question": typed})
    assert response.status_code == 303
    question = Appointment.objects.all_brands().get().question
    assert question == FITS.replace("\r\n", "\n")
    assert len(question) == 280


def test_one_more_is_too_much(client: Client, world: World) -> None:
    response = client.post(held(client, world), {**ALICE, "question": FITS + "e"})
    assert response.status_code == 422
    assert 'id="id_question_error"' in response.content.decode()


@pytest.mark.parametrize("end", ENDS)
def test_the_api(client: Client, world: World, end: str) -> None:
    found = hold(client, next_step(now_utc()).isoformat()).json()
    typed = {"name": "A", "email": "a@b.example", "question": FITS.replace("\r\n", end)}
    answer = post(client, f"/holds/{found['id']}/appointment/", typed)
    assert answer.status_code == 201, answer.content


def test_the_sentence_keeps_its_end(client: Client, world: World) -> None:
    assert client.post("/tilleul/lille/", {"question": FITS}).status_code == 303
    kept = client.get("/tilleul/lille/").context["form"]["question"].value()
    assert kept == FITS.replace("\r\n", "\n")


@pytest.mark.parametrize("end", ENDS)
def test_the_words_of_the_store(end: str) -> None:
    asked = DeclineRequest(data={"answer": FITS.replace("\r\n", end)})
    assert asked.is_valid(), asked.errors
    too_much = DeclineRequest(data={"answer": FITS + "e"})
    assert not too_much.is_valid()


@pytest.mark.parametrize("end", ["\\r\\n", "\\n", "\\r"])
def test_the_chat(end: str) -> None:
    text = end.join(["x" * 999, "y" * 1000])
    said = read_message(f'{{"type": "chat", "text": "{text}"}}')
    assert isinstance(said, ChatPost)
    assert len(said.text) == 2000
    with pytest.raises(MessageRefused):
        read_message(f'{{"type": "chat", "text": "{text}z"}}')
