"""The demo brands: made once, whole, and only in development."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from booking.models import Appointment, AppointmentEvent
from booking.stages import is_away
from booking.states import Status
from stores.models import Brand, Offer, StaffMember, Store, User, WorkingHours
from tests.cast import now_utc
from video.models import Participant

pytestmark = pytest.mark.django_db


@pytest.fixture
def development(settings: Settings, tmp_path: Path) -> Path:
    settings.DEBUG = True
    settings.STATE_DIR = tmp_path
    settings.SITE_URL = "http://127.0.0.1:8000"
    return tmp_path


def seed(*arguments: str, visits: bool = False) -> str:
    """Without visits by default: they are what takes the time."""
    said = StringIO()
    call_command("seed", *arguments, without_visits=not visits, stdout=said)
    return said.getvalue()


def test_plants_both_brands(development: Path) -> None:
    seed()
    kinds = Store.objects.filter(brand__slug="tilleul").values_list("kind", flat=True)
    assert sorted(kinds) == ["remote", *["shop"] * 6]
    assert Store.objects.filter(brand__slug="banque-du-port").count() == 4


def test_the_remote_team_is_open_day_and_night_without_notice(
    development: Path,
) -> None:
    seed()
    team = Store.objects.get(brand__slug="tilleul", kind="remote")
    assert StaffMember.objects.filter(postings__store=team).count() >= 6
    hours = WorkingHours.objects.filter(store=team)
    assert {(row.starts_at, row.minutes) for row in hours} == {(dt.time(0), 1440)}
    assert {row.weekday for row in hours} == set(range(7))
    offers = Offer.objects.filter(store=team, active=True)
    assert {(offer.step, offer.minimum_notice) for offer in offers} == {(5, 0)}
    assert {offer.channel for offer in offers} == {"video", "callback"}


def test_the_day_has_begun_when_somebody_first_looks(development: Path) -> None:
    seed(visits=True)
    visits = Appointment.objects.filter(brand__slug="tilleul")
    team = visits.filter(store__kind="remote")
    waiting = team.filter(status=Status.ARRIVED).order_by("starts_at")
    assert [row.staff_member.first_name for row in waiting] == ["Paul", "Inès"]
    for row in waiting:
        assert not is_away(row, now_utc())
        seat = Participant.objects.get(room=row.pk, role=Participant.Role.CUSTOMER)
        assert seat.waiting_since == row.events.get(kind="arrived").occurred_at
        assert seat.present_at == row.seen_at
    assert team.filter(status=Status.IN_PROGRESS).exists()
    assert team.filter(status=Status.MISSED_BY_CUSTOMER).exists()
    assert team.filter(channel="callback", status=Status.CONFIRMED).count() >= 2
    assert visits.filter(store__slug="lille").count() >= 8
    assert not visits.exclude(customer__email="").exists()


def test_a_second_seed_changes_nothing(development: Path) -> None:
    seed()
    before = (Brand.objects.count(), User.objects.count(), Offer.objects.count())
    seed()
    seed("--if-empty")
    after = (Brand.objects.count(), User.objects.count(), Offer.objects.count())
    assert after == before


def test_if_empty_leaves_a_database_with_a_brand_alone(development: Path) -> None:
    Brand.objects.create(slug="mine", name="Mine", short_name="Mine")
    assert seed("--if-empty", "--print-logins") == ""
    assert list(Brand.objects.values_list("slug", flat=True)) == ["mine"]


def test_a_missing_brand_comes_back(development: Path) -> None:
    seed()
    Brand.objects.filter(slug="banque-du-port").update(slug="another-bank")
    User.objects.filter(email__endswith="@banque-du-port.example").delete()
    seed()
    assert Brand.objects.filter(slug="banque-du-port").exists()


def test_the_printed_log_ins_open(development: Path) -> None:
    said = seed("--print-logins")
    lines = [line.split() for line in said.splitlines() if " / " in line]
    assert len(lines) >= 7
    for *_, email, _slash, password in lines:
        assert User.objects.get(email=email).check_password(password)
    assert "http://127.0.0.1:8000/tilleul/" in said


def test_the_password_is_made_once_and_private(development: Path) -> None:
    first = seed("--print-logins")
    assert seed("--print-logins") == first
    assert (development / "demo-password").stat().st_mode & 0o777 == 0o600


def test_a_reset_state_folder_gives_the_old_rows_the_new_password(
    development: Path,
) -> None:
    seed()
    (development / "demo-password").unlink()
    seed("--if-empty")
    password = (development / "demo-password").read_text().strip()
    assert User.objects.get(email="ines@tilleul.example").check_password(password)


def test_nothing_is_planted_outside_development(
    development: Path, settings: Settings
) -> None:
    settings.DEBUG = False
    with pytest.raises(CommandError, match="VISAVIS_DEBUG"):
        seed()
    assert not Brand.objects.exists()


def test_nobody_invented_is_written_to(development: Path) -> None:
    seed(visits=True)
    assert AppointmentEvent.objects.exists()
    assert not AppointmentEvent.objects.unrelayed().exists()
