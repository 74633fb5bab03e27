"""The morning of a coming day, before which hours are given back."""

from __future__ import annotations

import datetime as dt

import pytest

from tests.booking.wishes.lines import at
from tests.cast import World


@pytest.fixture
def morning(world: World) -> dt.datetime:
    return at(world, 9)
