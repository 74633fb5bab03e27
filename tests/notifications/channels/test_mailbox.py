from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from booking.links import permanent_url
from notifications.outbox.dispatch import sweep
from tests.cast import World, now_utc
from tests.notifications.bookings import DAY, book, on_the_grid
from tests.notifications.post_office import PostOffice

NAME = "01795291602146840752-0001"


@pytest.fixture
def mailbox(tmp_path: Path, settings: Settings) -> Path:
    settings.MAILBOX_DIR = str(tmp_path)
    return tmp_path


@pytest.fixture
def kept(world: World, mailbox: Path, post_office: PostOffice) -> str:
    """A confirmation as the development server keeps it; its permanent link."""
    now = now_utc()
    visit = book(world, starts_at=on_the_grid(now + 3 * DAY), now=now)
    sweep(now=now)
    (mailbox / f"{NAME}.eml").write_bytes(post_office.arrived[0].as_bytes())
    return permanent_url(visit)


def test_an_empty_mailbox_says_so(client: Client, mailbox: Path) -> None:
    answer = client.get("/dev/mailbox/")
    assert answer.status_code == 200
    assert 'class="empty"' in answer.content.decode()


def test_what_arrived_can_be_read(client: Client, kept: str) -> None:
    assert f"/dev/mailbox/{NAME}/" in client.get("/dev/mailbox/").content.decode()
    page = client.get(f"/dev/mailbox/{NAME}/").content.decode()
    assert "alice@customer.example" in page
    assert f'href="{kept}?p=' in page
    assert f'src="/dev/mailbox/{NAME}/html"' in page
    assert "allow-scripts" not in page
    assert "allow-same-origin" not in page


def test_the_html_may_style_itself_and_nothing_else(client: Client, kept: str) -> None:
    answer = client.get(f"/dev/mailbox/{NAME}/html")
    assert f'href="{kept}?p=' in answer.content.decode()
    assert '<base target="_top">' in answer.content.decode()
    csp = answer["Content-Security-Policy"]
    assert csp.startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert "sandbox allow-popups" in csp


def test_the_calendar_file_is_a_download(client: Client, kept: str) -> None:
    answer = client.get(f"/dev/mailbox/{NAME}/attachments/0")
    assert answer["Content-Disposition"] == 'attachment; filename="visavis.ics"'
    assert b"".join(answer).startswith(b"BEGIN:VCALENDAR")
    assert client.get(f"/dev/mailbox/{NAME}/attachments/1").status_code == 404


def test_only_names_that_the_folder_lists_are_opened(
    client: Client, mailbox: Path
) -> None:
    (mailbox.parent / "secret.eml").write_text("Subject: secret\n\nno")
    for name in ("nothing", "..%2Fsecret", "%2e%2e%2fsecret", "../secret"):
        assert client.get(f"/dev/mailbox/{name}/").status_code == 404


def test_production_has_no_mailbox(client: Client, settings: Settings) -> None:
    settings.MAILBOX_DIR = ""
    for path in ("", f"{NAME}/", f"{NAME}/html", f"{NAME}/attachments/0"):
        assert client.get(f"/dev/mailbox/{path}").status_code == 404


def test_a_message_that_is_no_mail_is_shown_as_it_can_be(
    client: Client, mailbox: Path
) -> None:
    (mailbox / f"{NAME}.eml").write_bytes(b"\xff\xfe\n\nnot a mail at all \xff")
    assert client.get("/dev/mailbox/").status_code == 200
    assert client.get(f"/dev/mailbox/{NAME}/").status_code == 200


def test_the_file_is_what_was_sent(kept: str, mailbox: Path) -> None:
    parsed = message_from_bytes(
        (mailbox / f"{NAME}.eml").read_bytes(), policy=policy.default
    )
    assert parsed["Auto-Submitted"] == "auto-generated"
    kinds = [part.get_content_type() for part in parsed.walk()]
    assert kinds == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
    ]
