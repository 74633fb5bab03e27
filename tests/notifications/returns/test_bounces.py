"""Mails that come back after they were taken, and what becomes of them."""

from __future__ import annotations

import io
import mailbox
import re
import sys
import uuid
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from booking.models import Appointment, Customer
from booking.services.callbacks import record_call_attempt
from notifications.channels.return_paths import key_of, return_path
from notifications.models import Delivery, Refusal
from notifications.outbox.dispatch import sweep
from notifications.returns.bounces import take_report
from notifications.returns.dsn import read_report
from notifications.returns.notices import take_notice
from tests.booking.customers import opened
from tests.cast import World, now_utc
from tests.notifications.bookings import DAY, book, on_the_grid, the
from tests.notifications.gateway_twin import GatewayTwin
from tests.notifications.post_office import PostOffice, part_of
from tests.notifications.reports import report

NOW = now_utc()
State = Delivery.State


@pytest.fixture
def visit(world: World, post_office: PostOffice, settings: Settings) -> Appointment:
    """Booked with an address only; the confirmation was taken by its server."""
    settings.BOUNCE_ADDRESS = "bounces@visavis.example"
    visit = book(world, starts_at=on_the_grid(NOW + 3 * DAY), now=NOW, phone="")
    sweep(now=NOW)
    return visit


def customer_of(visit: Appointment) -> Customer:
    return Customer.objects.all_brands().get(pk=visit.customer_id)


def test_each_mail_comes_back_to_an_address_of_its_own(
    visit: Appointment, post_office: PostOffice
) -> None:
    [sender] = post_office.senders
    [mail] = post_office.arrived
    assert (
        key_of(sender) == key_of(sender.upper()) == the(visit, "confirmed").provider_key
    )
    assert len(sender.partition("@")[0]) <= 64, "RFC 5321, 4.5.3.1.1"
    assert sender not in str(mail["From"])


@pytest.mark.parametrize(
    "address",
    ["", "bounces@visavis.example", "bounces+abc@visavis.example", "+@", "é+ü@x"],
)
def test_no_other_address_names_a_message(settings: Settings, address: str) -> None:
    assert key_of(address) is None
    settings.BOUNCE_ADDRESS = "bounces@visavis.example"
    made = return_path(uuid.uuid4())
    other = return_path(uuid.uuid4())
    assert key_of(made[:30] + other[30:]) is None, "the seal of another"


@pytest.mark.parametrize(
    ("status", "problem", "refused"),
    [
        ("5.1.1", "bounced", 1),
        ("5.2.1", "bounced", 1),
        ("5.2.2", "mail_expired", 0),
        ("4.4.7", "mail_expired", 0),
    ],
)
def test_a_report_says_what_became_of_it(
    visit: Appointment,
    post_office: PostOffice,
    status: str,
    problem: str,
    refused: int,
) -> None:
    raw = report(post_office.senders[0], status=status)
    assert take_report(raw=raw, now=NOW)
    assert take_report(raw=raw, now=NOW), "again changes nothing"
    row = the(visit, "confirmed")
    assert (row.state, row.problem) == (State.DEAD, problem)
    assert Refusal.objects.all_brands().count() == refused
    assert bool(customer_of(visit).email_failed_at) == bool(refused)


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
def test_what_is_no_failure_changes_nothing(
    visit: Appointment, post_office: PostOffice, action: str
) -> None:
    raw = report(post_office.senders[0], action=action, status="4.0.0")
    assert take_report(raw=raw, now=NOW)
    assert the(visit, "confirmed").state == State.SENT


def test_nobody_reports_a_message_of_others(
    visit: Appointment, post_office: PostOffice
) -> None:
    key = the(visit, "confirmed").provider_key
    for to in ("bounces@visavis.example", f"bounces+{key.hex}@visavis.example"):
        assert not take_report(raw=report(to), now=NOW)
    assert the(visit, "confirmed").state == State.SENT


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff\x00\xfe",
        b"To: a@b\r\n\r\nI am on holiday.",
        b"Content-Type: message/delivery-status\r\n\r\nno fields",
        b"Content-Type: multipart/report; boundary=b\r\n\r\n--b",
        report("x", status="nonsense"),
        report("x", action="\x00" * 100),
    ],
)
def test_whatever_arrives_is_read(raw: bytes) -> None:
    found = read_report(raw)
    assert found is None or not found.is_permanent


def test_a_pipe_and_a_folder_are_read_once(
    visit: Appointment,
    post_office: PostOffice,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    raw = report("postmaster@visavis.example")
    piped = io.TextIOWrapper(io.BytesIO(raw))
    monkeypatch.setattr(sys, "stdin", piped)
    said = io.StringIO()
    call_command("take_bounces", recipient=post_office.senders[0], stdout=said)
    assert the(visit, "confirmed").problem == "bounced"
    folder = mailbox.Maildir(tmp_path / "mail", create=True)
    folder.add(report(post_office.senders[0]))
    folder.add(b"Subject: hello\r\n\r\nno report")
    for _ in range(2):
        call_command("take_bounces", maildir=tmp_path / "mail", stdout=said)
    lines = said.getvalue().splitlines()
    assert lines == ["noted 1 of 1", "noted 1 of 2", "noted 0 of 0"]
    assert not any((tmp_path / "mail" / "new").iterdir())


def test_it_is_asked_again_on_the_link_and_sent_again(
    visit: Appointment, post_office: PostOffice, client: Client
) -> None:
    page = opened(client, visit)
    assert "est revenu" not in client.get(page).content.decode()
    take_report(raw=report(post_office.senders[0]), now=NOW)
    assert "est revenu" in client.get(page).content.decode()
    form = reverse("notifications:contact", args=[visit.brand.slug, visit.pk])
    assert client.post(form, {}).status_code == 422
    assert client.post(form, {"email": "no address"}).status_code == 422
    answer = client.post(form, {"email": "alice@other.example"})
    assert (answer.status_code, answer["Location"]) == (303, page)
    assert "est revenu" not in client.get(page).content.decode()
    sweep(now=now_utc())
    assert [mail["To"] for mail in post_office.arrived] == [
        "alice@customer.example", "alice@other.example",
    ]  # fmt: skip
    assert post_office.keys[0] != post_office.keys[1], "another message to a server"
    take_report(raw=report(post_office.senders[0]), now=NOW)
    assert customer_of(visit).email_failed_at is None, "an old report"


def test_a_number_takes_over_at_once(
    visit: Appointment, post_office: PostOffice, gateway: GatewayTwin, client: Client
) -> None:
    opened(client, visit)
    take_report(raw=report(post_office.senders[0]), now=NOW)
    form = reverse("notifications:contact", args=[visit.brand.slug, visit.pk])
    client.post(form, {"phone": "06 39 98 00 01"})
    sweep(now=now_utc())
    assert len(post_office.arrived) == 1
    [text] = gateway.texts
    assert "rendez-vous vidéo confirmé" in text


@pytest.mark.parametrize("who", ["stranger", "another brand"])
def test_only_who_opened_the_link_changes_an_address(
    visit: Appointment, world: World, client: Client, who: str
) -> None:
    slug = visit.brand.slug
    if who == "another brand":
        opened(client, visit)
        slug = world.other_brand.slug
    form = reverse("notifications:contact", args=[slug, visit.pk])
    assert client.post(form, {"email": "spy@evil.example"}).status_code == 404
    assert customer_of(visit).email == "alice@customer.example"


def test_staff_see_it_on_the_visit_and_on_the_board(
    visit: Appointment, post_office: PostOffice, world: World
) -> None:
    staff = Client()
    staff.force_login(world.bob.user)
    page = reverse("booking:staff_appointment", args=[visit.pk])
    assert "Non vérifié" in staff.get(page).content.decode()
    take_report(raw=report(post_office.senders[0]), now=NOW)
    assert "Les messages reviennent" in staff.get(page).content.decode()
    Appointment.objects.all_brands().filter(pk=visit.pk).update(
        starts_at=NOW + DAY / 24, ends_at=NOW + DAY / 18
    )
    board = staff.get(reverse("booking:board")).content.decode()
    assert "Les messages reviennent" in board


def mailed_link(office: PostOffice) -> str:
    """The path and query of the link in the last mail."""
    text = part_of(office.arrived[-1], "plain")
    [found] = re.findall(r"https?://[^/\s]+(/r/\S+)", text)
    return str(found)


def test_who_opens_the_link_of_a_mail_has_answered_from_its_address(
    visit: Appointment, post_office: PostOffice, client: Client
) -> None:
    link = mailed_link(post_office)
    page = client.get(link, follow=True)
    assert customer_of(visit).email_answered_at is None, "a GET changes nothing"
    assert "vv-answered" in page.content.decode()
    told = {"p": link.partition("?p=")[2]}
    path = reverse("booking:answered", args=[visit.brand.slug, visit.pk])
    assert Client().post(path, told).status_code == 404, "a stranger to the link"
    for wrong in ({}, {"p": ""}, {"p": "xxxxxx"}, {"p": "é"}):
        assert client.post(path, wrong).status_code == 204
    assert customer_of(visit).email_answered_at is None
    assert client.post(path, told).status_code == 204
    assert customer_of(visit).email_answered_at is not None
    assert "vv-answered" not in client.get(link, follow=True).content.decode()


def test_a_copied_link_proves_no_address(
    visit: Appointment, post_office: PostOffice, client: Client
) -> None:
    bare = mailed_link(post_office).partition("?")[0]
    assert "vv-answered" not in client.get(bare, follow=True).content.decode()


def test_who_answers_a_text_or_a_call_is_verified(
    world: World, gateway: GatewayTwin
) -> None:
    phone = "+33639980001"
    start = on_the_grid(NOW + 3 * DAY)
    visit = book(world, starts_at=start, now=NOW, email="", phone=phone)
    sweep(now=NOW)
    assert customer_of(visit).phone_unverified
    take_notice(
        event_id="e-1", kind="reply", key="", phone=phone, text="Merci", now=NOW
    )
    assert not customer_of(visit).phone_unverified


@pytest.mark.parametrize(
    ("result", "failed", "unverified"),
    [
        ("reached", False, False),
        ("wrong_number", True, True),
        ("no_answer", False, True),
    ],
)
def test_a_call_tells_whether_the_number_is_right(
    world: World, result: str, failed: bool, unverified: bool
) -> None:
    start = on_the_grid(NOW + 3 * DAY)
    visit = book(world, starts_at=start, now=NOW, channel="callback")
    record_call_attempt(appointment=visit, result=result, user=world.bob.user, now=NOW)
    customer = customer_of(visit)
    assert bool(customer.phone_failed_at) == failed
    assert customer.phone_unverified == unverified
