"""The line breaks off: both are told, and both are back without a click."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, expect

from tests.live.e2e.media import hears_more, sees_more
from tests.live.e2e.people import PATIENCE, await_room, enters
from tests.live.e2e.shots import shoot
from tests.live.e2e.windows import window
from tests.live.stack.launched import RunningStack

HALF_A_MINUTE = 31_000
"""A little more, in milliseconds."""

SESSIONS = re.compile("/sessions")
pytestmark = [pytest.mark.stack, pytest.mark.browser]


@contextmanager
def stopped_worker(stack: RunningStack) -> Iterator[None]:
    """It takes every packet and answers none."""
    worker = stack.pid_of("mediaworker")
    os.kill(worker, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(worker, signal.SIGCONT)


def test_a_silent_line_is_told_and_mended(
    chromium: Browser, running_stack: RunningStack
) -> None:
    with window(chromium) as phone, window(chromium, 1180, 820) as pc:
        enters(phone, pc, running_stack)
        await_room(pc, "connected")
        with stopped_worker(running_stack):
            await_room(phone, "reconnecting")
            await_room(pc, "reconnecting")
            shoot(phone, "reconnecting")
        await_room(phone, "connected")
        await_room(pc, "connected")
        assert sees_more(phone, frames=20)


def test_a_cut_of_forty_seconds_is_waited_for(
    chromium: Browser, running_stack: RunningStack
) -> None:
    """Neither pictures nor calls of hers get through."""
    with window(chromium) as phone, window(chromium, 1180, 820) as pc:
        phone.clock.install()
        enters(phone, pc, running_stack)
        with stopped_worker(running_stack):
            phone.route(SESSIONS, lambda route: route.abort())
            await_room(phone, "reconnecting")
            await_room(pc, "reconnecting")
            for _ in range(9):
                with phone.expect_event("requestfailed", timeout=PATIENCE):
                    phone.clock.fast_forward(5_000)
            await_room(phone, "reconnecting")
        phone.unroute(SESSIONS)
        await_room(phone, "connected")
        await_room(pc, "connected")
        assert sees_more(phone, frames=20)
        assert hears_more(pc)


def test_half_a_minute_without_each_other_ends_in_a_call(
    chromium: Browser, running_stack: RunningStack
) -> None:
    """She gave no number, so she is asked for it; with one nobody has to press."""
    with window(chromium, 360, 740) as phone, window(chromium, 1180, 820) as pc:
        address = enters(phone, pc, running_stack)
        phone.goto(address)
        phone.clock.install()
        phone.goto(f"{address}room/")
        await_room(phone, "connected")
        offered = phone.locator('vv-line [data-part="phone"]')
        number = offered.locator("input[name=phone]")
        with stopped_worker(running_stack):
            await_room(phone, "reconnecting")
            phone.clock.fast_forward(HALF_A_MINUTE)
            expect(offered).to_be_visible(timeout=PATIENCE)
            shoot(phone, "reconnecting-by-phone")
        await_room(phone, "connected")
        expect(offered).to_be_hidden(timeout=PATIENCE)
        number.evaluate("(input) => { input.value = '06 39 98 00 11' }")
        with stopped_worker(running_stack):
            await_room(phone, "reconnecting")
            phone.clock.fast_forward(HALF_A_MINUTE)
            await_room(phone, "ended")
            told = phone.locator('[data-part="ended"] h2 [data-when="by_phone"]')
            expect(told).to_be_visible()
            shoot(phone, "rescued-by-phone")
        await_room(pc, "ended")
        told = pc.locator('[data-part="ended"] h2 [data-when="by_phone"]')
        expect(told).to_be_visible(timeout=PATIENCE)
