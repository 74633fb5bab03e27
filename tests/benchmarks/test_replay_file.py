"""What `bench booking` replays is what a booking sends."""

from __future__ import annotations

import pytest

from benchmarks import _clients
from benchmarks._replay import captured_booking, kept_statements
from stores.models import Posting
from tests.cast import now_utc
from visavis.demo.nation import plant_nation

pytestmark = pytest.mark.django_db


@pytest.fixture
def target() -> _clients.Target:
    plant_nation(stores=2, staff=4, now=now_utc(), progress=lambda *_: None)
    posting = Posting.objects.select_related("store", "staff_member").earliest("pk")
    return _clients.free_targets([posting])[0]


def test_the_file_holds_the_statements_of_a_real_booking(
    target: _clients.Target,
) -> None:
    captured = captured_booking(target)
    assert captured.templates == kept_statements()
    assert len(captured.templates) == 8


def test_the_replay_leaves_no_time_and_no_identity_of_the_real_one(
    target: _clients.Target,
) -> None:
    captured = captured_booking(target)
    script = captured.script()
    assert str(captured.taken.starts_at) not in script
    assert str(captured.taken.appointment_id).replace("-", "") not in script
    assert script.count("BEGIN;") == script.count("COMMIT;") == 0
    assert f"'{{{captured.taken.agenda_id}}}'" not in script
