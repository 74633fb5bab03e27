"""Text messages, by the provider that a setting names."""

from __future__ import annotations

import uuid
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from notifications.channels.base import Handed, Message
from notifications.errors import DeliveryError

MAILBOX = "notifications.channels.sms_mailbox.MailboxProvider"


class SmsProvider(Protocol):
    """Someone who sends text messages. Both methods raise DeliveryError."""

    def send(self, message: Message) -> Handed: ...

    def find(self, key: uuid.UUID) -> Handed | None:
        """Returns what an earlier try under this key handed over, or None."""
        ...


def sends_texts() -> bool:
    return bool(_provider_path())


class SmsChannel:
    """A second try asks first: text messages cost money, and a person reads each."""

    def send(self, message: Message) -> Handed:
        provider = _provider()
        if message.is_retry and (found := provider.find(message.key)):
            return found
        return provider.send(message)


def _provider() -> SmsProvider:
    path = _provider_path()
    if not path:
        raise DeliveryError("no_provider", permanent=True)
    provider: SmsProvider = import_string(path)()
    return provider


def _provider_path() -> str:
    return settings.SMS_PROVIDER or (MAILBOX if settings.MAILBOX_DIR else "")
