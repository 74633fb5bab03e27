"""A real Chromium's line that narrows gets the low layer, by our own estimate of it.

The others' stays as it is: nobody says which layer anybody wants but the sharing out.
"""

from __future__ import annotations

import asyncio
import uuid
from functools import partial
from socket import socket

import pytest
from playwright.sync_api import Browser

from tests.live.room.layered_page import OFFER, SENT, opened, shows, until
from tests.video.running_worker import RunningWorker
from video.media.transport.datagrams import Address, PlainDatagrams

pytestmark = pytest.mark.browser

NARROW, LONGEST_WAIT = 200_000, 0.4
"""Bits a second that carry 180 lines, not 360, and the seconds of their queue."""
BELOW = 28
BEST, LOW = 360, 180


class NarrowingDatagrams(PlainDatagrams):
    """What goes to `narrow` waits its turn; what would wait too long is lost."""

    def __init__(self, sock: socket) -> None:
        super().__init__(sock)
        self.narrow: Address | None = None
        self._free_at = 0.0

    def flush(self) -> int:
        for buffer, length, route in self._queued:
            if route == self.narrow:
                self._carry(bytes(buffer.view[:length]), self.address(route))
        self._queued[:] = [one for one in self._queued if one[2] != self.narrow]
        return super().flush()

    def _carry(self, packet: bytes, address: Address) -> None:
        loop = asyncio.get_running_loop()
        now = loop.time()
        begins = max(now, self._free_at)
        if begins - now < LONGEST_WAIT:
            self._free_at = begins + (len(packet) + BELOW) * 8 / NARROW
            loop.call_at(self._free_at, partial(self.send, packet, address))


def test_a_line_that_narrows_gets_the_low_layer_and_the_best_again(
    chromium: Browser,
) -> None:
    lines: list[NarrowingDatagrams] = []

    def opened_line(sock: socket) -> NarrowingDatagrams:
        lines.append(NarrowingDatagrams(sock))
        return lines[-1]

    with RunningWorker(opened=opened_line) as running:
        room = uuid.uuid4().hex
        lea, ines, max_ = (opened(chromium) for _ in range(3))
        for page, name in ((lea, "lea"), (ines, "ines"), (max_, "max")):
            offer = page.evaluate(OFFER, page is lea)
            page.evaluate("answer", running.join(room, name, offer))
        shows(ines, BEST)
        shows(max_, BEST)
        (address,) = (
            session.ice.address
            for session in running.worker.rooms[room].sessions.values()
            if session.participant.id == "ines"
        )
        for line in lines:
            line.narrow = address
        shows(ines, LOW)
        until(lea, lambda: lea.evaluate(SENT) == "lm", "both layers")
        shows(max_, BEST)
        for line in lines:
            line.narrow = None
        shows(ines, BEST)
        until(lea, lambda: lea.evaluate(SENT) == "m", "the best layer alone")
        for page in (lea, ines, max_):
            page.close()
