"""`manage.py check_data` is silent over sound rows and names what is not."""

from __future__ import annotations

import datetime as dt
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from pytest_django import Settings

from booking.models import AccessLink, Appointment, Hold, Occupancy
from notifications.models import Delivery
from stores.models import LegalText, Posting, StaffMember, Store
from tests.cast import now_utc
from tests.house.routes import Scene, make_scene

pytestmark = pytest.mark.django_db

HOUR = dt.timedelta(hours=1)


def findings() -> str:
    said = StringIO()
    try:
        call_command("check_data", stdout=said)
    except CommandError:
        assert said.getvalue()
    return said.getvalue()


@pytest.fixture
def scene() -> Scene:
    return make_scene()


def test_sound_rows_are_passed_over(scene: Scene) -> None:
    assert "nothing found" in findings()


def test_the_demo_is_sound(settings: Settings, tmp_path: Path) -> None:
    settings.DEBUG = True
    settings.STATE_DIR = tmp_path
    call_command("seed")
    assert findings().strip().endswith("nothing found.")


def test_a_visit_that_takes_no_time_is_named(scene: Scene) -> None:
    Occupancy.objects.filter(appointment=scene.visit).update(active=False)
    assert f"live_without_time {scene.visit.pk}" in findings()


def test_time_that_belongs_to_no_visit_is_named(scene: Scene) -> None:
    Appointment.objects.filter(pk=scene.visit.pk).update(status="cancelled_by_store")
    assert "time_without_visit" in findings()


def test_time_of_another_adviser_is_named(scene: Scene) -> None:
    rows = Occupancy.objects.filter(appointment=scene.visit)
    rows.update(agenda=scene.world.charlie.agenda)
    assert "another adviser" in findings()


def test_a_hold_of_nothing_is_named(scene: Scene) -> None:
    Occupancy.objects.filter(hold=scene.hold).delete()
    assert Hold.objects.exists()
    assert "hold_without_time" in findings()


def test_a_link_that_opens_nothing_is_named(scene: Scene) -> None:
    link = AccessLink.objects.filter(appointment=scene.visit, purpose="customer")
    link.update(token_hash="0" * 64)
    assert "derives to another token" in findings()
    link.update(key_id="gone")
    assert "LINK_KEYS has no gone" in findings()
    link.delete()
    assert "visit_without_link" in findings()


def test_a_row_that_changed_without_history_is_named(scene: Scene) -> None:
    Appointment.objects.filter(pk=scene.visit.pk).update(version=7)
    assert "history_behind" in findings()


def test_a_message_that_nobody_sends_is_named(scene: Scene) -> None:
    Delivery.objects.create(
        brand=scene.world.brand,
        appointment=scene.visit,
        sequence=0,
        kind="confirmed",
        channel="email",
        due_at=now_utc() - HOUR,
        useless_after=now_utc() + HOUR,
    )
    assert "message_stuck" in findings()


def test_a_zone_that_is_none_is_named(scene: Scene) -> None:
    Store.objects.filter(pk=scene.world.store.pk).update(time_zone="Europe/Lille")
    assert "zone_unknown" in findings()


def test_somebody_with_a_post_and_no_agenda_is_named(scene: Scene) -> None:
    alone = StaffMember.objects.create(brand=scene.visit.brand, first_name="Nadia")
    assert "agenda_missing" not in findings()
    Posting.objects.create(
        brand=alone.brand, staff_member=alone, store=scene.visit.store
    )
    assert f"agenda_missing {alone.pk}" in findings()


def test_a_brand_that_names_another_legal_version_is_named(scene: Scene) -> None:
    brand = scene.world.brand
    LegalText.objects.create(
        brand=brand, kind="terms", language="fr", version=2, published_at=now_utc()
    )
    assert f"legal_copy_behind {brand.pk}: terms fr: says 0, stands 2" in findings()
