"""A customer with an unheard-of word in every field has their data erased: no trace of
it is left in any table, file or key of the cache."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.test import Client
from redis import Redis

from booking.cases.opening import open_case
from booking.links import issue_link, permanent_url
from booking.models import (
    AccessLink,
    Actor,
    Appointment,
    AppointmentAnswer,
    CaseView,
    Customer,
    EventKind,
    IdempotencyKey,
    Occupancy,
    VisitSummary,
)
from booking.persons.saying import say_same_person
from booking.services.contact import note_answer
from booking.states import Status
from booking.thread.writing import answer
from notifications.outbox.dispatch import sweep
from stores.files.door import storage
from stores.models import StoredFile, Tombstone, TopicQuestion
from tests.booking.at_the_desk import signed_in
from tests.booking.brought.hostile import drawn
from tests.booking.customer.walking import held
from tests.cast import World, make_visit, make_world, now_utc
from video.models import ChatMessage, Participant, Room

pytestmark = pytest.mark.django_db
MARK = "Zyphiroth"
NUMBER = "639980777"
PHONE = {"phone": f"+33{NUMBER}"}
ENGLISH = {"accept-language": "en"}
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def world() -> World:
    return make_world()


def photo(colour: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{MARK}.png", drawn("PNG", colour=colour))


def page_of(visit: Appointment) -> str:
    return f"/tilleul/appointments/{visit.pk}/"


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


def told_and_rated(client: Client, world: World, visit: Appointment) -> None:
    """All that comes to hang on it until it is over."""
    now, brand = now_utc(), visit.brand
    by, bob = Actor.staff(world.bob.user), world.bob.staff_member
    said = f"Dear {MARK}"
    answer(appointment=visit, text=said, staff_member=bob, by=by, now=now)
    asked = TopicQuestion.objects.create(
        brand=brand, topic=visit.topic, text={"fr": "?", "en": "?"}, position=1
    )
    AppointmentAnswer.objects.create(
        brand=brand, appointment=visit, question=asked, asked="Size?", text=MARK
    )
    other = make_visit(world, starts_at=now + 48 * HOUR, now=now)
    say_same_person(
        one=visit.customer, other=other.customer, user=world.bob.user, now=now
    )
    note_answer(customer=visit.customer, channel="email", now=now)
    case = open_case(appointment=visit, shows=["question"], now=now)
    CaseView.objects.create(
        brand=brand, case=case, store=world.store, user=world.bob.user, seen_at=now
    )
    issue_link(visit, now=now, purpose=AccessLink.Purpose.GUEST)
    seats = Room.objects.create(id=visit.pk, brand=brand, appointment=visit)
    seat = Participant.objects.create(
        brand=brand, room=seats, role="customer", first_name=MARK
    )
    ChatMessage.objects.create(
        brand=brand, room=seats, participant=seat, text=said, posted_at=now
    )
    IdempotencyKey.objects.create(
        brand=brand, key="k" * 20, fingerprint="f", created_at=now,
        document={"id": str(visit.pk), "customer": {"name": MARK}},
    )  # fmt: skip
    VisitSummary.objects.create(
        brand=brand, appointment=visit, words=said, next_step=said, written_at=now,
        next_owner=bob, next_due_at=now + HOUR, released_at=now,
    )  # fmt: skip
    sweep(now=now)
    Appointment.objects.filter(pk=visit.pk).update(status=Status.DONE, ended_at=now)
    visit.refresh_from_db()
    visit.record(EventKind.COMPLETED, by=by, now=now)
    sent = {"score": "2", "words": f"{MARK} is cross", **shown(visit)}
    assert client.post(f"{page_of(visit)}rating/", sent).status_code == 303


def shown(visit: Appointment) -> dict[str, object]:
    return {"sequence": visit.sequence, "status": visit.status}


def places_with(text: str) -> set[tuple[str, str]]:
    """Each column of each table that has it, in whatever case."""
    found = set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public'"
        )
        for table, column in cursor.fetchall():
            cursor.execute(
                f'SELECT 1 FROM "{table}" WHERE "{column}"::text ILIKE %s LIMIT 1',  # noqa: S608
                [f"%{text}%"],
            )
            if cursor.fetchone():
                found.add((table, column))
    return found


def in_the_cache(text: str) -> list[bytes]:
    server = Redis.from_url(settings.CACHES["default"]["LOCATION"])
    found = []
    for key in server.scan_iter():
        held_there = server.get(key) if server.type(key) == b"string" else b""
        if text.lower().encode() in (key + (held_there or b"")).lower():
            found.append(key)
    return found


def in_the_storage(text: str) -> list[Path]:
    root = Path(storage().location)  # type: ignore[attr-defined]
    files = [path for path in root.rglob("*") if path.is_file()]
    return [
        path
        for path in files
        if text.lower() in str(path).lower()
        or text.lower().encode() in path.read_bytes().lower()
    ]


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
    assert not world.brand.person_joins.exists()  # type: ignore[attr-defined]

    for browser in (client, Client()):
        plain = browser.get(url.removeprefix(settings.SITE_URL), follow=True)
        assert plain.status_code == 410
    for part in ("", "data.zip", "erase/", "state/", "brought/", "case/", "move/"):
        assert client.get(f"{page_of(visit)}{part}").status_code == 410
    gone = client.get(page_of(visit), headers=ENGLISH).content.decode()
    assert "Your data are erased" in gone
    staff = signed_in(world.bob.user).get(f"/staff/appointments/{visit.pk}/")
    assert staff.status_code == 200
    sweep(now=now_utc() + HOUR)
    assert not visit.deliveries.filter(state__in=["due", "sending", "dead"]).exists()
    assert places_with(MARK) == set()


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
