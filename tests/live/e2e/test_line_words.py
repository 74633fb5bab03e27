"""The words about lines and pictures, beside what the browsers' own figures say.

Thresholds stand here and are not those of the page: a word that no longer fits the
figures fails, whoever of the two has changed.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.live.e2e.people import PATIENCE, enters
from tests.live.e2e.shots import shoot
from tests.live.e2e.weak import CONTROL, WEAK
from tests.live.e2e.windows import window
from tests.live.stack.launched import RunningStack

pytestmark = [pytest.mark.stack, pytest.mark.browser]

GOOD_FROM = 12.0
"""Frames a second; nothing below is called good."""
LIVE_FOR = 2.0
"""Seconds after which a still is said to be one."""

SENDERS = """const Real = RTCPeerConnection;
window.RTCPeerConnection = class extends Real {
  constructor(wanted) {
    super(wanted);
    window.peer = this;
  }
};
let most = null;
// The page's own ladder asks by the same way, and is held to it, too.
const ask = RTCRtpSender.prototype.setParameters;
RTCRtpSender.prototype.setParameters = function (wanted) {
  if (this.track?.kind !== "video" || most === null) return ask.call(this, wanted);
  const limit = { active: most > 0, maxFramerate: most || 30 };
  const encodings = wanted.encodings.map((one) => ({ ...one, ...limit }));
  return ask.call(this, { ...wanted, encodings });
};
window.sendsAtMost = async (frames) => {
  most = frames;
  const sender = peer.getSenders().find((one) => one.track?.kind === "video");
  const once = async () => {
    const parameters = sender.getParameters();
    for (const one of parameters.encodings) {
      one.active = frames !== 0;
      one.maxFramerate = frames || 30;
    }
    await sender.setParameters(parameters);
  };
  // Fails where the page asks at the same time.
  while (!(await once().then(() => true, () => false)));
};"""


def figures(page: Page) -> dict[str, Any]:
    """Of the one picture that comes: frames so far, and the browser's own clock."""
    inbound = page.evaluate("visavisRoom.stats()")["inbound"]
    found = [one for one in inbound if one["kind"] == "video" and "frameHeight" in one]
    return max(found, key=lambda one: one.get("framesDecoded", 0))


def until(page: Page, holds: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE / 1_000
    while not holds():
        assert time.monotonic() < deadline, f"waited in vain: {what}"
        page.wait_for_timeout(100)


def rate(page: Page, *, span: float = 2.0) -> float:
    """Frames a second of the last `span` seconds of the browser's clock."""
    first = figures(page)
    while (now := figures(page))["timestamp"] - first["timestamp"] < span * 1_000:
        page.wait_for_timeout(100)
    past = (now["timestamp"] - first["timestamp"]) / 1_000
    return float((now["framesDecoded"] - first["framesDecoded"]) / past)


def line_word(page: Page) -> Locator:
    return page.locator('[data-part="quality"]')


def tile(page: Page) -> Locator:
    return page.locator('.person[data-role="adviser"]')


def note(page: Page) -> Locator:
    return tile(page).locator('[data-part="note"]')


def says(words: Locator, pattern: str) -> None:
    """What stands there to be read: the words of other states lie beside it."""
    wanted = re.compile(pattern)
    expect(words).to_have_text(wanted, use_inner_text=True, timeout=PATIENCE)


def shows_it_live(phone: Page, pc: Page) -> None:
    """Nothing is said beside a picture that is well."""
    expect(pc.locator('.ctl[data-part="camera"]')).to_have_attribute(
        "data-state", "on", timeout=PATIENCE
    )
    expect(tile(phone)).to_have_attribute("data-state", "picture", timeout=PATIENCE)
    if rate(phone) >= GOOD_FROM:
        expect(note(phone)).to_be_hidden(timeout=PATIENCE)


def is_not_good_when_it_is_slow(phone: Page, pc: Page) -> None:
    pc.evaluate("sendsAtMost(5)")
    until(phone, lambda: rate(phone) < GOOD_FROM, "few frames")
    expect(line_word(phone)).not_to_have_attribute(
        "data-state", "good", timeout=PATIENCE
    )
    says(note(phone), "Image saccadée")
    for _ in range(5):
        assert line_word(phone).get_attribute("data-state") != "good" or (
            rate(phone) >= GOOD_FROM
        )
    shoot(phone, "jerky-picture")


def grows_old_by_their_line(phone: Page, pc: Page) -> None:
    """Their line takes sound alone: the ladder of their own page has stopped it."""
    pc.evaluate("sendsAtMost(null)")
    pc.evaluate("weak.bits = 50_000")
    phone.evaluate("hears({ type: 'pictures', paused: false, limited: false })")
    expect(tile(phone)).to_have_attribute("data-state", "old", timeout=PATIENCE)
    before = figures(phone)
    says(note(phone), "Image d'il y a")
    says(note(phone), "la ligne d")
    assert figures(phone)["framesDecoded"] - before["framesDecoded"] <= 1
    shoot(phone, "old-picture-theirs")
    pc.evaluate("weak.bits = 0")
    expect(tile(phone)).to_have_attribute("data-state", "picture", timeout=PATIENCE)


def grows_old_by_our_line(phone: Page, pc: Page) -> None:
    """tests/video/media/rtp/test_weak_line.py shows when the room says so."""
    phone.evaluate("hears({ type: 'pictures', paused: true, limited: true })")
    pc.evaluate("sendsAtMost(0)")
    says(note(phone), "votre ligne")
    # What was on its way, when nothing more was sent, still comes.
    expect(tile(phone)).to_have_attribute("data-state", "old", timeout=PATIENCE)
    until(phone, lambda: rate(phone, span=LIVE_FOR) == 0, "nothing comes")
    expect(tile(phone)).to_have_attribute("data-state", "old")
    shoot(phone, "old-picture-mine")
    phone.evaluate("hears({ type: 'pictures', paused: false, limited: false })")
    pc.evaluate("sendsAtMost(null)")
    expect(tile(phone)).to_have_attribute("data-state", "picture", timeout=PATIENCE)


def is_off_and_not_old(phone: Page, pc: Page) -> None:
    pc.locator('.ctl[data-part="camera"]').click()
    says(note(phone), "Caméra éteinte")
    expect(tile(phone)).to_have_attribute("data-state", "sound")
    shoot(phone, "camera-off")


@pytest.mark.timeout(240)
def test_the_words_say_what_the_figures_say(
    chromium: Browser, running_stack: RunningStack
) -> None:
    with window(chromium, 360, 740) as phone, window(chromium, 1280, 820) as pc:
        phone.add_init_script(CONTROL)
        pc.add_init_script(WEAK)
        pc.add_init_script(SENDERS)
        enters(phone, pc, running_stack)
        shows_it_live(phone, pc)
        is_not_good_when_it_is_slow(phone, pc)
        grows_old_by_their_line(phone, pc)
        grows_old_by_our_line(phone, pc)
        is_off_and_not_old(phone, pc)
