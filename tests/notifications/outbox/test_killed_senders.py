"""The share of `./run torture deliver` that runs each time: twenty senders killed."""

from __future__ import annotations

import random

import pytest

from tests.cast import World
from tests.torture.deliver import killing


@pytest.mark.django_db(transaction=True)
def test_twenty_killed_senders_lose_nothing_and_repeat_at_most_what_they_held(
    world: World,
) -> None:
    chance = random.Random(5)
    found = killing(world, kills=20, visits=60, chance=chance, longest=0.1)
    assert found["kills"] == 20
    assert found["lost"] == 0
    assert found["same_key_other_body"] == 0
    assert int(str(found["duplicate_attempts"])) <= 20
