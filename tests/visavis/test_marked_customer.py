"""A customer with an unheard-of word in every field has their data erased: no trace of
it is left in any table, file or key of the cache."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client

from booking.links import permanent_url
from booking.models import (
    Appointment,
    Customer,
    Occupancy,
)
from booking.states import Status
from notifications.outbox.dispatch import sweep
from stores.files.door import storage
from stores.models import StoredFile, Tombstone
from tests.booking.at_the_desk import signed_in
from tests.booking.customer.walking import held
from tests.cast import World, make_world, now_utc
from tests.visavis.marked import (
    ENGLISH,
    HOUR,
    MARK,
    NUMBER,
    PHONE,
    in_the_cache,
    in_the_storage,
    page_of,
    photo,
    places_with,
    shown,
    told_and_rated,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return make_world()


@pytest.fixture
def visit(client: Client, world: World) -> Appointment:
    """Booked with all that the form takes, and corrected on the page of the link."""
    details = {
        "name": f"{MARK} Roy",
        "reach": "email",
        "email": f"{MARK.lower()}@example.org",
        "question": f"{MARK} asks",
        "product": f"ref {MARK}",
        "needs": ["helper"],
        "photos": photo("red"),
    }
    address = held(client, world)
    assert client.post(address, details).status_code == 303
    made = Appointment.objects.get()
    client.post(
        f"{page_of(made)}thread/",
        {"message-text": f"{MARK} writes", "message-photos": photo("blue")},
    )
    Customer.objects.filter(pk=made.customer_id).update(**PHONE)
    return made


def test_no_trace_is_left_of_who_was_served(
    client: Client, world: World, visit: Appointment
) -> None:
    told_and_rated(client, world, visit)
    marked = {table for table, _column in places_with(MARK)}
    assert marked == {
        "booking_appointment", "booking_appointmentanswer", "booking_customer",
        "booking_idempotencykey", "booking_message", "booking_searchword",
        "booking_visitrating", "booking_visitsummary", "video_chatmessage",
        "video_participant",
    }  # fmt: skip
    assert places_with(NUMBER)
    names = list(StoredFile.objects.values_list("name", flat=True))
    assert len(names) == 2
    assert all(storage().exists(name) for name in names)

    url = permanent_url(visit)
    page = f"{page_of(visit)}erase/"
    assert "Your name" in client.get(page, headers=ENGLISH).content.decode()
    assert client.post(page, shown(visit)).status_code == 303

    assert places_with(MARK) == places_with(NUMBER) == set()
    assert not any(storage().exists(name) for name in names)
    assert not in_the_storage(MARK)
    assert not in_the_cache(MARK) + in_the_cache(NUMBER)
    assert not StoredFile.objects.exists()
    stones = Tombstone.objects.filter(row=visit.pk, table="booking.appointment")
    assert {stone.why for stone in stones} == {"asked"}
    assert not visit.links.exclude(purpose="customer").exists()
    assert not world.brand.person_joins.exists()

    _shows_one_plain_page(client, visit, url)
    staff = signed_in(world.bob.user).get(f"/staff/appointments/{visit.pk}/")
    assert staff.status_code == 200
    sweep(now=now_utc() + HOUR)
    assert not visit.deliveries.filter(state__in=["due", "sending", "dead"]).exists()
    assert places_with(MARK) == set()


def _shows_one_plain_page(client: Client, visit: Appointment, url: str) -> None:
    for browser in (client, Client()):
        plain = browser.get(url.removeprefix(settings.SITE_URL), follow=True)
        assert plain.status_code == 410
    for part in ("", "data.zip", "erase/", "state/", "brought/", "case/", "move/"):
        assert client.get(f"{page_of(visit)}{part}").status_code == 410
    gone = client.get(page_of(visit), headers=ENGLISH).content.decode()
    assert "Your data are erased" in gone


def test_a_visit_to_come_is_cancelled_first_and_its_time_is_free(
    client: Client, world: World, visit: Appointment
) -> None:
    page = f"{page_of(visit)}erase/"
    assert "it is cancelled first" in client.get(page, headers=ENGLISH).content.decode()
    assert client.post(page, {"sequence": 99}).status_code == 409
    assert places_with(MARK)
    assert client.post(page, shown(visit)).status_code == 303
    visit.refresh_from_db()
    assert visit.status == Status.CANCELLED_BY_CUSTOMER
    assert not Occupancy.objects.filter(appointment=visit, active=True).exists()
    assert not visit.promises.exists()
    assert places_with(MARK) == set()
    assert client.post(page, shown(visit)).status_code == 410


def test_it_waits_from_the_limit_of_cancelling_until_the_visit_is_over(
    client: Client, visit: Appointment
) -> None:
    page = f"{page_of(visit)}erase/"
    now = now_utc()
    rows = Appointment.objects.filter(pk=visit.pk)
    rows.update(starts_at=now - HOUR / 60, ends_at=now + HOUR / 2)
    assert "Yes, erase" not in client.get(page, headers=ENGLISH).content.decode()
    assert client.post(page, shown(visit)).status_code == 409
    rows.update(status=Status.IN_PROGRESS)
    assert client.post(page, {"status": "in_progress"}).status_code == 409
    assert places_with(MARK)
    rows.update(status=Status.CONFIRMED, starts_at=now - HOUR, ends_at=now - HOUR / 2)
    assert client.post(page, shown(visit)).status_code == 303
    assert places_with(MARK) == set()


def test_only_who_opened_the_link_gets_or_erases_anything(
    world: World, visit: Appointment
) -> None:
    for part in ("data.zip", "erase/"):
        assert Client().get(f"{page_of(visit)}{part}").status_code == 404
        elsewhere = f"/port/appointments/{visit.pk}/{part}"
        assert Client().get(elsewhere).status_code == 404
    assert Client().post(f"{page_of(visit)}erase/").status_code == 404
    assert places_with(MARK)


def test_a_restored_backup_forgets_it_all_again(
    client: Client, visit: Appointment, tmp_path: Path
) -> None:
    """The tombstones were kept beside the backup, which is older than the erasure."""
    now = now_utc()
    stones = tmp_path / "stones"
    rows = {"booking.customer": visit.customer_id, "booking.appointment": visit.pk}
    stones.write_text(
        "\n".join(
            json.dumps(
                {"table": table, "row": str(row), "at": str(now), "why": "asked"}
            )
            for table, row in rows.items()
        )
    )
    assert ("booking_message", "text") in places_with(MARK)
    call_command("erase", "--replay", str(stones), stdout=io.StringIO())
    assert places_with(MARK) == set()
    assert not StoredFile.objects.exists()


def test_the_archive_has_all_of_it_and_nothing_of_others(
    client: Client, world: World, visit: Appointment
) -> None:
    told_and_rated(client, world, visit)
    client.cookies["django_language"] = "en"
    response = client.get(f"{page_of(visit)}data.zip")
    assert response["Content-Type"] == "application/zip"
    assert "no-store" in response["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(response.content)) as found:
        assert found.testzip() is None
        names = set(found.namelist())
        told = json.loads(found.read("data.json"))
        page = found.read("index.html").decode()
        assert found.read("photos/1.webp")[8:12] == b"WEBP"
    assert names == {"data.json", "index.html", "photos/1.webp", "photos/2.webp"}
    assert told["booking.customer"][0]["email"] == f"{MARK.lower()}@example.org"
    assert told["booking.appointment"][0]["store"] == world.store.name
    assert [one["author"] for one in told["booking.message"]] == ["customer", "staff"]
    assert {"booking.visitrating", "booking.visitsummary", "booking.caseview"} <= set(
        told
    )
    assert told["video.chatmessage"][0]["text"] == f"Dear {MARK}"
    for words in (f"{MARK} asks", f"{MARK} writes", f"{MARK} is cross", "Bob"):
        assert words in page
    for secret in ("hash", "digest", "key_id", "alice@", str(world.bob.user.pk)):
        assert f'"{secret}' not in json.dumps(told)
