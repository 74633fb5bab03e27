"""Every move in any order: what the rows say is what a small model says.

A share of what `./run torture moves` does for thousands of runs.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.booking.diary_calls import LifeMachine
from tests.booking.diary_machine import prepare
from tests.cast import make_world


@pytest.mark.django_db
def test_all_moves_agree_with_the_model() -> None:
    LifeMachine.world = make_world()
    prepare(LifeMachine.world)
    run_state_machine_as_test(
        LifeMachine,
        settings=settings(
            max_examples=8,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert LifeMachine.done["book"]
