"""Text messages as they leave: by the mailbox, and by a gateway over real HTTP."""

from __future__ import annotations

import json
import threading
from functools import partial
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from pytest_django import Settings

from booking.models import Appointment
from notifications.channels.base import Handed, Message
from notifications.channels.sms import SmsChannel
from notifications.models import Delivery, MessageText, TextCount, TextRule
from notifications.outbox.dispatch import deliver_next, sweep
from notifications.wording import line_of
from tests.at_once import at_once
from tests.cast import World, now_utc
from tests.notifications.bookings import (
    DAY,
    book,
    due,
    end_the_leases,
    on_the_grid,
    plan_all,
    the,
)
from tests.notifications.gateway_twin import GatewayTwin
from tests.notifications.post_office import PostOffice

NOW = now_utc()
State = Delivery.State


def by_phone(
    world: World, *, days: int = 3, phone: str = "+33639980001", network: str = ""
) -> Appointment:
    start = on_the_grid(NOW + days * DAY)
    return book(world, starts_at=start, now=NOW, email="", phone=phone, network=network)


def test_in_development_texts_lie_beside_the_mails(
    world: World, settings: Settings, tmp_path: Path, client: Client
) -> None:
    settings.MAILBOX_DIR = str(tmp_path)
    visit = by_phone(world)
    assert sweep(now=NOW).sent == 1
    page = client.get(reverse("notifications:mails")).content.decode()
    assert "+33639980001" in page
    [file] = tmp_path.glob("*.eml")
    mail = client.get(reverse("notifications:mail", args=[file.stem]))
    assert "Maison Tilleul : rendez-vous vid" in mail.content.decode()
    assert the(visit, "confirmed").provider_reference in file.stem


def test_without_a_provider_no_text_is_planned(world: World) -> None:
    visit = by_phone(world)
    plan_all(NOW)
    assert due(visit) == {}


@pytest.mark.parametrize("phone", ["+33320000000", "not a number"])
def test_no_text_is_planned_to_what_is_no_mobile(
    world: World, gateway: GatewayTwin, phone: str
) -> None:
    visit = by_phone(world, phone=phone)
    plan_all(NOW)
    assert due(visit) == {}


def test_the_gateway_gets_a_signed_message_and_says_what_it_costs(
    world: World, gateway: GatewayTwin
) -> None:
    visit = by_phone(world)
    assert sweep(now=NOW).sent == 1
    row = the(visit, "confirmed")
    [call] = gateway.calls
    assert call.told["to"] == "+33639980001"
    assert call.told["key"] == call.headers["Idempotency-Key"] == str(row.provider_key)
    assert (row.provider_reference, str(row.cost)) == (
        f"gw-{row.provider_key}", "0.0450",
    )  # fmt: skip


def test_before_a_second_try_the_gateway_is_asked(
    world: World, gateway: GatewayTwin
) -> None:
    """It had taken the message, and its answer was lost."""
    visit = by_phone(world)
    plan_all(NOW)

    class AnswerLost(Exception):
        pass

    class Losing:
        def send(self, message: Message) -> Handed:
            SmsChannel().send(message)
            raise AnswerLost

    deliver_next(now=NOW, channels={"sms": Losing()})
    end_the_leases()
    assert sweep(now=NOW).sent == 1
    assert [call.method for call in gateway.calls] == ["POST", "GET"]
    assert the(visit, "confirmed").provider_reference.startswith("gw-")


@pytest.mark.parametrize(
    ("status", "state", "problem"),
    [
        (500, State.DUE, "provider_refuses"),
        (429, State.DUE, "provider_refuses"),
        (400, State.DEAD, "provider_refuses"),
        (302, State.DUE, "provider_refuses"),
    ],
)
def test_a_refusal_is_tried_again_where_that_may_help(
    world: World, gateway: GatewayTwin, status: int, state: str, problem: str
) -> None:
    gateway.status = status
    visit = by_phone(world)
    sweep(now=NOW)
    row = the(visit, "confirmed")
    assert (row.state, row.problem) == (state, problem)
    gateway.status = 201
    end_the_leases()
    sweep(now=NOW)
    assert len(gateway.kept) == (state == State.DUE)


def test_a_gateway_that_answers_too_late_is_asked_before_a_second_try(
    world: World, gateway: GatewayTwin, settings: Settings
) -> None:
    """It hangs beyond our time-out with the message in its hands: staff read why, and
    the person gets it once."""
    settings.OUTGOING_TIMEOUT = 0.2
    answered = threading.Event()

    def hang() -> None:
        answered.wait(5)

    gateway.before_answer = hang
    visit = by_phone(world)
    sweep(now=NOW)
    answered.set()
    row = the(visit, "confirmed")
    assert (row.state, row.problem) == (State.DUE, "server_hangs")
    with translation.override("en"):
        words = line_of(row, visit.zone).words
    assert words == "Not delivered yet: the server does not answer. We keep trying."
    settings.OUTGOING_TIMEOUT = 5
    end_the_leases()
    assert sweep(now=NOW).sent == 1
    assert [call.method for call in gateway.calls] == ["POST", "GET"]
    assert len(gateway.texts) == 1


def test_another_country_is_refused_and_costs_nothing(
    world: World, gateway: GatewayTwin
) -> None:
    visit = by_phone(world, phone="+4915123456789")
    sweep(now=NOW)
    row = the(visit, "confirmed")
    assert (row.state, row.problem) == (State.DEAD, "country_refused")
    assert not gateway.calls
    assert not TextCount.objects.all_brands().exists()
    TextRule.objects.create(brand=world.brand, countries=["DE"])
    by_phone(world, days=4, phone="+4915123456789")
    assert sweep(now=NOW).sent == 1


@pytest.mark.parametrize("scope", ["brand", "network", "phone"])
def test_each_budget_ends_exactly(
    world: World, gateway: GatewayTwin, scope: str
) -> None:
    limits = {"per_brand": 99, "per_network": 99, "per_phone": 99}
    TextRule.objects.create(brand=world.brand, **limits | {f"per_{scope}": 2})
    for days in range(2, 6):
        by_phone(world, days=days, network="one")
    done = sweep(now=NOW)
    assert (done.sent, done.dead) == (2, 2)
    dead = Delivery.objects.all_brands().filter(state=State.DEAD)
    assert {row.problem for row in dead} == {f"budget_{scope}"}
    assert len(gateway.kept) == 2


def test_a_second_try_is_not_counted_again(world: World, gateway: GatewayTwin) -> None:
    TextRule.objects.create(brand=world.brand, per_brand=1)
    gateway.status = 503
    by_phone(world)
    sweep(now=NOW)
    gateway.status = 201
    end_the_leases()
    assert sweep(now=NOW).sent == 1


@pytest.mark.django_db(transaction=True)
def test_a_budget_is_exact_when_many_take_at_once(
    world: World, gateway: GatewayTwin
) -> None:
    TextRule.objects.create(brand=world.brand, per_brand=5)
    for days in range(2, 14):
        by_phone(world, days=days)
    plan_all(NOW)
    at_once(*6 * [partial(sweep, now=NOW)])
    assert len(gateway.kept) == 5


def test_no_number_is_in_what_is_written_down(
    world: World, gateway: GatewayTwin, caplog: pytest.LogCaptureFixture
) -> None:
    gateway.status = 400
    by_phone(world)
    sweep(now=NOW)
    rows = [
        *Delivery.objects.all_brands().values_list(),
        *TextCount.objects.all_brands().values_list(),
    ]
    assert "639980001" not in json.dumps(rows, default=str) + caplog.text


def own_words(world: World, channel: str, before: str) -> None:
    MessageText.objects.create(
        brand=world.brand,
        kind="confirmed",
        channel=channel,
        language="fr",
        version=MessageText.objects.for_brand(world.brand).count() + 1,
        before=before,
        changed_at=NOW,
    )


def test_a_text_changed_while_it_waits_is_sent_and_each_segment_counts(
    world: World, gateway: GatewayTwin
) -> None:
    own_words(world, "sms", "Avant : {lien}")
    by_phone(world)
    plan_all(NOW)
    own_words(world, "sms", "Après " + "a" * 170 + " {lien}")
    TextRule.objects.create(brand=world.brand, per_phone=2, countries=["FR"])
    assert sweep(now=NOW).sent == 1
    [call] = gateway.calls
    assert call.told["text"].startswith("Après aaa")
    taken = TextCount.objects.for_brand(world.brand).filter(scope="brand")
    assert taken.get().taken == 2
    by_phone(world, days=4)
    sweep(now=NOW)
    assert len(gateway.calls) == 1, "two more are not left for this number"


def test_a_mail_says_where_answers_go(world: World, post_office: PostOffice) -> None:
    world.brand.reply_to, world.brand.mail_name = "ici@tilleul.example", "Les Tilleuls"
    world.brand.save(update_fields=["reply_to", "mail_name"])
    book(world, starts_at=on_the_grid(NOW + 3 * DAY), now=NOW)
    assert sweep(now=NOW).sent == 1
    [mail] = post_office.arrived
    assert mail["Reply-To"] == "ici@tilleul.example"
    assert "Les Tilleuls" in str(mail["From"])
