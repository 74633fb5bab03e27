"""The interface of a channel: one method that hands a message over, or raises."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

LONGEST_SEND_SECONDS = 25.0
"""Seconds that one call of `send` may take, whatever the other side does: it may answer
byte by byte, each just before a time-out. The lease is more than twice as long."""


@dataclass(frozen=True)
class Message:
    """Rendered and addressed. `key` is the same at each try of one delivery, so that
    a provider, or the reader's mail program, can tell a second copy. `is_retry`: an
    earlier try may have arrived."""

    key: uuid.UUID
    to: str
    sender_name: str
    sender_address: str
    subject: str
    text: str
    html: str
    language: str
    calendar: bytes = b""
    unsubscribe_url: str = ""
    is_retry: bool = False
    segments: int = 1
    """Of a text message, as carriers count."""
    reply_to: str = ""


@dataclass(frozen=True)
class Handed:
    """The other side's reference of what it took, and what it asks for it if it says
    so (in its own currency)."""

    reference: str
    cost: Decimal | None = None


class Channel(Protocol):
    def send(self, message: Message) -> Handed:
        """Hand over and return what the provider says, or raise DeliveryError.

        Returns only when the other side has taken responsibility, and within
        `LONGEST` seconds. Called outside of any transaction.
        """
        ...
