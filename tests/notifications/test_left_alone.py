"""What is said of a visit where nobody of the staff came, and of the call we owe."""

from __future__ import annotations

import pytest

from booking.models import Actor, Appointment
from booking.promises.calls import promise_call
from booking.services.attendance import record_arrival
from booking.services.callbacks import record_call_attempt
from notifications.models import Delivery
from notifications.outbox.dispatch import sweep
from stores.models import Membership, Role
from tests.booking.asking import MINUTE
from tests.cast import World, make_user, next_step, now_utc
from tests.notifications.bookings import book
from tests.notifications.post_office import PostOffice, part_of


@pytest.fixture
def visit(world: World) -> Appointment:
    now = now_utc()
    visit = book(world, starts_at=next_step(now, minutes=60), now=now)
    record_arrival(appointment=visit, by=Actor.customer(), now=visit.starts_at)
    return visit


@pytest.fixture
def mia(world: World) -> Membership:
    user = make_user("mia@tilleul.example", "Mia Blin")
    return Membership.objects.create(
        brand=world.brand, user=user, role=Role.MANAGER, store=world.store
    )


def test_who_is_left_alone_gets_a_message_with_the_ways_out(
    visit: Appointment, post_office: PostOffice
) -> None:
    now = visit.starts_at + 5 * MINUTE
    sweep(now=now)
    sweep(now=now + MINUTE)
    mail = post_office.arrived[-1]
    assert len(post_office.arrived) == 2  # what was booked, and this
    assert "Personne ne vous a rejoint" in str(mail["Subject"])
    text = part_of(mail, "plain")
    assert "dans les 15 minutes" in text
    assert "/r/" in text
    by = visit.deliveries.filter(kind="nobody_came").values_list("channel", flat=True)
    assert "email" in set(by)


def test_half_of_the_time_later_the_managers_are_told(
    visit: Appointment, mia: Membership, post_office: PostOffice
) -> None:
    now = visit.starts_at + 5 * MINUTE
    promise = promise_call(appointment=visit, by=Actor.customer(), now=now)
    sweep(now=now)
    told = visit.deliveries.get(kind="call_due")
    assert told.due_at == promise.half_at
    sweep(now=promise.half_at)
    mail = post_office.arrived[-1]
    assert str(mail["X-Envelope-To"]) == mia.user.email
    text = part_of(mail, "plain")
    assert f"/staff/appointments/{visit.pk}/" in text
    assert "Alice" not in text


def test_a_call_in_time_alarms_nobody(
    world: World, visit: Appointment, mia: Membership, post_office: PostOffice
) -> None:
    now = visit.starts_at + 5 * MINUTE
    promise = promise_call(appointment=visit, by=Actor.customer(), now=now)
    sweep(now=now)
    record_call_attempt(
        appointment=visit, result="reached", user=world.bob.user, now=now + MINUTE
    )
    sweep(now=promise.half_at)
    assert visit.deliveries.get(kind="call_due").state == Delivery.State.VOID
