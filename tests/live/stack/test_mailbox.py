"""The development mailbox is a real SMTP server that keeps what it was sent."""

import email
import email.policy
import json
import smtplib
from email.message import EmailMessage

import pytest

from tests.live.stack.launched import RunningStack

pytestmark = pytest.mark.stack


def test_a_message_is_a_file_when_it_was_accepted(running_stack: RunningStack) -> None:
    ports = json.loads((running_stack.state / "ports.json").read_text())
    message = EmailMessage()
    message["Subject"] = "Votre rendez-vous"
    message["From"] = "shop@example.com"
    message.set_content("À bientôt\n.\nune ligne de points…\n")
    with smtplib.SMTP("127.0.0.1", ports["smtp"]) as server:
        server.send_message(message, to_addrs=["alice@example.com", "b@example.com"])
    # Beside it lie the reminders of the demo, which may leave at any moment.
    letters = [
        email.message_from_bytes(kept.read_bytes(), policy=email.policy.default)
        for kept in running_stack.mailbox_dir.glob("*.eml")
    ]
    (read,) = [one for one in letters if one["X-Envelope-From"] == "shop@example.com"]
    assert read["Subject"] == "Votre rendez-vous"
    assert read["X-Envelope-To"] == "alice@example.com, b@example.com"
    assert read.get_content().splitlines() == ["À bientôt", ".", "une ligne de points…"]
