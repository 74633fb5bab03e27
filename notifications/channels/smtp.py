"""Django's SMTP backend, with a connection that is kept and can be cut off."""

from __future__ import annotations

import select
import smtplib
import socket
from email import policy
from email.generator import BytesGenerator
from io import BytesIO

from django.core.mail import EmailMessage
from django.core.mail.backends.smtp import EmailBackend

from notifications.channels.cutting import Cutter


class AsciiOnlyError(smtplib.SMTPNotSupportedError):
    """The server has no SMTPUTF8, and the recipient's address needs it."""


class Backend(EmailBackend):
    """`cutter` ends a conversation that takes too long, `is_fresh` says whether the
    next message begins one."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]  # as it came
        self.cutter = Cutter()

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """With this backend's cutter: smtplib connects within its constructor."""
        cutter = self.cutter

        class Plain(smtplib.SMTP):
            def _get_socket(
                self, host: str, port: int, timeout: float
            ) -> socket.socket:
                taken: socket.socket = super()._get_socket(host, port, timeout)  # type: ignore[misc]  # typeshed leaves it out
                cutter.watch(taken)
                return taken

        class WithTls(smtplib.SMTP_SSL, Plain):
            """In this order: what is watched is the socket below TLS."""

        return WithTls if self.use_ssl else Plain

    def _send(self, email_message: EmailMessage) -> bool:
        """Django's, and for an address with other letters before its @ by SMTPUTF8
        (RFC 6531). Raises AsciiOnlyError where the server has none."""
        if all(address.isascii() for address in email_message.recipients()):
            return bool(super()._send(email_message))  # type: ignore[misc]  # typeshed leaves it out
        connection = self.connection
        if connection is None:
            return False
        connection.ehlo_or_helo_if_needed()
        if not connection.has_extn("smtputf8"):
            raise AsciiOnlyError
        connection.sendmail(
            email_message.from_email,
            email_message.recipients(),
            _with_letters(email_message),
            mail_options=["SMTPUTF8", "BODY=8BITMIME"],
        )
        return True

    @property
    def is_fresh(self) -> bool:
        return self.connection is None

    def still_there(self) -> bool:
        """True if the kept connection is silent: a server that ends one says so, or
        closes it, before it is asked anything."""
        if self.connection is None or self.connection.sock is None:
            return False
        readable = select.poll()
        readable.register(self.connection.sock, select.POLLIN)
        return not readable.poll(0)

    def drop(self) -> None:
        """Without a word to a server that may not listen."""
        if self.connection is not None:
            self.connection.close()
            self.connection = None
        self.cutter.forget()


def _with_letters(mail: EmailMessage) -> bytes:
    """Its bytes with the recipients as they are (RFC 6532); Django would encode them as
    if they were words."""
    made, written = mail.message(), BytesIO()
    made.replace_header("To", ", ".join(mail.to))
    BytesGenerator(written, mangle_from_=False, policy=policy.SMTPUTF8).flatten(made)
    return written.getvalue()
