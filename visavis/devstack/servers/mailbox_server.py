"""The development mailbox: a real SMTP server that keeps each message as a file.

Run as a process of its own: `python -m visavis.devstack.servers.mailbox_server FOLDER
PORT`. A message is complete or absent: it is written aside and renamed to
`<time>-<number>.eml`, so names sort by arrival. The envelope stands in two headers,
`X-Envelope-From` and `X-Envelope-To`, before what was sent.
"""

import asyncio
import itertools
import os
import signal
import sys
import time
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

from visavis.devstack.ports import LOOPBACK

LARGEST = 10 * 1024 * 1024


class KeepMessages:
    """aiosmtpd's handler: answers 250 only when the file is on the disk."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = itertools.count(1)

    async def handle_DATA(
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        senders = f"X-Envelope-From: {envelope.mail_from}\r\n"
        to = f"X-Envelope-To: {', '.join(envelope.rcpt_tos)}\r\n"
        name = f"{time.time_ns():020d}-{next(self._numbers):04d}"
        aside = self._folder / f"{name}.new"
        with os.fdopen(
            os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb"
        ) as f:
            f.write((senders + to).encode() + raw)
        aside.rename(self._folder / f"{name}.eml")
        return "250 kept"


async def serve(folder: Path, port: int) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    handler = KeepMessages(folder)
    server = await loop.create_server(
        lambda: SMTP(handler, data_size_limit=LARGEST, enable_SMTPUTF8=True),
        LOOPBACK,
        port,
    )
    await stop.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), int(sys.argv[2])))
