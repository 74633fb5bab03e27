"""Reading what the development SMTP server received: one `.eml` file per message."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

MOST_LISTED = 200


@dataclass(frozen=True)
class Attachment:
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """A message as it arrived; `to` is the envelope's recipient, not the header's."""

    id: str
    received_at: dt.datetime
    subject: str
    sender: str
    to: str
    text: str
    html: str
    attachments: list[Attachment]


def mails_in(folder: Path) -> list[Mail]:
    """The newest first. A folder that does not exist holds none."""
    files = sorted(folder.glob("*.eml"), reverse=True)[:MOST_LISTED]
    return [_read(file) for file in files]


def mail_in(folder: Path, mail_id: str) -> Mail | None:
    """`mail_id` comes from an address: only a name that the folder lists is opened."""
    for file in folder.glob("*.eml"):
        if file.stem == mail_id:
            return _read(file)
    return None


def _read(file: Path) -> Mail:
    parsed = message_from_bytes(file.read_bytes(), policy=policy.default)
    nanoseconds = int(file.stem.partition("-")[0])
    return Mail(
        id=file.stem,
        received_at=dt.datetime.fromtimestamp(nanoseconds / 1e9, tz=dt.UTC),
        subject=str(parsed["Subject"] or ""),
        sender=str(parsed["From"] or ""),
        to=str(parsed["X-Envelope-To"] or parsed["To"] or ""),
        text=_body(parsed, "plain"),
        html=_body(parsed, "html"),
        attachments=[_attachment(part) for part in parsed.iter_attachments()],
    )


def _body(parsed: EmailMessage, kind: str) -> str:
    part = parsed.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part else ""


def _attachment(part: EmailMessage) -> Attachment:
    content = part.get_payload(decode=True)
    return Attachment(
        name=part.get_filename() or "attachment",
        content_type=part.get_content_type(),
        content=content if isinstance(content, bytes) else b"",
    )
