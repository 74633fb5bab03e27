"""Reports of a mail that came back, read without trusting them: as RFC 3464 and 6533
write them, or in plain words, also where one was forwarded inside another mail.

Reports of mails that came back, in the plain words of qmail (QSBMF) and Exim.

Only the part above the returned mail is read: below it anybody's words may stand.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses

from notifications.channels.status_codes import Cause, cause_of, cause_of_reply

LARGEST_REPORT = 1024 * 1024
DEEPEST = 8
_TO = ("X-Original-To", "Delivered-To", "Envelope-To", "To")
_STATUS_TYPES = {"message/delivery-status", "message/global-delivery-status"}
_FIELD = re.compile(r"^([A-Za-z-]+)[ \t]*:[ \t]*(.*(?:\r?\n[ \t]+.*)*)", re.MULTILINE)
_BLANK = re.compile(r"\r?\n[ \t]*\r?\n")

_QMAIL = re.compile(r"\s*Hi\. This is the \S")
"""QSBMF says of itself that a report begins like this."""
_EXIM = re.compile(
    r"\s*This message was created automatically by mail delivery software"
)
_COPY = re.compile(
    r"^-{2,} (?:Below this line is a copy|Enclosed is a copy|Undelivered message"
    r"|This is a copy of|The body of the message|This is the copy)",
    re.MULTILINE,
)
_GIVEN_UP = re.compile(
    r"permanent error|given up|giving up|could not be delivered|delivery failed"
    r"|wasn.t able to deliver",
    re.IGNORECASE,
)
_PATIENT = re.compile(
    r"^Warning:|delivery attempts will continue|has not (?:yet )?been delivered"
    r"|no action is required",
    re.IGNORECASE | re.MULTILINE,
)
_TOO_LATE = re.compile(
    r"retry time(?:out)?|been in the queue too long|too long|timed? ?out",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Report:
    """`addresses`: to whom the report, or one inside it, was sent. `is_final`: the
    sending server has given up, for `cause`."""

    addresses: tuple[str, ...]
    is_final: bool
    cause: Cause

    @property
    def is_permanent(self) -> bool:
        """The address takes no mail."""
        return self.is_final and self.cause == Cause.ADDRESS


def read_report(raw: bytes) -> Report | None:
    """None for what is no delivery report: an answer of a person, an absence note.

    Whatever it claims about recipients is not looked at: the address that it was sent
    to says which message came back, and cannot be guessed.
    """
    mail = message_from_bytes(raw[:LARGEST_REPORT], policy=policy.default)
    mails = list(_with_nested(mail))
    addresses = tuple(address for one in mails for address in _addresses(one))
    for one in mails:
        groups = _groups_of(one)
        if groups:
            return _report_of(groups, addresses)
        cause = cause_of_plain(one)
        if cause is not None:
            return Report(addresses, True, cause)
    return None


def _report_of(groups: list[dict[str, str]], addresses: tuple[str, ...]) -> Report:
    """Of the fields of its recipients; of several causes the worst."""
    failed = [row for row in groups if row.get("action", "").lower() == "failed"]
    found = [
        cause_of(row.get("status", ""), row.get("diagnostic-code", ""))
        for row in failed
    ]
    order = (Cause.ADDRESS, Cause.US, Cause.LATER)
    worst = next((cause for cause in order if cause in found), Cause.UNKNOWN)
    return Report(addresses, bool(failed), worst)


def _with_nested(mail: EmailMessage, depth: int = 0) -> Iterator[EmailMessage]:
    """The mail and the mails in it, the outer first."""
    yield mail
    if depth == DEEPEST:
        return
    for part in _parts_of(mail):
        inner = _mail_in(part)
        if inner is not None:
            yield from _with_nested(inner, depth + 1)


def _parts_of(mail: EmailMessage) -> Iterator[EmailMessage]:
    """All of one mail, not looking into the mails in it."""
    yield mail
    if mail.is_multipart() and mail.get_content_maintype() == "multipart":
        for part in mail.iter_parts():
            if isinstance(part, EmailMessage):
                yield from _parts_of(part)


def _mail_in(part: EmailMessage) -> EmailMessage | None:
    """A mail that was forwarded as a whole, also as a file or, wrongly, in base 64."""
    kind = part.get_content_type()
    if kind in {"message/rfc822", "message/global"}:
        inner = part.get_payload()
        found = inner[0] if isinstance(inner, list) and inner else None
        if isinstance(found, EmailMessage):
            coded = str(part.get("Content-Transfer-Encoding", "")).lower() == "base64"
            return _decoded(str(found.get_payload())) if coded else found
        return None
    if str(part.get_filename() or "").lower().endswith(".eml"):
        raw = part.get_payload(decode=True)
        if isinstance(raw, bytes):
            return message_from_bytes(raw, policy=policy.default)
    return None


def _decoded(text: str) -> EmailMessage | None:
    try:
        raw = base64.b64decode(text)
    except (binascii.Error, ValueError):
        return None
    return message_from_bytes(raw, policy=policy.default)


def _groups_of(mail: EmailMessage) -> list[dict[str, str]]:
    """The groups of fields, one per recipient, of its delivery status."""
    for part in _parts_of(mail):
        if part.get_content_type() in _STATUS_TYPES:
            groups = map(_fields_of, _BLANK.split(_body_of(part)))
            return [group for group in groups if group]
    return []


def _body_of(part: EmailMessage) -> str:
    """The parser takes a status for one or several mails of headers alone."""
    inner = part.get_payload()
    if not isinstance(inner, list):
        raw = part.get_payload(decode=True)
        return raw.decode("utf-8", "replace") if isinstance(raw, bytes) else ""
    flat = policy.compat32
    raws = [one.as_bytes(policy=flat) for one in inner if not isinstance(one, str)]
    return "\n\n".join(raw.decode("utf-8", "replace") for raw in raws)


def _fields_of(text: str) -> dict[str, str]:
    return {name.lower(): value for name, value in _FIELD.findall(text)}


def _addresses(mail: EmailMessage) -> tuple[str, ...]:
    told = [str(value) for name in _TO for value in mail.get_all(name, [])]
    return tuple(address for _, address in getaddresses(told) if address)


def cause_of_plain(mail: EmailMessage) -> Cause | None:
    """None for what is no such report, or one that says only that it takes time."""
    text = _text_of(mail)
    by_exim = bool(mail["X-Failed-Recipients"]) or _EXIM.match(text)
    if not (by_exim or _QMAIL.match(text)):
        return None
    told = _COPY.split(text, maxsplit=1)[0]
    if _PATIENT.search(told) or not _GIVEN_UP.search(told):
        return None
    cause = cause_of_reply(told)
    late = cause == Cause.UNKNOWN and _TOO_LATE.search(told)
    return Cause.LATER if late else cause


def _text_of(mail: EmailMessage) -> str:
    """Of its first text part; Latin where the bytes say nothing."""
    for part in mail.walk():
        if part.get_content_type() == "text/plain":
            raw = part.get_payload(decode=True)
            return raw.decode("latin-1") if isinstance(raw, bytes) else ""
    return ""
