"""Reports of mails that came back, in the plain words of qmail (QSBMF) and Exim.

Only the part above the returned mail is read: below it anybody's words may stand.
"""

from __future__ import annotations

import re
from email.message import EmailMessage

from notifications.channels.status_codes import Cause, cause_of_reply

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
