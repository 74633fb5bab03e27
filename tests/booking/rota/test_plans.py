"""The plan for many visits, against all plans that there are."""

from __future__ import annotations

import itertools
import random
import uuid

from hypothesis import given
from hypothesis import strategies as st

from booking.rota.plans import NOBODY, Option, Options, Plan, cost_of, least_disturbing

VISITS = [uuid.UUID(int=number) for number in range(1, 201)]


def option(cost: int, staff_id: int, first: int, length: int = 2) -> Option[str]:
    taken = ((1 << length) - 1) << first
    return Option(f"{staff_id}@{first}", cost, staff_id, taken)


def is_possible(plan: Plan[str]) -> bool:
    return not any(a.meets(b) for a, b in itertools.combinations(plan.values(), 2))


def least_of_all(options: Options[str]) -> int:
    """Tries every plan."""
    best = NOBODY * len(options)
    each = [[None, *found] for found in options.values()]
    for picked in itertools.product(*each):
        plan = {v: one for v, one in zip(options, picked, strict=True) if one}
        if is_possible(plan):
            best = min(best, cost_of(plan, options))
    return best


few_options = st.lists(
    st.builds(
        option,
        st.integers(0, 400),
        st.integers(1, 2),
        st.integers(0, 5),
        st.integers(1, 3),
    ),
    max_size=4,
)


@given(st.lists(few_options, max_size=5))
def test_the_plan_is_the_best_there_is(found: list[list[Option[str]]]) -> None:
    options = dict(zip(VISITS, found, strict=False))
    plan = least_disturbing(options)
    assert is_possible(plan)
    assert all(one in options[visit] for visit, one in plan.items())
    assert cost_of(plan, options) == least_of_all(options)


def test_eight_who_want_one_person_are_planned_as_well_as_by_trying_all() -> None:
    """All at one hour; one colleague is there, and the hours around are hers, too."""
    options = {
        visit: [option(0, 7, 20), option(90, 7, 22 + number % 3 * 2)]
        for number, visit in enumerate(VISITS[:8])
    }
    plan = least_disturbing(options)
    assert cost_of(plan, options) == least_of_all(options)
    assert len(plan) == 4


def test_who_has_one_way_only_is_not_crowded_out() -> None:
    one_way, many = VISITS[0], VISITS[1]
    options = {
        many: [option(0, 1, 0), option(30, 2, 0)],
        one_way: [option(10, 1, 0)],
    }
    plan = least_disturbing(options)
    assert {visit: one.choice for visit, one in plan.items()} == {
        many: "2@0",
        one_way: "1@0",
    }


def test_two_hundred_visits_all_find_a_place_where_there_is_one() -> None:
    """Twenty colleagues, whose days hold a few more than all visits."""
    draw = random.Random(7)
    options = {}
    for visit in VISITS:
        at = draw.randrange(0, 22) * 2
        options[visit] = [
            option(abs(first - at) * 5, staff, first)
            for staff in draw.sample(range(20), 8)
            for first in range(max(0, at - 12), min(44, at + 12), 2)
        ]
    plan = least_disturbing(options)
    assert is_possible(plan)
    assert len(plan) == len(VISITS)
    assert plan == least_disturbing(options)
