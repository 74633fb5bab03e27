"""A room of two browsers by two makers, on a plain `./run`: one numbers its path, one
does not (REMB) and is slow, and each sees and hears the other."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.live.e2e.firefox import PROGRAM, Window, running_firefox
from tests.live.e2e.people import PATIENCE, Adviser
from tests.live.e2e.windows import window
from tests.live.stack.launched import RunningStack
from tests.live.stack.visitor import Visitor

pytestmark = [
    pytest.mark.stack,
    pytest.mark.browser,
    pytest.mark.skipif(PROGRAM is None, reason="no firefox-esr here"),
]

PEERS = """
  const Real = RTCPeerConnection;
  window.peers = [];
  window.RTCPeerConnection = class extends Real {
    constructor(wanted) {
      super(wanted);
      peers.push(this);
    }
  };
"""
NUMBERED = "peers.at(-1).remoteDescription.sdp.includes('transport-cc')"
UNNUMBERED = r"""
  const real = window.fetch;
  const path = "rtcp-fb:\\d+ transport-cc|extmap:[^\\\\]*transport-wide-cc[^\\\\]*";
  const gone = new RegExp(`a=(?:${path})\\\\r\\\\n`, "g");
  window.fetch = (address, options = {}) => {
    const { body } = options;
    return real(address, body ? { ...options, body: body.replace(gone, "") } : options);
  };
"""
"""An offer that says nothing of numbers on the path, as of older browsers: the offer
travels as JSON."""
SLOW = """
  const apply = RTCPeerConnection.prototype.setRemoteDescription;
  RTCPeerConnection.prototype.setRemoteDescription = async function (answer) {
    if (this.connectionState === "connected") {
      await new Promise((resolve) => setTimeout(resolve, 1500));
    }
    return apply.call(this, answer);
  };
"""
"""A device that takes its time with an answer about more sections. What comes for them
before, Firefox takes for another section's, and then never for theirs."""

CONNECTED = "document.documentElement.dataset.roomState === 'connected'"
CONCEALED = 0.5
"""Of the sound; what a decoder made up by itself is all of it where nobody is heard."""
BEGIN = """(async () => {
  const { inbound } = await visavisRoom.stats();
  window.before = new Map(inbound.map((one) => [one.mid, one]));
})()"""
MORE = """(async () => {
  const { inbound } = await visavisRoom.stats();
  const more = (one, name) => (one[name] ?? 0) - (before.get(one.mid)?.[name] ?? 0);
  const seen = inbound.filter((one) => more(one, "framesDecoded") > 25).length;
  const heard = inbound.filter((one) => more(one, "totalAudioEnergy") > 0.005
    && more(one, "concealedSamples") < CONCEALED * more(one, "totalSamplesReceived"));
  return seen >= %(pictures)d && heard.length >= %(sounds)d;
})()""".replace("CONCEALED", str(CONCEALED))


def book(stack: RunningStack) -> dict[str, Any]:
    who = {
        "name": "Léa Martin",
        "email": f"lea.{uuid.uuid4().hex[:8]}@customer.example",
    }
    return Visitor(stack.base_url).books(who, nth=0)


def customer_waits(phone: Window, link: str) -> None:
    phone.goto(link)
    phone.click('a[href$="/device/"]')
    phone.click('vv-device-check [data-part="ask"]')
    phone.sees('vv-device-check[data-state="ready"]')
    phone.click('[data-part="camera-switch"]')
    phone.sees('[data-part="mirror"][data-state="on"]')
    phone.click(".bar form button")
    phone.sees('[data-waiting="waiting"]')


def guest_comes(guest: Window, phone: Window, pc: Page) -> None:
    phone.click('.ctl[data-part="more"]')
    phone.click('[data-part="invite"] button')
    link = phone.until("document.querySelector('[data-invitation] input')?.value")
    guest.goto(link)
    guest.types("[name=first_name]", "Paul")
    guest.click("button.btn-wide")
    pc.locator('[data-guest="waiting"] button').first.click(timeout=PATIENCE)
    guest.until(CONNECTED)


def all_see_and_hear(firefoxes: list[Window], pc: Page) -> None:
    """The guest, last of them, has left the camera off, as it is offered."""
    for one in firefoxes:
        one.tells(BEGIN)
    pc.evaluate(BEGIN)
    *others, guest = firefoxes
    for one in others:
        one.until(MORE % {"pictures": 1, "sounds": 2})
    guest.until(MORE % {"pictures": 2, "sounds": 2})
    pc.wait_for_function(
        f"async () => {MORE % {'pictures': 1, 'sounds': 2}}", timeout=PATIENCE
    )


@pytest.mark.timeout(400)
def test_firefox_and_chromium_see_and_hear_each_other(
    chromium: Browser, running_stack: RunningStack, tmp_path: Path
) -> None:
    booked = book(running_stack)
    with running_firefox(tmp_path) as firefox, window(chromium, 1180, 820) as pc:
        phone = firefox.visitor(PEERS)
        guest = firefox.visitor(SLOW + PEERS + UNNUMBERED)
        adviser = Adviser(pc, running_stack)
        customer_waits(phone, booked["link"])
        adviser.signs_in(booked["adviser"])
        adviser.joins(booked["id"])
        adviser.lets_her_in()
        phone.comes_forward()
        phone.until(CONNECTED)
        guest_comes(guest, phone, pc)
        assert phone.tells(NUMBERED) and not guest.tells(NUMBERED)
        all_see_and_hear([phone, guest], pc)
