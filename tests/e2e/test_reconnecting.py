"""The line breaks off: both are told, and both are back without a click."""

from __future__ import annotations

import os
import signal

import pytest
from playwright.sync_api import Browser

from tests.e2e.media import frames_in_five_seconds
from tests.e2e.people import await_room
from tests.e2e.shots import shoot
from tests.e2e.test_seats import enters
from tests.e2e.windows import window
from tests.stack.launched import RunningStack

pytestmark = [pytest.mark.stack, pytest.mark.browser]


def test_a_silent_line_is_told_and_mended(
    chromium: Browser, running_stack: RunningStack
) -> None:
    with window(chromium) as phone, window(chromium, 1180, 820) as pc:
        enters(phone, pc, running_stack)
        await_room(pc, "connected")
        worker = running_stack.pid_of("mediaworker")
        os.kill(worker, signal.SIGSTOP)
        try:
            await_room(phone, "reconnecting")
            await_room(pc, "reconnecting")
            shoot(phone, "reconnecting")
        finally:
            os.kill(worker, signal.SIGCONT)
        await_room(phone, "connected")
        await_room(pc, "connected")
        assert frames_in_five_seconds(phone, wanted=20) >= 20
