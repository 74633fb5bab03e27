"""In development a text message is a file beside the mails of the mailbox."""

from __future__ import annotations

import os
import time
import uuid
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

from notifications.channels.base import Handed, Message
from notifications.errors import DeliveryError


class MailboxProvider:
    """Complete or absent: written aside, then renamed, as the mailbox's server does."""

    def send(self, message: Message) -> Handed:
        if not settings.MAILBOX_DIR:
            raise DeliveryError("no_provider", permanent=True)
        mail = EmailMessage()
        mail["X-Envelope-To"] = message.to
        mail["From"] = f"{message.sender_name} (SMS)"
        mail["To"] = message.to
        mail["Subject"] = f"SMS: {message.text.partition(':')[2].strip()[:60]}"
        mail["Content-Language"] = message.language
        mail.set_content(message.text)
        folder = Path(settings.MAILBOX_DIR)
        name = f"{time.time_ns():020d}-{_name_of(message.key)}"
        aside = folder / f"{name}.new"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL
        with os.fdopen(os.open(aside, flags, 0o600), "wb") as file:
            file.write(mail.as_bytes())
        aside.rename(folder / f"{name}.eml")
        return Handed(message.key.hex)

    def find(self, key: uuid.UUID) -> Handed | None:
        found = any(Path(settings.MAILBOX_DIR).glob(f"*-{_name_of(key)}.eml"))
        return Handed(key.hex) if found else None


def _name_of(key: uuid.UUID) -> str:
    return f"sms-{key.hex}"
