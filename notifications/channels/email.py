"""E-mail by SMTP: text and HTML alike, with the calendar file attached."""

from __future__ import annotations

import contextlib
import re
import smtplib
from email.mime.text import MIMEText
from email.utils import formataddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from notifications.channels.base import Handed, Message
from notifications.errors import DeliveryError

_CODES = {
    smtplib.SMTPAuthenticationError: "sender_refused",
    smtplib.SMTPSenderRefused: "sender_refused",
    smtplib.SMTPServerDisconnected: "server_left",
    smtplib.SMTPException: "server_refuses",
}
"""By kind, the narrow before the wide. All are worth another try."""

_METHOD = re.compile(rb"^METHOD:([A-Z]+)", re.MULTILINE)


class EmailChannel:
    """A server that hangs costs one EMAIL_TIMEOUT (20 s), well below the lease."""

    def send(self, message: Message) -> Handed:
        try:
            mail = _mail(message)
            connection = get_connection()
            connection.open()
        except ValueError:
            # Django's refusal of an address or header: a later try is no better.
            raise DeliveryError("message_refused", permanent=True) from None
        except OSError as error:
            raise _delivery_error(error) from None
        try:
            connection.send_messages([mail])
        except ValueError:
            raise DeliveryError("message_refused", permanent=True) from None
        except OSError as error:
            raise _delivery_error(error) from None
        finally:
            # The server answers for the message already: a QUIT that fails must not
            # look like a message that was not taken, and be sent again.
            with contextlib.suppress(OSError):
                connection.close()
        return Handed(str(mail.extra_headers["Message-ID"]))


def _mail(message: Message) -> EmailMultiAlternatives:
    domain = urlsplit(settings.SITE_URL).hostname or "localhost"
    mail = EmailMultiAlternatives(
        subject=_one_line(message.subject),
        body=message.text,
        from_email=formataddr((_one_line(message.sender_name), message.sender_address)),
        to=[message.to],
        headers={
            "Message-ID": f"<{message.key}@{domain}>",
            "Auto-Submitted": "auto-generated",
            "Content-Language": message.language,
        },
    )
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


def _delivery_error(error: OSError) -> DeliveryError:
    """A code without a word of the server, which repeats addresses in its answers."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        permanent = all(code >= 500 for code, _ in error.recipients.values())
        return DeliveryError("recipient_refused", permanent=permanent)
    if isinstance(error, smtplib.SMTPDataError):
        return DeliveryError("message_refused", permanent=error.smtp_code >= 500)
    # smtplib turns a timeout in mid-conversation into "disconnected".
    if isinstance(error, TimeoutError) or isinstance(error.__context__, TimeoutError):
        return DeliveryError("server_hangs")
    for kind, code in _CODES.items():
        if isinstance(error, kind):
            return DeliveryError(code)
    return DeliveryError("server_unreachable")
