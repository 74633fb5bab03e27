"""E-mail: text and HTML alike, with the calendar file attached; by SMTP, or by another
mail backend of Django's that EMAIL_BACKEND names."""

from __future__ import annotations

import contextlib
import re
import smtplib
import uuid
from email.message import EmailMessage as MimeMessage
from email.mime.text import MIMEText
from email.utils import formataddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend

from notifications.channels.base import LONGEST_SEND_SECONDS, Handed, Message
from notifications.channels.return_paths import return_path
from notifications.channels.smtp import AsciiOnlyError, Backend
from notifications.channels.status_codes import Cause, cause_of_reply
from notifications.errors import DeliveryError
from stores.written import wire_address

_CODES = {
    smtplib.SMTPAuthenticationError: "sender_refused",
    smtplib.SMTPSenderRefused: "sender_refused",
    smtplib.SMTPServerDisconnected: "server_left",
    smtplib.SMTPException: "server_refuses",
}
"""By kind, the narrow before the wide. All are worth another try."""

ASCII_ONLY = "relay_ascii_only"
"""Our relay has no SMTPUTF8, so letters before an @ cannot be written to."""
CLOSING = 421
GOODBYE = 2.0
_METHOD = re.compile(rb"^METHOD:([A-Z]+)", re.MULTILINE)


class EmailChannel:
    """Keeps its connection from one message to the next until `close`.

    A server that hangs costs one EMAIL_TIMEOUT, one that trickles `LONGEST`; both are
    well below the lease. `longest` is there for tests.
    """

    def __init__(self, longest: float = LONGEST_SEND_SECONDS) -> None:
        self._longest = longest
        self._backend: BaseEmailBackend | None = None

    def send(self, message: Message) -> Handed:
        if self._backend is None:
            self._backend = get_connection()
        # A provider chooses the sender of the envelope itself, and refuses another's.
        by_smtp = isinstance(self._backend, EmailBackend)
        comes_back_to = return_path(message.key) if by_smtp else ""
        mail = _mail(message, comes_back_to)
        try:
            self._send(self._backend, mail)
        except ValueError:
            # Django's refusal of an address or header: a later try is no better.
            raise DeliveryError("message_refused", permanent=True) from None
        except AsciiOnlyError:
            raise DeliveryError(ASCII_ONLY, permanent=True) from None
        except OSError as error:
            has_cut = (
                isinstance(self._backend, Backend) and self._backend.cutter.has_cut
            )
            self.close()
            if has_cut:
                raise DeliveryError("server_hangs") from None
            raise _delivery_error(error) from None
        return Handed(str(mail.extra_headers["Message-ID"]))

    def close(self) -> None:
        """Says goodbye where the server still listens. It answers for what it took
        already: a QUIT that fails is no failure of a message."""
        backend, self._backend = self._backend, None
        if isinstance(backend, Backend):
            with backend.cutter.after(GOODBYE), contextlib.suppress(OSError):
                backend.close()
            backend.drop()
        elif backend is not None:
            with contextlib.suppress(OSError):
                backend.close()

    def _send(self, backend: BaseEmailBackend, mail: EmailMultiAlternatives) -> None:
        """By one conversation, or by two where the server had ended the first."""
        if not isinstance(backend, Backend):
            backend.open()
            backend.send_messages([mail])
            return
        with backend.cutter.after(self._longest):
            if not backend.still_there():
                backend.drop()
            was_kept = not backend.is_fresh
            backend.open()
            try:
                backend.send_messages([mail])
            except smtplib.SMTPSenderRefused as error:
                # "Enough for one connection", said before it took anything.
                if not (was_kept and error.smtp_code == CLOSING):
                    raise
                backend.drop()
                backend.open()
                backend.send_messages([mail])


class _Mail(EmailMultiAlternatives):
    """Its boundaries are made from a key that nobody could know beforehand. Python's
    are searched for in all that was written, which takes a fifth of the time."""

    def __init__(self, key: uuid.UUID, **parts: Any) -> None:
        super().__init__(**parts)
        self._key = key

    def message(self, **options: Any) -> MimeMessage[Any, Any]:
        made = super().message(**options)
        for number, part in enumerate(made.walk()):
            if part.is_multipart():
                part.set_boundary(f"=_{number}_{self._key.hex}")
        return made


def _mail(message: Message, comes_back_to: str) -> EmailMultiAlternatives:
    domain = urlsplit(settings.SITE_URL).hostname or "localhost"
    sender = formataddr((_one_line(message.sender_name), message.sender_address))
    mail = _Mail(
        key=message.key,
        subject=_one_line(message.subject),
        body=message.text,
        from_email=comes_back_to or sender,
        to=[wire_address(message.to)],
        headers={
            "Message-ID": f"<{message.key}@{domain}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": message.language,
        },
    )
    if comes_back_to:
        mail.extra_headers["From"] = sender
    if message.reply_to:
        mail.extra_headers["Reply-To"] = message.reply_to
    if message.unsubscribe_url:  # RFC 2369 and RFC 8058
        mail.extra_headers["List-Unsubscribe"] = f"<{message.unsubscribe_url}>"
        mail.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.attach_alternative(message.html, "text/html")
    if message.calendar:
        mail.attach(_calendar_part(message.calendar))
    return mail


def _calendar_part(calendar: bytes) -> MIMEText:
    """RFC 5546: the type's `method` repeats the file's METHOD."""
    part = MIMEText(calendar.decode(), "calendar", "utf-8")
    found = _METHOD.search(calendar)
    part.set_param("method", found[1].decode() if found else "PUBLISH")
    part.add_header("Content-Disposition", "attachment", filename="visavis.ics")
    return part


def _one_line(text: str) -> str:
    """Names come from people: whatever breaks a line becomes a space."""
    return " ".join(text.split())


def _refused_at_once(error: smtplib.SMTPRecipientsRefused) -> DeliveryError:
    """Of a server that says already of the recipient that it takes no mail from us."""
    [(code, words), *_] = error.recipients.values()
    said = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    cause = cause_of_reply(f"{code} {said}")
    problem = "mail_refused" if cause == Cause.US else "recipient_refused"
    # A full mailbox may be emptied before the message is of no use.
    return DeliveryError(problem, permanent=code >= 500 and cause != Cause.LATER)


def _delivery_error(error: OSError) -> DeliveryError:
    """A code without a word of the server, which repeats addresses in its answers."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return _refused_at_once(error)
    if isinstance(error, smtplib.SMTPDataError):
        return DeliveryError("message_refused", permanent=error.smtp_code >= 500)
    # smtplib turns a timeout in mid-conversation into "disconnected".
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return DeliveryError("server_hangs")
    for kind, code in _CODES.items():
        if isinstance(error, kind):
            return DeliveryError(code)
    # As the library `requests` says it; what a provider finds wrong today, a key that
    # ran out or a limit, is put right without losing a message.
    if getattr(error, "response", None) is not None:
        return DeliveryError("provider_refuses")
    return DeliveryError("server_unreachable")
