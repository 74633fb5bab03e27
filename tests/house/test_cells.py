"""Who may do what: each address as each role of each scope, at each level."""

from __future__ import annotations

import dataclasses

import pytest

from stores.models import Level
from tests.house.cells import GROUPS, IN, LIKE_A_STRANGER, Group
from tests.house.probing import browser_of, outcome, people_of
from tests.house.routes import make_scene, our_routes
from tests.shares import WHOLE

pytestmark = pytest.mark.django_db

LESSER = {"adviser_of_store": Level.PIN, "admin_of_brand": Level.DEVICE}
"""A lesser session is asked before anybody's role: two of them stand for all."""


def test_every_address_has_its_cells_and_only_one_set() -> None:
    named = [name for group in GROUPS for name in group.addresses]
    named += sorted(LIKE_A_STRANGER)
    assert sorted(named) == sorted(route.name for route in our_routes())


def test_each_role_of_each_scope_gets_as_far_as_its_cell_says() -> None:
    scene = make_scene()
    people = people_of(scene.world)
    full = {who: browser_of(user, Level.FULL) for who, user in people.items()}
    lesser = {
        level.value: browser_of(people[who], level) for who, level in LESSER.items()
    }
    addresses = {route.name: scene.address(route) for route in our_routes()}
    wrong = []
    for group in GROUPS:
        for name in group.addresses:
            browsers = {who: full[who] for who in asked(group, name)} | lesser
            for who, browser in browsers.items():
                word, cell = outcome(browser, addresses[name]), getattr(group, who)
                if word != cell:
                    wrong.append(f"{name} ({group.name}), {who}: {word}, not {cell}")
    assert not wrong, "\n".join(wrong)


def asked(group: Group, name: str) -> list[str]:
    """Everybody at the first address of a group; then the first who is let in, and
    every third of those who are refused, others at each address."""
    people = [field.name for field in dataclasses.fields(group)][2:-2]
    if name == group.addresses[0] or WHOLE:
        return people
    let_in = [who for who in people if getattr(group, who) == IN]
    refused = [who for who in people if who not in let_in]
    return let_in[:1] + refused[group.addresses.index(name) % 3 :: 3]
