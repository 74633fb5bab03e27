"""Many are read at once and sent one by one: what changes in between is seen."""

from __future__ import annotations

import datetime as dt

import pytest

from booking.models import Actor, Appointment
from booking.services.attendance import announce_delay, record_arrival
from booking.services.cancelling import cancel_appointment
from notifications.channels.base import Handed, Message
from notifications.models import Delivery, Refusal
from notifications.outbox.claims import claim, look_ahead
from notifications.outbox.dispatch import Sender
from notifications.returns.refusals import refuse
from tests.cast import World, now_utc
from tests.notifications.bookings import (
    DAY,
    HOUR,
    book,
    end_the_leases,
    on_the_grid,
    plan_all,
    the,
)
from tests.notifications.gateway_twin import GatewayTwin
from tests.notifications.post_office import PostOffice

State = Delivery.State


class Interrupted:
    """A channel that lets something happen while it sends the first message."""

    def __init__(self, happens: object) -> None:
        self.happens = happens
        self.sent: list[str] = []

    def send(self, message: Message) -> Handed:
        self.sent.append(message.to)
        if callable(self.happens) and len(self.sent) == 1:
            self.happens()
        return Handed("taken")


def two_reminders(world: World) -> tuple[Appointment, dt.datetime]:
    """Of 0@x.org and then 1@x.org, whose visit is told, and when both are due."""
    now = now_utc()
    starts_at = on_the_grid(now + 3 * DAY)
    visits = [
        book(world, starts_at=starts_at + n * HOUR / 2, now=now, email=f"{n}@x.org")
        for n in range(2)
    ]
    plan_all(now)
    Delivery.objects.filter(kind="confirmed").update(state=State.SENT)
    return visits[1], visits[1].starts_at - DAY + HOUR


def test_a_visit_cancelled_while_another_message_leaves(world: World) -> None:
    now = now_utc()
    first = book(world, starts_at=on_the_grid(now + 2 * DAY), now=now, email="a@x.org")
    plan_all(now)
    # Planned after it: what is due at one time leaves in the order of planning.
    second = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now, email="b@x.org")
    plan_all(now)
    channel = Interrupted(
        lambda: cancel_appointment(appointment=second, by=Actor.customer(), now=now)
    )
    list(Sender({"email": channel}).deliver(limit=9, now=now))
    assert channel.sent == ["a@x.org"]
    assert the(first, "confirmed").state == State.SENT
    assert second.deliveries.get(kind="confirmed").problem == "superseded"


@pytest.mark.parametrize("change", ["arrived", "late"])
def test_what_raises_no_sequence_is_seen_too(world: World, change: str) -> None:
    """The reminder is of the same sequence; its visit is not as it was read."""
    now = now_utc()
    changed, when = two_reminders(world)

    def happens() -> None:
        if change == "arrived":
            record_arrival(appointment=changed, by=Actor.customer(), now=now)
        else:
            announce_delay(appointment=changed, minutes=10, by=Actor.system(), now=now)

    seen: list[int] = []

    class Looking(Interrupted):
        def send(self, message: Message) -> Handed:
            row = Delivery.objects.get(provider_key=message.key)
            assert row.appointment
            seen.append(row.appointment.delay_minutes)
            return super().send(message)

    channel = Looking(happens)
    list(Sender({"email": channel}).deliver(limit=9, now=when))
    if change == "arrived":
        assert channel.sent == ["0@x.org"]
        assert the(changed, "reminder_day").problem == "not_wanted"
    else:
        assert seen[-1] == 10


def test_a_refusal_is_seen_two_seconds_later(world: World) -> None:
    """It raises no version; what was read is thrown away before long."""
    now = now_utc()
    _visit, when = two_reminders(world)
    clock = [0.0]

    def happens() -> None:
        clock[0] += 2.5
        refuse(
            brand_id=world.brand.pk, channel="email", address="1@x.org",
            reason=Refusal.Reason.UNSUBSCRIBED, now=now,
        )  # fmt: skip

    channel = Interrupted(happens)
    sender = Sender({"email": channel}, clock=lambda: clock[0])
    list(sender.deliver(limit=9, now=when))
    assert channel.sent == ["0@x.org"]


def test_two_senders_that_look_at_the_same_rows_share_them(
    world: World, post_office: PostOffice
) -> None:
    now = now_utc()
    for n in range(4):
        book(world, starts_at=on_the_grid(now + (2 + n) * DAY), now=now)
    plan_all(now)
    channels = [Interrupted(None), Interrupted(None)]
    senders = [Sender({"email": c}).deliver(limit=9, now=now) for c in channels]
    for _ in range(4):
        for sender in senders:
            next(sender, None)
    assert sorted(len(channel.sent) for channel in channels) == [2, 2]


def test_what_rests_costs_a_claim_nothing(world: World) -> None:
    """A row that failed stands in the index where its rest ends, not where it was
    due: the next claim does not pass over it."""
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    plan_all(now)
    [row] = look_ahead("email", now, limit=5)
    assert claim(row, now) is not None
    assert look_ahead("email", now, limit=5) == []
    assert claim(row, now) is None, "it is leased"
    end_the_leases()
    assert [r.pk for r in look_ahead("email", now, limit=5)] == [row.pk]
    assert the(visit, "confirmed").tries == 1


def test_much_mail_keeps_no_text_message_waiting(
    world: World, gateway: GatewayTwin
) -> None:
    """A call may end before the mail does; the next begins with what it left out."""
    now = now_utc()
    for n, email in enumerate(["a@x.org", "b@x.org", "c@x.org", ""]):
        start = on_the_grid(now + (2 + n) * DAY)
        book(world, starts_at=start, now=now, email=email, phone="+33612345678")
    plan_all(now)
    mail, texts = Interrupted(None), Interrupted(None)
    sender = Sender({"email": mail, "sms": texts})
    assert len(list(sender.deliver(limit=2, now=now))) == 2
    assert (len(mail.sent), len(texts.sent)) == (2, 0)
    list(sender.deliver(limit=1, now=now))
    assert (len(mail.sent), len(texts.sent)) == (2, 1)
