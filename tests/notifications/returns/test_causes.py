"""Why a mail came back: only what is said of the address counts against it."""

from __future__ import annotations

import logging

import pytest
from pytest_django import Settings

from booking.models import Appointment, Customer
from notifications.channels.status_codes import Cause, cause_of, cause_of_reply
from notifications.models import Delivery, Refusal
from notifications.outbox.alarm import MANY_REFUSED, Watch
from notifications.outbox.dispatch import sweep
from notifications.returns.bounces import take_report
from notifications.returns.dsn import read_report
from notifications.returns.notices import take_notice
from notifications.wording import PROBLEMS
from tests.cast import World, now_utc
from tests.notifications.bookings import DAY, book, on_the_grid, the
from tests.notifications.plain_samples import (
    EXIM,
    EXIM_WAITS,
    QMAIL,
    dsn_of,
    forwarded,
    plain,
)
from tests.notifications.post_office import PostOffice
from tests.notifications.reports import report

NOW = now_utc()
State = Delivery.State
ADDRESS, US, LATER, UNKNOWN = Cause.ADDRESS, Cause.US, Cause.LATER, Cause.UNKNOWN


@pytest.fixture
def visit(world: World, post_office: PostOffice, settings: Settings) -> Appointment:
    settings.BOUNCE_ADDRESS = "bounces@visavis.example"
    visit = book(world, starts_at=on_the_grid(NOW + 3 * DAY), now=NOW, phone="")
    sweep(now=NOW)
    return visit


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        *((f"5.1.{n}", ADDRESS) for n in (0, 1, 2, 3, 4, 6, 10)),
        ("5.2.1", ADDRESS),
        *((f"5.1.{n}", US) for n in (7, 8, 9)),
        *((f"5.7.{n}", US) for n in (0, 1, 8, 9, 20, 23, 25, 26, 27, 509)),
        *((status, US) for status in ("5.3.3", "5.3.4", "5.4.6", "5.5.2", "5.5.4")),
        *((status, US) for status in ("5.6.0", "5.6.1", "5.6.7", "5.2.3")),
        *((status, LATER) for status in ("5.2.2", "4.2.2", "4.4.1", "4.4.7", "5.4.7")),
        *((status, UNKNOWN) for status in ("5.0.0", "nonsense", "", "15.1.1", "5.1")),
    ],
)
def test_a_code_alone(status: str, cause: Cause) -> None:
    assert cause_of(status) == cause


@pytest.mark.parametrize(
    ("status", "words", "cause"),
    [
        # Gmail
        ("5.1.1", "550-5.1.1 The account that you tried to reach does not", ADDRESS),
        ("5.2.1", "550 5.2.1 The email account that you tried is inactive", ADDRESS),
        ("5.2.2", "552-5.2.2 The recipient's inbox is out of storage space", LATER),
        ("5.0.0", "550-5.7.26 Your email has been blocked: unauthenticated", US),
        ("5.7.1", "550-5.7.1 likely unsolicited mail. User unknown", US),
        # Exchange and Outlook
        ("5.1.10", "550 5.1.10 RESOLVER.ADR.RecipientNotFound", ADDRESS),
        ("5.4.1", "550 5.4.1 Recipient address rejected: Access denied.", ADDRESS),
        ("5.4.1", "550 5.4.1 no answer from host", LATER),
        ("5.5.0", "550 5.5.0 Requested action not taken: mailbox unavailable", ADDRESS),
        ("5.7.606", "550 5.7.606 Access denied, banned sending IP", US),
        # Yahoo
        ("5.0.0", "554 error: This user doesn't have a yahoo.com account", ADDRESS),
        ("5.0.0", "554 5.7.9 Message not accepted for policy reasons", US),
        # Postfix, for a host that was misspelt
        ("5.4.4", "Host or domain name not found. Name service error", ADDRESS),
        ("5.1.0", "550 Sender address rejected: Domain not found", US),
        ("5.0.0", "550 we talked to 10.5.1.1 and it said no", UNKNOWN),
    ],
)  # fmt: skip
def test_what_large_servers_write(status: str, words: str, cause: Cause) -> None:
    found = read_report(dsn_of("bounces@visavis.example", status, words))
    assert found is not None
    assert (found.is_final, found.cause) == (True, cause)
    assert found.is_permanent == (cause == ADDRESS)


REASONS = [
    ("Remote host said: 550 5.1.1 User unknown", ADDRESS),
    ("Sorry, no mailbox here by that name. (#5.1.1)", ADDRESS),
    ("Sorry, I couldn't find any host named custmer.example. (#5.1.2)", ADDRESS),
    ("550 no such user here", ADDRESS),
    ("Unrouteable address", ADDRESS),
    ("550-5.7.26 This mail is unauthenticated", US),
    ("554 Message rejected: listed by spamhaus", US),
    ("550 relay not permitted", US),
    ("552 5.2.2 over quota", LATER),
    ("retry timeout exceeded", LATER),
    ("Giving up on 192.0.2.1.", UNKNOWN),
]


@pytest.mark.parametrize("sample", [QMAIL, EXIM], ids=["qmail", "exim"])
@pytest.mark.parametrize(("reason", "cause"), REASONS)
def test_plain_words(sample: str, reason: str, cause: Cause) -> None:
    found = read_report(plain(sample, "bounces@visavis.example", reason))
    assert found is not None
    assert (found.is_final, found.cause) == (True, cause)


@pytest.mark.parametrize(
    "raw",
    [
        plain(EXIM_WAITS, "x@y.example"),
        b"Subject: Re: your visit\r\n\r\n550 5.1.1 no such user, I was told. Alice",
        b"Subject: away\r\n\r\nHi. I am on holiday: this is a permanent error.",
    ],
)
def test_what_is_no_report(raw: bytes) -> None:
    assert read_report(raw) is None


@pytest.mark.parametrize("how", ["whole", "file", "base 64"])
@pytest.mark.parametrize("style", ["dsn", "global", "qmail"])
def test_a_report_in_another_mail(
    visit: Appointment, post_office: PostOffice, how: str, style: str
) -> None:
    to = post_office.senders[0]
    reports = {
        "dsn": report(to),
        "global": dsn_of(to, "5.1.1", "550 no", "message/global-delivery-status"),
        "qmail": plain(QMAIL, to, "Remote host said: 550 5.1.1 User unknown"),
    }
    nested = forwarded(forwarded(reports[style], how=how), how="whole")
    assert take_report(raw=nested, now=NOW)
    assert the(visit, "confirmed").problem == "bounced"


def test_mails_within_mails_have_an_end() -> None:
    raw = report("bounces@visavis.example")
    for _ in range(40):
        raw = forwarded(raw, how="whole")
    assert read_report(raw) is None


@pytest.mark.parametrize("status", ["5.7.26", "5.1.8", "5.7.1", "5.6.7"])
def test_a_refusal_of_us_keeps_the_address(
    visit: Appointment, post_office: PostOffice, status: str
) -> None:
    assert take_report(raw=report(post_office.senders[0], status=status), now=NOW)
    row = the(visit, "confirmed")
    assert (row.state, row.problem) == (State.DEAD, "mail_refused")
    assert row.problem in PROBLEMS
    assert not Refusal.objects.all_brands().exists()
    customer = Customer.objects.all_brands().get(pk=visit.customer_id)
    assert customer.email_failed_at is None
    sweep(now=now_utc() + 2 * DAY)
    assert "reminder_day" in {
        row.kind for row in visit.deliveries.filter(state=State.SENT)
    }, "the reminders still leave"


@pytest.mark.parametrize(
    ("answer", "state", "problem", "refused"),
    [
        ("550 5.1.1 no such user", State.DEAD, "recipient_refused", True),
        ("550 no such user", State.DEAD, "recipient_refused", True),
        ("550 5.7.26 unauthenticated", State.DEAD, "mail_refused", False),
        ("550 5.1.8 bad sender", State.DEAD, "mail_refused", False),
        ("554 5.7.1 client host blocked", State.DEAD, "mail_refused", False),
        ("552 5.2.2 mailbox full", State.DUE, "recipient_refused", False),
    ],
)
def test_what_a_server_says_at_once(
    world: World,
    post_office: PostOffice,
    answer: str,
    state: str,
    problem: str,
    refused: bool,
) -> None:
    post_office.to_recipient = answer
    visit = book(world, starts_at=on_the_grid(NOW + 3 * DAY), now=NOW, phone="")
    sweep(now=NOW)
    row = the(visit, "confirmed")
    assert (row.state, row.problem) == (state, problem)
    customer = Customer.objects.all_brands().get(pk=visit.customer_id)
    assert bool(customer.email_failed_at) == refused


@pytest.mark.parametrize(
    ("kind", "text", "problem"),
    [
        ("bounced", "", "bounced"),
        ("bounced", "550 5.7.26 unauthenticated", "mail_refused"),
        ("failed", "550 5.1.1 unknown", "bounced"),
        ("failed", "", "mail_expired"),
    ],
)
def test_what_a_provider_says(
    visit: Appointment, kind: str, text: str, problem: str
) -> None:
    row = the(visit, "confirmed")
    key = str(row.provider_key)
    take_notice(event_id="e-1", kind=kind, key=key, phone="", text=text, now=NOW)
    row.refresh_from_db()
    assert row.problem == problem


def test_many_refusals_of_us_alarm_the_operator(
    visit: Appointment, caplog: pytest.LogCaptureFixture
) -> None:
    row = the(visit, "confirmed")
    seconds = [0.0]
    watch = Watch(clock=lambda: seconds[0])

    def errors_after(dead: int) -> list[str]:
        for number in range(dead):
            Delivery.objects.get_or_create(
                brand=row.brand, appointment=visit, sequence=900 + number,
                kind="confirmed", channel="email", due_at=NOW,
                useless_after=NOW + DAY, state=State.DEAD, problem="mail_refused",
            )  # fmt: skip
        seconds[0] += 31
        watch.look()
        found = [r for r in caplog.records if r.levelno == logging.ERROR]
        return [r.getMessage() for r in found if "refused us" in r.getMessage()]

    assert errors_after(MANY_REFUSED - 1) == []
    assert len(errors_after(MANY_REFUSED)) == 1
    assert len(errors_after(MANY_REFUSED)) == 1, "not at each look"
    seconds[0] += 600
    [_, again] = errors_after(MANY_REFUSED)
    assert f"{MANY_REFUSED} times" in again
    assert "@" not in again


def test_words_without_a_code() -> None:
    assert cause_of_reply("550") == UNKNOWN
    assert cause_of_reply("550 user unknown") == ADDRESS
