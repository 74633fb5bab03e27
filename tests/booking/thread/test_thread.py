"""Messages with the adviser: written by both sides, answered by the promised hour."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from booking.errors import ThreadClosed, TooManyMessages
from booking.models import Actor, Appointment, Message, MessagePhoto, Promise
from booking.promises.clock import run_clock
from booking.thread.writing import MOST_IN_HOUR, OPEN_FOR, answer, ask
from stores.erasing import erase_due
from stores.files.door import read_file, storage
from stores.models import Store, StoredFile
from tests.booking.brought.hostile import MARK, drawn, with_gps
from tests.booking.customer.walking import ALICE, held
from tests.cast import World

pytestmark = pytest.mark.django_db
ENGLISH = {"accept-language": "en"}
MINUTE, HOUR = dt.timedelta(minutes=1), dt.timedelta(hours=1)


@pytest.fixture
def visit(client: Client, world: World) -> Appointment:
    client.post(held(client, world), ALICE)
    return Appointment.objects.get()


def page_of(visit: Appointment) -> str:
    return f"/tilleul/appointments/{visit.pk}/"


def write(client: Client, visit: Appointment, text: str, *photos: bytes) -> int:
    files = [
        SimpleUploadedFile(f"{n}.jpg", content) for n, content in enumerate(photos)
    ]
    sent = {"message-text": text, "message-photos": files}
    return client.post(f"{page_of(visit)}thread/", sent).status_code


def owed(visit: Appointment) -> list[Promise]:
    return list(Promise.objects.filter(appointment=visit, kind="thread"))


def texts(client: Client, visit: Appointment) -> str:
    return client.get(page_of(visit), headers=ENGLISH).content.decode()


def test_a_question_is_answered_and_both_read_it(
    client: Client, bob: Client, world: World, visit: Appointment
) -> None:
    assert write(client, visit, "Is 1.05 m tall enough?\nShe is four.") == 303
    (promise,) = owed(visit)
    assert timezone.now() < promise.due_at <= visit.starts_at
    assert "Is 1.05 m tall enough?<br>She is four." in texts(client, visit)
    assert "Answered by" in texts(client, visit)
    board = bob.get("/staff/", headers=ENGLISH).content.decode()
    assert board.index("Questions") < board.index("Waiting")
    assert "Is 1.05 m tall enough?" in board
    staff_page = f"/staff/appointments/{visit.pk}/"
    assert "Is 1.05 m tall enough?" in bob.get(staff_page).content.decode()
    sent = {"message-text": "Yes, just so.", "once": "a" * 32}
    assert bob.post(f"{staff_page}thread/", sent).status_code == 302
    assert bob.post(f"{staff_page}thread/", sent).status_code == 302
    assert [m.text for m in Message.objects.filter(author="staff")] == ["Yes, just so."]
    (promise,) = owed(visit)
    assert promise.kept_at is not None
    assert "Yes, just so." in texts(client, visit)
    assert "Is 1.05 m tall enough?" not in bob.get("/staff/").content.decode()


def test_one_promise_runs_however_much_is_written(visit: Appointment) -> None:
    now = timezone.now()
    ask(appointment=visit, text="One", now=now)
    (first,) = owed(visit)
    ask(appointment=visit, text="Two", now=now + HOUR)
    assert [row.due_at for row in owed(visit)] == [first.due_at]


def test_a_double_tap_is_one_message(client: Client, visit: Appointment) -> None:
    assert write(client, visit, "Hello") == write(client, visit, "Hello") == 303
    assert Message.objects.count() == 1


def test_who_floods_is_stopped_and_keeps_what_was_typed(
    client: Client, visit: Appointment
) -> None:
    now = timezone.now()
    for number in range(MOST_IN_HOUR):
        ask(appointment=visit, text=f"Number {number}", now=now)
    with pytest.raises(TooManyMessages):
        ask(appointment=visit, text="More", now=now + MINUTE)
    sent = {"message-text": "One more thing"}
    response = client.post(f"{page_of(visit)}thread/", sent, headers=ENGLISH)
    assert response.status_code == 422
    assert "One more thing</textarea>" in response.content.decode()
    assert "Ten messages an hour" in response.content.decode()
    ask(appointment=visit, text="Later", now=now + HOUR + MINUTE)
    assert Message.objects.count() == MOST_IN_HOUR + 1


def test_photographs_are_drawn_again_and_a_script_is_none(
    client: Client, bob: Client, visit: Appointment
) -> None:
    script = b"<script>" + MARK + b"</script>"
    sent = {
        "message-text": "Look",
        "message-photos": SimpleUploadedFile("a.jpg", script, "image/jpeg"),
    }
    response = client.post(f"{page_of(visit)}thread/", sent, headers=ENGLISH)
    assert response.status_code == 422
    assert "Look</textarea>" in response.content.decode()
    assert "We cannot read this photo." in response.content.decode()
    assert not Message.objects.exists()
    assert write(client, visit, "", with_gps(), drawn("PNG")) == 303
    photos = list(MessagePhoto.objects.order_by("place"))
    assert len(photos) == 2
    assert all(MARK not in read_file(photo.file) for photo in photos)
    shown = client.get(f"{page_of(visit)}thread/{photos[0].pk}/")
    assert shown["Content-Type"] == "image/webp"
    staff = f"/staff/appointments/{visit.pk}/thread/{photos[0].pk}/"
    assert bob.get(staff).status_code == 200
    assert Client().get(f"{page_of(visit)}thread/{photos[0].pk}/").status_code == 404


@pytest.mark.parametrize("text", ["", "   ", "x" * 281, "a\0b"])
def test_nothing_or_too_much_is_refused(
    client: Client, visit: Appointment, text: str
) -> None:
    assert write(client, visit, text) == 422
    assert not Message.objects.exists()
    assert write(client, visit, "Four", *[drawn("PNG")] * 4) == 422
    assert not StoredFile.objects.exists()


def test_only_who_opened_the_link_writes_under_its_brand(
    client: Client, visit: Appointment
) -> None:
    other = Client()
    assert write(other, visit, "Me") == 404
    elsewhere = f"/port/appointments/{visit.pk}/thread/"
    assert client.post(elsewhere, {"message-text": "Me"}).status_code == 404
    assert not Message.objects.exists()


def test_a_broken_promise_is_said_on_both_sides_and_kept_late(
    client: Client, bob: Client, visit: Appointment
) -> None:
    Store.objects.filter(pk=visit.store_id).update(phone="+33320000000")
    write(client, visit, "Anybody there?")
    (promise,) = owed(visit)
    Promise.objects.update(due_at=timezone.now() - MINUTE)
    assert run_clock(now=timezone.now()) == 1
    assert run_clock(now=timezone.now()) == 0
    text = texts(client, visit)
    assert "Nobody answered you by" in text
    assert "Call us:" in text
    assert "Promise not kept" in bob.get("/staff/", headers=ENGLISH).content.decode()
    write(client, visit, "Still me")
    assert len(owed(visit)) == 1
    now, by = timezone.now(), Actor.system()
    answer(appointment=visit, text="Sorry", staff_member=None, by=by, now=now)
    promise.refresh_from_db()
    assert promise.broken_at is not None
    assert promise.kept_at == now


def test_it_closes_two_weeks_after_the_visit(
    client: Client, visit: Appointment
) -> None:
    late = visit.ends_at + OPEN_FOR
    with pytest.raises(ThreadClosed):
        ask(appointment=visit, text="Late", now=late)
    assert ask(appointment=visit, text="In time", now=late - MINUTE)


def test_it_goes_with_the_question_and_its_files_too(
    client: Client, visit: Appointment
) -> None:
    write(client, visit, MARK.decode(), drawn("PNG"))
    name = StoredFile.objects.get().name
    assert storage().exists(name)
    assert visit.question_erase_after is not None
    erase_due(now=visit.question_erase_after)
    assert not Message.objects.exists()
    assert not StoredFile.objects.exists()
