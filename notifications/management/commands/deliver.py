"""`manage.py deliver [--loop]`: plan and send, with PostgreSQL alone."""

from __future__ import annotations

import logging
import signal
import time
from collections.abc import Callable
from dataclasses import asdict
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DEFAULT_DB_ALIAS, Error, connections

from booking.services.locking import EVENTS_CHANNEL
from notifications.outbox.alarm import Watch
from notifications.outbox.dispatch import Sender, sweep

logger = logging.getLogger(__name__)

POLL = 5.0
AT_ONCE = 50
"""So many are planned before the next is sent."""
SHARE = 2.0
"""Seconds. After so long of sending, as to a server that is slow, what was booked
meanwhile is planned: it may be due before what waits."""
SLICE = 0.5
LONGEST_PAUSE = 10.0


class Command(BaseCommand):
    help = "Plan and send messages: one sweep, or for ever with --loop."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--loop", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["loop"]:
            Loop().run()
        else:
            self.stdout.write(str(asdict(sweep())))


class Loop:
    """Runs until SIGTERM or SIGINT, and finishes the message that it is sending.

    A notice wakes it; without one it looks every 5 s, so a lost notice costs only
    that. When the database goes it says so once, waits and comes back. Behind a pooler
    a session is nobody's own: it listens past it, by DATABASE_DIRECT_URL.
    """

    def __init__(self) -> None:
        self._listener = connections[
            "direct" if "direct" in connections else DEFAULT_DB_ALIAS
        ]
        self._stopping = False
        self._failures = 0
        self._sender = Sender()
        self._watch = Watch()

    def run(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        while not self._stopping:
            try:
                self._work()
            except Error as error:
                self._pause("the database is away", error)
            except Exception as error:  # whatever it is, the next messages wait
                logger.error("deliver: a fault of ours (%s)", type(error).__name__)
                self._pause("a pause", error)
        self._sender.close()
        connections.close_all()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._stopping = True

    def _work(self) -> None:
        """Sweep while there is something to do, then wait for a notice."""
        with self._listener.cursor() as cursor:
            cursor.execute(f"LISTEN {EVENTS_CHANNEL}")
        while not self._stopping:
            done = sweep(limit=AT_ONCE, sender=self._sender, is_over=self._spent())
            if self._failures:
                print("deliver: the database is back", flush=True)
                self._failures = 0
            self._watch.look()
            if not done:
                self._sender.close()
                self._wait_for_notice()

    def _spent(self) -> Callable[[], bool]:
        """From the first message on, so that however long planning takes one leaves."""
        ends: list[float] = []

        def is_over() -> bool:
            now = time.monotonic()
            if not ends:
                ends.append(now + SHARE)
            return self._stopping or now > ends[0]

        return is_over

    def _wait_for_notice(self) -> None:
        deadline = time.monotonic() + POLL
        while not self._stopping and time.monotonic() < deadline:
            # Short slices: a signal only sets the flag that is read here.
            with self._listener.wrap_database_errors:
                heard = self._listener.connection
                notices = heard.notifies(timeout=SLICE, stop_after=1)
                if list(notices):
                    return

    def _pause(self, what: str, error: Exception) -> None:
        if not self._failures:
            print(f"deliver: {what} ({type(error).__name__})", flush=True)
        self._failures += 1
        connections.close_all()
        end = time.monotonic() + min(0.5 * 2**self._failures, LONGEST_PAUSE)
        while not self._stopping and time.monotonic() < end:
            time.sleep(0.2)
