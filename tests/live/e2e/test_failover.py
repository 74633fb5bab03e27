"""The media worker is killed: both are back in another one, and the chat goes on."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.live.e2e.media import hears_more, sees_more
from tests.live.e2e.people import PATIENCE, await_message, await_room, enters, say
from tests.live.e2e.windows import window
from tests.live.stack.launched import ROOT, RunningStack

pytestmark = [pytest.mark.stack, pytest.mark.browser]


def figure(stack: RunningStack, name: str) -> float:
    with urllib.request.urlopen(f"{stack.base_url}/metrics", timeout=10) as answer:  # noqa: S310 - loopback
        text = answer.read().decode()
    found = re.search(rf"^{name} (\S+)$", text, re.MULTILINE)
    assert found, text
    return float(found[1])


def await_nodes(stack: RunningStack, count: int) -> None:
    deadline = time.monotonic() + PATIENCE / 1000
    while figure(stack, "visavis_media_nodes") != count:
        assert time.monotonic() < deadline, f"never {count} media nodes"
        time.sleep(0.1)


def watch_for(page: Page, state: str) -> None:
    """Leave a mark once the room has been in a state that may be too short to meet."""
    page.evaluate(
        """state => {
            const root = document.documentElement;
            new MutationObserver(() => {
                if (root.dataset.roomState === state) root.dataset.seen = "";
            }).observe(root, { attributeFilter: ["data-room-state"] });
        }""",
        state,
    )


@contextmanager
def second_worker(stack: RunningStack) -> Iterator[None]:
    """As `./run mediaworker --index 7` beside the copy that runs."""
    command = [sys.executable, "-m", "visavis.devstack", "mediaworker", "--index", "7"]
    process = subprocess.Popen(command, cwd=ROOT, env=stack.env)
    try:
        await_nodes(stack, 2)
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE / 1000)
        await_nodes(stack, 1)


def test_a_killed_worker_costs_seconds_and_no_click(
    chromium: Browser, running_stack: RunningStack
) -> None:
    """The customer's camera is off, as it begins: the adviser hears them."""
    with window(chromium) as phone, window(chromium, 1180, 820) as pc:
        enters(phone, pc, running_stack)
        await_room(pc, "connected")
        with second_worker(running_stack):
            first = running_stack.pid_of("mediaworker")
            watch_for(phone, "reconnecting")
            os.kill(first, signal.SIGKILL)
            expect(phone.locator("html[data-seen]")).to_be_attached(timeout=PATIENCE)
            await_room(phone, "connected")
            await_room(pc, "connected")
            assert sees_more(phone, frames=20)
            assert hears_more(pc)
            phone.locator('.ctl[data-part="chat"]').click()
            say(phone, "Vous me voyez ?")
            await_message(pc, "Vous me voyez ?")
            running_stack.await_pid_of("mediaworker", other_than=first)
        # The second worker was asked to end: it hands its rooms over to the first.
        assert sees_more(phone, frames=20)
        assert hears_more(pc)
