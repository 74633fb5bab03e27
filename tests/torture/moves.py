"""Every move of a visit in any order, against a small model: `./run torture moves`.

Hypothesis draws runs of holding, booking, moving, overlapping, cancelling, undoing,
reopening, arriving, starting, ending, missing and calling; after each step all rows,
events and taken time equal those of `tests/oracles/diary_model.py`.

Keys: `runs`; `steps` (done or refused as the model says); `done` and `refused` by name
of the move; `disagreements` (0 or 1: Hypothesis stops at the first, and prints the
shortest run that shows it).
"""

from __future__ import annotations

import time
import traceback

from hypothesis import HealthCheck, Verbosity, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.cast import make_world
from tests.oracles.diary_calls import LifeMachine
from tests.oracles.diary_machine import prepare
from tests.torture._place import chosen, own_database, report


def main(argv: list[str]) -> int:
    choice = chosen("moves", argv)
    runs = choice.pick(25, 400)
    wrong = 0
    with own_database():
        LifeMachine.world = make_world()
        prepare(LifeMachine.world)
        began = time.process_time()
        try:
            run_state_machine_as_test(
                LifeMachine,
                settings=settings(
                    max_examples=runs,
                    stateful_step_count=50,
                    deadline=None,
                    database=None,
                    verbosity=Verbosity.quiet,
                    suppress_health_check=list(HealthCheck),
                ),
            )
        except Exception:
            traceback.print_exc()
            wrong = 1
        used = time.process_time() - began
    done = LifeMachine.done
    return report(
        choice,
        {"disagreements": 0},
        runs=runs,
        steps=done.total(),
        done={name: n for name, n in sorted(done.items()) if ":" not in name},
        refused={name: n for name, n in sorted(done.items()) if ":" in name},
        disagreements=wrong,
        cpu_s=round(used, 1),
    )
