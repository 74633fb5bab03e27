"""A customer with an unheard-of word in every field, and where that word stands."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from redis import Redis

from booking.cases.opening import open_case
from booking.links import issue_link
from booking.models import (
    AccessLink,
    Actor,
    Appointment,
    AppointmentAnswer,
    CaseView,
    EventKind,
    IdempotencyKey,
    VisitSummary,
)
from booking.persons.saying import say_same_person
from booking.services.contact import note_answer
from booking.states import Status
from booking.thread.writing import answer
from notifications.outbox.dispatch import sweep
from stores.files.door import storage
from stores.models import TopicQuestion
from tests.booking.brought.hostile import drawn
from tests.cast import World, make_visit, now_utc
from video.models import ChatMessage, Participant, Room

MARK = "Zyphiroth"
NUMBER = "639980777"
PHONE = {"phone": f"+33{NUMBER}"}
ENGLISH = {"accept-language": "en"}
HOUR = dt.timedelta(hours=1)


def photo(colour: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{MARK}.png", drawn("PNG", colour=colour))


def page_of(visit: Appointment) -> str:
    return f"/tilleul/appointments/{visit.pk}/"


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
    _join_and_open(world, visit)
    _meet_in_the_room(visit)
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


def _join_and_open(world: World, visit: Appointment) -> None:
    now, brand = now_utc(), visit.brand
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


def _meet_in_the_room(visit: Appointment) -> None:
    now, brand, said = now_utc(), visit.brand, f"Dear {MARK}"
    seats = Room.objects.create(id=visit.pk, brand=brand, appointment=visit)
    seat = Participant.objects.create(
        brand=brand, room=seats, role="customer", first_name=MARK
    )
    ChatMessage.objects.create(
        brand=brand, room=seats, participant=seat, text=said, posted_at=now
    )


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
    server = Redis.from_url(str(settings.CACHES["default"]["LOCATION"]))
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
