"""Alice's visit with Bob begins in five minutes: the room's door is open."""

from __future__ import annotations

import pytest

from booking.models import Appointment
from tests.cast import World
from tests.video.visitors import visit_soon


@pytest.fixture
def visit(world: World) -> Appointment:
    return visit_soon(world)
