"""What is due is erased once, in small batches, and leaves a tombstone."""

from __future__ import annotations

import datetime as dt
import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from booking.models import AccessLink, Actor, Appointment, Customer, Hold
from booking.services.rescheduling import move_appointment
from stores.erasing import erase_due
from stores.models import AbsenceRequest, StaffMember, Tombstone
from tests.cast import now_utc
from tests.house.routes import Scene, make_scene
from video.models import ChatMessage, Participant

DAY = dt.timedelta(days=1)
MARK = "Zéphyrine"
pytestmark = pytest.mark.django_db


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def customer_of(scene: Scene) -> Customer:
    return Customer.objects.get(pk=scene.visit.customer_id)


def test_nothing_of_a_visit_goes_before_its_date(scene: Scene) -> None:
    erase_due(now=scene.visit.erase_after - dt.timedelta(seconds=1))
    assert customer_of(scene).name
    assert AccessLink.objects.filter(appointment=scene.visit).exists()


def test_the_visit_stays_and_its_customer_goes(scene: Scene) -> None:
    now = scene.visit.erase_after
    erase_due(now=now, batch=1)
    kept = customer_of(scene)
    assert (kept.name, kept.email, kept.phone, kept.erased_at) == ("", "", "", now)
    visit = Appointment.objects.get(pk=scene.visit.pk)
    assert (visit.status, visit.erased_at) == (scene.visit.status, now)
    assert not AccessLink.objects.filter(appointment=visit).exists()
    assert not Hold.objects.exists()
    assert Tombstone.objects.filter(table="booking.customer", row=kept.pk).count() == 1
    assert not erase_due(now=now)


def test_who_moved_the_visit_is_kept_as_long_after_it(scene: Scene) -> None:
    before = scene.visit.erase_after
    moved = move_appointment(
        appointment=scene.visit,
        by=Actor.system(),
        now=now_utc(),
        starts_at=scene.visit.starts_at + 10 * DAY,
    )
    assert moved.erase_after == before + 10 * DAY
    erase_due(now=before)
    assert customer_of(scene).name
    erase_due(now=before + 10 * DAY)
    assert not customer_of(scene).name


def test_a_marked_customer_is_found_nowhere_afterwards(scene: Scene) -> None:
    """In no column of any table, whatever its type."""
    mail = f"{MARK}@example.com"
    rows = Customer.objects.filter(pk=scene.visit.customer_id)
    rows.update(name=f"{MARK} Roy", email=mail, phone="+33612345678")
    Appointment.objects.filter(pk=scene.visit.pk).update(question=f"{MARK} asks")
    seat = Participant.objects.create(
        brand=scene.visit.brand,
        room=scene.room,
        role="guest",
        first_name=MARK,
        erase_after=scene.visit.erase_after,
    )
    ChatMessage.objects.create(
        brand=scene.visit.brand,
        room=scene.room,
        participant=seat,
        text=f"I am {MARK}",
        posted_at=now_utc(),
        erase_after=now_utc(),
    )
    places = {
        ("booking_customer", "name"),
        ("booking_customer", "email"),
        ("booking_appointment", "question"),
        ("video_participant", "first_name"),
        ("video_chatmessage", "text"),
    }
    assert columns_with(MARK) == places
    erase_due(now=scene.visit.erase_after)
    assert columns_with(MARK) == columns_with("+33612345678") == set()


def columns_with(text: str) -> set[tuple[str, str]]:
    found = set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = 'public'"
        )
        for table, column in cursor.fetchall():
            cursor.execute(
                f'SELECT 1 FROM "{table}" WHERE "{column}"::text LIKE %s LIMIT 1',  # noqa: S608
                [f"%{text}%"],
            )
            if cursor.fetchone():
                found.add((table, column))
    return found


def test_a_colleague_who_left_is_a_word(scene: Scene) -> None:
    bob = scene.world.bob.staff_member
    StaffMember.objects.filter(pk=bob.pk).update(erase_after=now_utc())
    erase_due(now=now_utc())
    bob.refresh_from_db()
    assert (bob.first_name, bob.last_name) == ("", "")
    assert bob.display_name in ("Adviser", "Conseiller")


def test_the_words_of_an_absence_go_before_its_row(scene: Scene) -> None:
    rows = AbsenceRequest.objects.filter(pk=scene.asked.pk)
    rows.update(note=f"{MARK} is ill", answer=MARK)
    over = scene.asked.ends_at
    erase_due(now=over + 30 * DAY - dt.timedelta(seconds=1))
    assert rows.get().note
    erase_due(now=over + 30 * DAY)
    assert (rows.get().note, rows.get().answer) == ("", "")
    erase_due(now=over + 366 * DAY)
    assert not rows.exists()


def test_a_restored_database_forgets_again(scene: Scene, tmp_path: Path) -> None:
    erase_due(now=scene.visit.erase_after)
    said = StringIO()
    call_command("erase", "--export", stdout=said)
    stones = tmp_path / "stones"
    stones.write_text(said.getvalue())
    rows = Customer.objects.filter(pk=scene.visit.customer_id)
    rows.update(name="Restored Roy", email="restored@example.com", erased_at=None)
    call_command("erase", "--replay", str(stones), stdout=StringIO())
    assert customer_of(scene).name == customer_of(scene).email == ""
    assert Tombstone.objects.filter(why="replayed").count() == 1


def test_a_tombstone_of_no_table_of_ours_is_refused(tmp_path: Path) -> None:
    stones = tmp_path / "stones"
    stones.write_text(json.dumps({"table": "booking.nothing", "row": "1"}))
    with pytest.raises(CommandError):
        call_command("erase", "--replay", str(stones))
