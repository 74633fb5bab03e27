"""What the table of messages refuses, whoever writes to it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from notifications.models import Delivery
from stores.models import Membership, StaffMember
from tests.cast import make_visit, make_world, next_step, now_utc
from tests.walls import refused_by

pytestmark = pytest.mark.django_db


@pytest.fixture
def message() -> dict[str, Any]:
    world, now = make_world(), now_utc()
    visit = make_visit(world, starts_at=next_step(now), now=now)
    return {
        "brand": world.brand,
        "appointment": visit,
        "sequence": 0,
        "kind": "confirmed",
        "channel": "email",
        "due_at": now,
        "useless_after": now + dt.timedelta(hours=1),
    }


def test_a_message_is_planned_once(message: dict[str, Any]) -> None:
    Delivery.objects.create(**message)
    with refused_by("delivery_once"):
        Delivery.objects.create(**message)
    Delivery.objects.create(**message | {"sequence": 1})
    Delivery.objects.create(**message | {"recipient": "staff"})


@pytest.fixture
def to_bob(message: dict[str, Any]) -> dict[str, Any]:
    """Of a person of the staff, for an absence."""
    bob = StaffMember.objects.get(brand=message["brand"], first_name="Bob")
    subject = {"staff_member": bob, "occasion": "absence-1", "recipient": "itself"}
    return message | {"appointment": None} | subject


def test_a_message_has_one_subject(
    message: dict[str, Any], to_bob: dict[str, Any]
) -> None:
    member = Membership.objects.filter(brand=message["brand"]).first()
    bob = to_bob["staff_member"]
    for others in (
        {"appointment": None},
        {"staff_member": bob},
        {"member": member},
        {"appointment": None, "staff_member": bob, "member": member},
    ):
        with refused_by("delivery_one_subject"):
            Delivery.objects.create(**message | others)
    Delivery.objects.create(**message)
    Delivery.objects.create(**to_bob)
    Delivery.objects.create(**to_bob | {"staff_member": None, "member": member})


@pytest.mark.parametrize("subject", ["person", "member"])
def test_each_occasion_is_told_once(to_bob: dict[str, Any], subject: str) -> None:
    member = Membership.objects.filter(brand=to_bob["brand"]).first()
    if subject == "member":
        to_bob |= {"staff_member": None, "member": member}
    Delivery.objects.create(**to_bob)
    with refused_by(
        f"delivery_once_for_{'person' if subject != 'member' else subject}"
    ):
        Delivery.objects.create(**to_bob)
    Delivery.objects.create(**to_bob | {"occasion": "absence-2"})
    Delivery.objects.create(**to_bob | {"kind": "absence_answered"})


def test_a_visit_may_be_told_of_several_occasions(message: dict[str, Any]) -> None:
    Delivery.objects.create(**message | {"occasion": "promise-1"})
    Delivery.objects.create(**message | {"occasion": "promise-2"})


def test_a_subject_takes_its_messages_with_it(to_bob: dict[str, Any]) -> None:
    member = Membership.objects.filter(brand=to_bob["brand"]).first()
    assert member is not None
    Delivery.objects.create(**to_bob | {"staff_member": None, "member": member})
    member.delete()
    assert not Delivery.objects.exists()


def test_a_message_is_of_use_for_a_while(message: dict[str, Any]) -> None:
    with refused_by("delivery_useful"):
        Delivery.objects.create(**message | {"useless_after": message["due_at"]})


def test_a_message_is_in_a_state_that_we_know(message: dict[str, Any]) -> None:
    with refused_by("delivery_state"):
        Delivery.objects.create(**message, state="lost")
