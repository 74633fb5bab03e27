"""Reports of a mail that came back (RFC 3464), read without trusting them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses

LONGEST = 1024 * 1024
_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")
_TO = ("X-Original-To", "Delivered-To", "Envelope-To", "To")


@dataclass(frozen=True)
class Report:
    """`addresses`: to whom the report itself was sent. `is_final`: the sending server
    has given up; `is_permanent`: because the address takes no mail (5.x.x)."""

    addresses: tuple[str, ...]
    is_final: bool
    is_permanent: bool


def read_report(raw: bytes) -> Report | None:
    """None for what is no delivery report: an answer of a person, an absence note.

    Whatever it claims about recipients is not looked at: the address that it was sent
    to says which message came back, and cannot be guessed.
    """
    mail = message_from_bytes(raw[:LONGEST], policy=policy.default)
    fields = _fields_of(mail)
    if not fields:
        return None
    failed = [row for row in fields if row.get("action", "").lower() == "failed"]
    found = [_STATUS.search(row.get("status", "")) for row in failed]
    classes = [match[1] for match in found if match]
    return Report(_addresses(mail), bool(failed), "5" in classes)


def _fields_of(mail: EmailMessage) -> list[dict[str, str]]:
    """The groups of fields, one per recipient, of its `message/delivery-status`."""
    for part in mail.walk():
        if part.get_content_type() == "message/delivery-status":
            groups = part.get_payload()
            if isinstance(groups, list):
                return [
                    {name.lower(): str(value) for name, value in group.items()}
                    for group in groups
                    if not isinstance(group, str)
                ]
    return []


def _addresses(mail: EmailMessage) -> tuple[str, ...]:
    told = [str(value) for name in _TO for value in mail.get_all(name, [])]
    return tuple(address for _, address in getaddresses(told) if address)
