"""A real SMTP server whose answers a test chooses."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from visavis.devstack.ports import LOOPBACK, free_port


def nothing() -> None:
    """Takes a message without doing more."""


class PostOffice:
    """What arrived, in order. `to_recipient` and `to_message` are its answers;
    `before_answer` runs in the server once a message is in, before it says so."""

    def __init__(self) -> None:
        self.host = LOOPBACK
        self.port = free_port()
        self.to_recipient = "250 OK"
        self.to_message = "250 kept"
        self.before_answer: Callable[[], None] = nothing
        self.conversations = 0
        self._open: list[SMTP] = []
        self._arrived: list[EmailMessage] = []
        self._lock = threading.Lock()

    @property
    def arrived(self) -> list[EmailMessage]:
        with self._lock:
            return list(self._arrived)

    @property
    def keys(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.arrived]

    @property
    def senders(self) -> list[str]:
        """Of the envelopes: where each mail would come back to."""
        return [str(mail["X-Envelope-From"]) for mail in self.arrived]

    @property
    def subjects(self) -> list[str]:
        """As programs show them: without the space that folding may leave in front."""
        return [str(mail["Subject"]).strip() for mail in self.arrived]

    async def handle_EHLO(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        hostname: str,
        responses: list[str],
    ) -> list[str]:
        self.conversations += 1
        self._open.append(server)
        session.host_name = hostname
        return responses

    def end_conversations(self) -> None:
        """As a server does with one that has been silent for long."""
        for server in self._open:
            ended = asyncio.run_coroutine_threadsafe(_end(server), server.loop)
            ended.result(5)
        self._open.clear()

    async def handle_RCPT(
        self,
        server: SMTP,
        session: Session,
        envelope: Envelope,
        address: str,
        options: list[str],
    ) -> str:
        if self.to_recipient.startswith("250"):
            envelope.rcpt_tos.append(address)
        return self.to_recipient

    async def handle_DATA(
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, policy=policy.default)
        mail["X-Envelope-To"] = ", ".join(envelope.rcpt_tos)
        mail["X-Envelope-From"] = envelope.mail_from or ""
        if self.to_message.startswith("250"):
            with self._lock:
                self._arrived.append(mail)
        # In a thread: it may wait, or ask the database.
        await asyncio.get_running_loop().run_in_executor(None, self.before_answer)
        return self.to_message


async def _end(server: SMTP) -> None:
    if server.transport is not None:
        server.transport.close()
    await asyncio.sleep(0)  # the loop closes the socket in its next round
    await asyncio.sleep(0)


def part_of(mail: EmailMessage, kind: str) -> str:
    """The text of its `plain` or `html` part."""
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())


@contextlib.contextmanager
def opened(*, takes_letters: bool = True) -> Iterator[PostOffice]:
    """`takes_letters`: whether it announces SMTPUTF8."""
    office = PostOffice()
    controller = Controller(
        office,
        hostname=office.host,
        port=office.port,
        enable_SMTPUTF8=takes_letters,
    )
    controller.start()
    try:
        yield office
    finally:
        controller.stop()
