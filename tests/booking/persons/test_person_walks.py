"""Whatever is proven, said, taken back and erased: a person is what proofs hold."""

from __future__ import annotations

import datetime as dt
from itertools import combinations, product

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from booking.models import Appointment, Customer
from booking.persons.saying import take_back_same_person
from stores.erasing import erase_due
from tests.booking.persons.stories import are_sound, join, person_of, say, strangers
from tests.cast import World, now_utc

pytestmark = pytest.mark.django_db
STORIES = range(5)

Act = tuple[str, int, int]
PAIRS = st.sampled_from(list(combinations(STORIES, 2)))
ACTS = st.tuples(st.sampled_from(["join", "say", "back", "back", "erase"]), PAIRS).map(
    lambda drawn: (drawn[0], *drawn[1])
)


class Model:
    """The proofs as a set, and persons by brute force: who reaches whom."""

    def __init__(self) -> None:
        self.living = set(STORIES)
        self.proofs: set[Act] = set()

    def do(self, act: Act) -> bool:
        """False where it cannot be done: somebody has been erased."""
        kind, one, other = act
        if kind == "erase":
            self.living.discard(one)
            self.proofs = {p for p in self.proofs if one not in p[1:]}
        elif not {one, other} <= self.living:
            return False
        elif kind == "back":
            self.proofs.discard(("say", one, other))
        else:
            self.proofs.add(act)
        return True

    def together(self) -> set[tuple[int, int]]:
        reached = {(one, other) for _, one, other in self.proofs}
        reached |= {(other, one) for one, other in reached}
        for middle, one, other in product(STORIES, repeat=3):
            if (one, middle) in reached and (middle, other) in reached:
                reached.add((one, other))
        return {(one, other) for one, other in reached if one < other}


def do(world: World, visits: list[Appointment], act: Act) -> None:
    kind, one, other = act[0], visits[act[1]], visits[act[2]]
    if kind == "join":
        join(one, other)
    elif kind == "say":
        say(world, one, other)
    elif kind == "back":
        take_back_same_person(
            one=one.customer, other=other.customer, user=world.dora, now=now_utc()
        )
    else:
        past = now_utc() - dt.timedelta(days=1)
        Appointment.objects.filter(pk=one.pk).update(erase_after=past)
        Customer.objects.filter(pk=one.customer_id).update(erase_after=past)
        erase_due(now=now_utc())


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.lists(ACTS, min_size=2, max_size=8))
def test_a_person_is_what_living_proofs_hold(world: World, acts: list[Act]) -> None:
    with transaction.atomic():
        visits, model = strangers(world, len(STORIES)), Model()
        for act in acts:
            if not model.do(act):
                continue
            do(world, visits, act)
            persons = [person_of(visit) for visit in visits]
            found = {
                (one, other)
                for one, other in combinations(STORIES, 2)
                if persons[one] is not None and persons[one] == persons[other]
            }
            assert found == model.together(), acts
            assert are_sound()
        transaction.set_rollback(True)
