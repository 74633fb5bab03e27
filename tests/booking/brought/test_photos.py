"""Photographs go from the hold to the visit, are open to two sides, and go in time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client, override_settings

from booking.brought.photos import Owner, add_photo
from booking.errors import TooLateToBring
from booking.models import Appointment, Hold, Photo
from stores.erasing import erase_due
from stores.files.door import remove_loose
from stores.models import StoredFile
from tests.booking.at_the_desk import signed_in
from tests.booking.brought.hostile import drawn
from tests.booking.customer.walking import ALICE, first_start, held, take, wanted
from tests.cast import World, now_utc

pytestmark = pytest.mark.django_db
HOUR = dt.timedelta(hours=1)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    files = settings.STORAGES["files"] | {"OPTIONS": {"location": str(tmp_path)}}
    with override_settings(STORAGES=settings.STORAGES | {"files": files}):
        yield tmp_path


def sent(*colours: str) -> dict[str, list[SimpleUploadedFile]]:
    files = [
        SimpleUploadedFile(f"{colour}.jpg", drawn("JPEG", colour=colour), "image/jpeg")
        for colour in colours
    ]
    return {"photos": files}


def photos() -> list[Photo]:
    return list(Photo.objects.all_brands().order_by("place"))


def test_photos_survive_a_refused_form_and_come_with_the_booking(
    client: Client, bob: Client, world: World
) -> None:
    page = held(client, world)
    refused = client.post(page, ALICE | {"email": "no address"} | sent("red", "blue"))
    assert refused.status_code == 422
    assert refused.content.decode().count('name="remove"') == 2
    one, other = photos()
    assert one.appointment is None and one.visitor
    client.post(f"{page}photos/", ALICE | {"remove": str(one.pk)})
    assert photos() == [other]
    assert client.post(page, ALICE).status_code == 303
    visit = Appointment.objects.get()
    (kept,) = photos()
    assert (kept.pk, kept.appointment_id, kept.visitor) == (other.pk, visit.pk, "")
    assert kept.file.erase_after is None
    own = f"/tilleul/appointments/{visit.pk}/photos/{kept.pk}/"
    assert client.get(own)["Content-Type"] == "image/webp"
    theirs = f"/staff/appointments/{visit.pk}/photos/{kept.pk}/"
    assert theirs in bob.get(f"/staff/appointments/{visit.pk}/").content.decode()
    assert bob.get(theirs).status_code == 200
    for stranger in (
        Client(),
        signed_in(world.eve.user),
        signed_in(world.charlie.user),
    ):
        assert stranger.get(own).status_code == 404
        assert stranger.get(theirs).status_code in (302, 404)


def test_another_hour_and_a_hold_that_ran_out_keep_the_photos(
    client: Client, world: World
) -> None:
    page = held(client, world)
    client.post(f"{page}photos/", sent("red") | {"add": "1"})
    hidden = {"wanted": wanted(client, page)}
    Hold.objects.all_brands().delete()
    assert client.post(page, ALICE | hidden).status_code == 303
    assert photos()[0].appointment == Appointment.objects.get()


def test_what_was_not_booked_goes_after_an_hour_and_an_extension_puts_it_off(
    client: Client, world: World, folder: Path
) -> None:
    page = held(client, world)
    client.post(f"{page}photos/", sent("red") | {"add": "1"})
    before = photos()[0].file.erase_after
    client.post(f"{page}extend/", ALICE)
    after = photos()[0].file.erase_after
    assert before is not None and after is not None and after > before
    erase_due(now=after - dt.timedelta(seconds=1))
    assert len(photos()) == 1
    erase_due(now=after)
    assert not photos()
    remove_loose(now=now_utc() + 2 * HOUR)
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_photos_of_a_visit_go_on_the_day_of_its_question(
    client: Client, world: World, folder: Path
) -> None:
    client.post(held(client, world), ALICE | sent("red"))
    due = Appointment.objects.get().question_erase_after
    assert due is not None
    erase_due(now=due - dt.timedelta(seconds=1))
    assert len(photos()) == 1
    erase_due(now=due)
    assert not photos()
    assert not StoredFile.objects.all_brands().exists()
    remove_loose(now=now_utc() + 2 * HOUR)
    assert not [path for path in folder.rglob("*") if path.is_file()]


def test_there_are_three_and_the_same_file_is_one(client: Client, world: World) -> None:
    page = held(client, world)
    add = f"{page}photos/"
    assert client.post(add, sent("red", "red", "blue", "green")).status_code == 200
    assert [photo.place for photo in photos()] == [0, 1, 2]
    answer = client.post(add, sent("red", "black"))
    assert answer.status_code == 422
    assert len(photos()) == 3
    assert client.post(add, {"add": "1"}).status_code == 422


def test_a_photo_has_exactly_one_owner(client: Client, world: World) -> None:
    client.post(held(client, world), ALICE | sent("red"))
    for change in ({"visitor": "somebody"}, {"appointment": None}):
        with pytest.raises(IntegrityError, match="one_owner"), transaction.atomic():
            Photo.objects.all_brands().update(**change)


def test_the_customer_adds_and_removes_until_the_start(
    client: Client, world: World
) -> None:
    client.post(held(client, world), ALICE)
    visit = Appointment.objects.get()
    page = f"/tilleul/appointments/{visit.pk}/brought/"
    assert page in client.get(page.removesuffix("brought/")).content.decode()
    assert client.post(page, sent("red") | {"add": "1"}).status_code == 200
    (photo,) = photos()
    assert client.post(page, {"remove": str(photo.pk)}).status_code == 200
    assert not photos()
    with pytest.raises(TooLateToBring):
        add_photo(
            owner=Owner.of(visit),
            content=drawn("JPEG"),
            network="n",
            now=visit.starts_at,
        )


def test_another_visitor_finds_nothing_of_a_hold(client: Client, world: World) -> None:
    page = held(client, world)
    client.post(f"{page}photos/", sent("red") | {"add": "1"})
    address = f"{page}photos/{photos()[0].pk}/"
    assert client.get(address).status_code == 200
    other = Client()
    take(other, first_start(world))
    assert other.get(address).status_code == 404
