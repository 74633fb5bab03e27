"""Mail leaves by whatever backend of Django's the setting names, and complete."""

from __future__ import annotations

from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.core.mail import EmailMessage as DjangoMessage
from django.core.mail.backends.base import BaseEmailBackend
from icalendar import Calendar
from pytest_django import Settings

from booking.models import Appointment
from notifications.models import Delivery
from notifications.outbox.dispatch import deliver_next
from notifications.outbox.sending import Result
from tests.cast import ALICE, World, now_utc
from tests.notifications.bookings import DAY, book, on_the_grid, plan_all, the
from tests.notifications.post_office import part_of


class Answered(OSError):
    """As `requests` raises it, and django-anymail with it."""

    response = "503"


class Refusing(BaseEmailBackend):
    def send_messages(self, email_messages: Sequence[DjangoMessage]) -> int:
        raise Answered


class Strict(BaseEmailBackend):
    """As a provider's API: it takes no sender but the one that people read."""

    def send_messages(self, email_messages: Sequence[DjangoMessage]) -> int:
        assert not any("From" in mail.extra_headers for mail in email_messages)
        assert not any("@" not in mail.from_email for mail in email_messages)
        return len(email_messages)


def name_of(backend: type[BaseEmailBackend]) -> str:
    return f"{backend.__module__}.{backend.__name__}"


@pytest.fixture
def visit(world: World) -> Appointment:
    now = now_utc()
    made = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    plan_all(now)
    return made


def only_mail_in(folder: Path) -> EmailMessage:
    [file] = folder.iterdir()
    raw = file.read_bytes().partition(b"\n-----")[0]
    return message_from_bytes(raw, policy=policy.default)


@pytest.mark.parametrize("kind", ["confirmed", "reminder_day"])
def test_headers_and_calendar_survive_a_backend_of_djangos(
    visit: Appointment, settings: Settings, tmp_path: Path, kind: str
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    row = the(visit, kind)
    visit.deliveries.exclude(pk=row.pk).update(state=Delivery.State.VOID)
    assert deliver_next(now=row.due_at) == Result.SENT
    mail = only_mail_in(tmp_path)
    assert str(row.provider_key) in mail["Message-ID"]
    assert mail["To"] == ALICE["email"]
    assert mail["From"].addresses[0].display_name == visit.brand.name
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "fr"
    for part in ("plain", "html"):
        assert "/r/" in part_of(mail, part)
    files = list(mail.iter_attachments())
    if kind == "confirmed":
        [file] = files
        assert file.get_content_type() == "text/calendar"
        assert file["Content-Type"].params["method"] == "REQUEST"
        [event] = Calendar.from_ical(file.get_content()).walk("VEVENT")
        assert event["uid"] == visit.uid
    else:
        assert not files
        assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert "<http" in mail["List-Unsubscribe"]


def test_a_provider_that_chooses_the_envelope_itself(
    visit: Appointment, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = name_of(Strict)
    settings.BOUNCE_ADDRESS = "bounces@visavis.example"
    assert deliver_next(now=now_utc()) == Result.SENT


def test_a_provider_that_refuses_is_asked_again(
    visit: Appointment, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = name_of(Refusing)
    assert deliver_next(now=now_utc()) == Result.RETRY
    assert the(visit, "confirmed").problem == "provider_refuses"
