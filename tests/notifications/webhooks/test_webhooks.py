"""A brand's own programs are told of what happens, signed, once, without a person."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator

import pytest
from pytest_django import Settings

from booking.links import permanent_url
from booking.models import Actor, Appointment, EventKind
from booking.services.cancelling import cancel_appointment
from notifications.models import Delivery, WebhookEndpoint
from notifications.outbox.dispatch import Sender, sweep
from notifications.outbox.sending import Result
from notifications.queries import plan_again
from notifications.signatures import is_signed
from notifications.webhooks.endpoints import (
    PATIENCE,
    add_endpoint,
    resume,
    rotate_secret,
    try_endpoint,
)
from notifications.webhooks.secrets import BOTH_FOR, secret_of, valid_secrets
from stores.erasing import erase_due
from tests.cast import ALICE, World, now_utc
from tests.notifications import receiver as receivers
from tests.notifications.bookings import (
    DAY,
    SECOND,
    book,
    end_the_leases,
    on_the_grid,
    plan_all,
)
from tests.notifications.gateway_twin import Call
from tests.notifications.post_office import PostOffice
from tests.notifications.receiver import Receiver

State = Delivery.State
ALL = [str(kind) for kind in EventKind.values]


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    settings.WEBHOOK_ALLOW_PRIVATE = True
    with receivers.opened() as found:
        yield found


def endpoint_at(
    world: World, url: str, *, kinds: list[str] | None = None
) -> WebhookEndpoint:
    return add_endpoint(
        brand=world.brand, url=url, kinds=kinds or ALL, active=True, now=now_utc()
    )


def visit_of(world: World, *, days: int = 3) -> Appointment:
    now = now_utc()
    return book(world, starts_at=on_the_grid(now + days * DAY), now=now)


def call_of(visit: Appointment) -> Delivery:
    return visit.deliveries.get(channel="webhook")


def signed_by(secret: str, call: Call) -> bool:
    return is_signed(
        secret,
        call.headers,
        method="POST",
        path=call.path,
        body=call.body,
        now=now_utc(),
    )


def test_a_booking_is_told_with_a_signature_and_without_a_person(
    world: World, post_office: PostOffice, receiver: Receiver
) -> None:
    endpoint = endpoint_at(world, receiver.url)
    visit = visit_of(world)
    sweep(now=now_utc())
    [call] = receiver.calls
    assert signed_by(secret_of(endpoint), call)
    assert not signed_by(secret_of(endpoint) + "x", call)
    told = call.told
    assert told["type"] == "appointment.booked"
    assert told["id"] == str(visit.events.get().pk)
    assert told["appointment"]["id"] == str(visit.pk)
    assert told["appointment"]["version"] == visit.version
    token = permanent_url(visit).rpartition("/")[2]
    for secret in (*ALICE.values(), "Alice", token, str(visit.customer_id)):
        assert secret not in json.dumps(told, ensure_ascii=False)
    [attempt] = endpoint.attempts.all()
    assert (attempt.status, attempt.problem, attempt.number) == (204, "", 1)
    assert call_of(visit).state == State.SENT


def test_only_the_events_that_are_wanted_and_each_once(
    world: World, post_office: PostOffice, receiver: Receiver
) -> None:
    endpoint_at(world, receiver.url, kinds=["cancelled"])
    visit, now = visit_of(world), now_utc()
    sweep(now=now)
    cancel_appointment(appointment=visit, by=Actor.customer(), now=now)
    for _ in range(2):
        plan_again(visit)
        sweep(now=now)
    assert receiver.types == ["appointment.cancelled"]


def test_what_is_told_is_the_visit_as_it_is(
    world: World, post_office: PostOffice, receiver: Receiver
) -> None:
    """A call that comes late does not bring back what is over."""
    endpoint_at(world, receiver.url, kinds=["booked"])
    visit, now = visit_of(world), now_utc()
    receiver.status = 500
    sweep(now=now)
    cancel_appointment(appointment=visit, by=Actor.customer(), now=now)
    receiver.status = 204
    end_the_leases()
    sweep(now=now)
    first, second = receiver.calls
    assert first.headers["Idempotency-Key"] == second.headers["Idempotency-Key"]
    assert first.told["id"] == second.told["id"]
    assert first.told["appointment"]["status"] == "confirmed"
    assert second.told["appointment"]["status"] == "cancelled_by_customer"


def test_a_failure_is_tried_again_and_logged_with_its_answer(
    world: World, post_office: PostOffice, receiver: Receiver
) -> None:
    endpoint, visit = endpoint_at(world, receiver.url), visit_of(world)
    receiver.status = 503
    sweep(now=now_utc())
    row = call_of(visit)
    assert (row.state, row.problem) == (State.DUE, "answered_503")
    endpoint.refresh_from_db()
    assert endpoint.failing_since is not None
    receiver.status = 200
    end_the_leases()
    sweep(now=now_utc())
    assert WebhookEndpoint.objects.get().failing_since is None
    log = endpoint.attempts.order_by("id").values_list("number", "status", "problem")
    assert list(log) == [(1, 503, "answered_503"), (2, 200, "")]


def test_the_log_is_kept_for_a_month(
    world: World, post_office: PostOffice, receiver: Receiver
) -> None:
    endpoint = endpoint_at(world, receiver.url)
    visit_of(world)
    sweep(now=now_utc())
    endpoint.attempts.update(made_at=now_utc() - 29 * DAY)
    assert not erase_due(now=now_utc())
    endpoint.attempts.update(made_at=now_utc() - 31 * DAY)
    assert erase_due(now=now_utc()) == {"notifications.webhookattempt": 1}
    assert not endpoint.attempts.exists()


def test_a_day_of_failures_pauses_and_resuming_makes_up_for_it(
    world: World, post_office: PostOffice, receiver: Receiver
) -> None:
    endpoint = endpoint_at(world, receiver.url)
    visit_of(world)
    receiver.status, now = 500, now_utc()
    sweep(now=now)
    end_the_leases()
    sweep(now=now + PATIENCE)
    endpoint.refresh_from_db()
    assert endpoint.paused_at == now + PATIENCE
    missed = visit_of(world, days=4)
    sweep(now=now_utc())
    assert (call_of(missed).state, call_of(missed).problem) == (
        State.VOID, "endpoint_paused",
    )  # fmt: skip
    receiver.status, calls = 204, len(receiver.calls)
    assert resume(endpoint=endpoint, now=now_utc()) == 1
    sweep(now=now_utc())
    assert len(receiver.calls) == calls + 1
    assert call_of(missed).state == State.SENT


def test_both_secrets_sign_for_a_day_after_a_rotation(
    world: World, receiver: Receiver
) -> None:
    endpoint, now = endpoint_at(world, receiver.url), now_utc()
    old = secret_of(endpoint)
    assert rotate_secret(endpoint=endpoint, generation=1, now=now)
    assert not rotate_secret(endpoint=endpoint, generation=1, now=now), "sent twice"
    new = secret_of(endpoint)
    try_endpoint(endpoint=endpoint, now=now)
    [call] = receiver.calls
    assert new != old
    assert signed_by(new, call)
    assert signed_by(old, call)
    assert valid_secrets(endpoint, now + BOTH_FOR) == [new]


def test_a_program_that_hangs_holds_up_neither_mails_nor_other_programs(
    world: World, post_office: PostOffice, receiver: Receiver
) -> None:
    """It costs the one call that hung; then it rests, and the others go on."""
    seconds = [0.0]
    with receivers.opened() as slow:
        endpoint_at(world, slow.url)
        endpoint_at(world, receiver.url)
        slow.status = 500

        def hang() -> None:
            seconds[0] += 10

        slow.before_answer = hang
        for days in (2, 3, 4):
            visit_of(world, days=days)
        now = now_utc()
        plan_all(now)
        sender = Sender(clock=lambda: seconds[0])
        results = list(sender.deliver(limit=50, now=now))
        assert len(slow.calls) == 1
        assert results.count(Result.RETRY) == 1
        assert len(receiver.calls) == 3
        assert len(post_office.arrived) == 3
        seconds[0] += 61
        list(sender.deliver(limit=50, now=now))
        assert len(slow.calls) == 2, "it is asked again after its rest"
        sender.close()


def test_a_private_address_is_not_called(
    world: World, post_office: PostOffice, receiver: Receiver, settings: Settings
) -> None:
    settings.WEBHOOK_ALLOW_PRIVATE = False
    endpoint_at(world, receiver.url.replace("http:", "https:"))
    visit = visit_of(world)
    sweep(now=now_utc())
    assert (call_of(visit).state, call_of(visit).problem) == (
        State.DEAD, "address_refused",
    )  # fmt: skip
    assert receiver.calls == []


def test_what_is_too_old_is_not_told(
    world: World, post_office: PostOffice, receiver: Receiver
) -> None:
    endpoint_at(world, receiver.url)
    visit, now = visit_of(world), now_utc()
    plan_all(now)
    sweep(now=now + dt.timedelta(days=3) + SECOND)
    assert call_of(visit).problem == "too_late"
    assert receiver.calls == []
