"""What one booking sends: a statement more is a decision, not an accident."""

from __future__ import annotations

import pytest

from benchmarks import _clients
from benchmarks._statements import captured_booking, kept_statements
from stores.models import Posting
from tests.cast import now_utc
from visavis.demo.nation import plant_nation

pytestmark = pytest.mark.django_db


def test_the_file_holds_the_statements_of_a_real_booking() -> None:
    plant_nation(stores=2, staff=4, now=now_utc(), progress=lambda *_: None)
    posting = Posting.objects.select_related("store", "staff_member").earliest("pk")
    sent = captured_booking(_clients.free_targets([posting])[0])
    assert sent == kept_statements()
    assert len(sent) == 7
