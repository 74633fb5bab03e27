"""What a channel is: one method that hands a message over, or raises."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True)
class Message:
    """Rendered and addressed. `key` is the same at each try of one delivery, so that
    a provider, or the reader's mail program, can tell a second copy."""

    key: uuid.UUID
    to: str
    sender_name: str
    sender_address: str
    subject: str
    text: str
    html: str
    language: str
    calendar: bytes = b""


class Channel(Protocol):
    def send(self, message: Message) -> str:
        """Hand over and return the provider's reference, or raise DeliveryError.

        Returns only when the other side has taken responsibility, and within half
        of the lease. Called outside of any transaction.
        """
        ...
