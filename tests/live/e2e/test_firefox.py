"""A room in which nobody has a Chromium, on a plain `./run`."""

from __future__ import annotations

import unicodedata
import uuid
from pathlib import Path
from typing import Any

import pytest

from tests.live.e2e.firefox import PROGRAM, Window, running_firefox
from tests.live.stack.launched import RunningStack
from tests.live.stack.visitor import Visitor

pytestmark = [
    pytest.mark.stack,
    pytest.mark.skipif(PROGRAM is None, reason="no firefox-esr here"),
]

CONNECTED = "document.documentElement.dataset.roomState === 'connected'"
SEEN_AND_HEARD = """
(async () => {
  const { inbound } = await visavisRoom.stats();
  const seen = inbound.filter((one) => one.framesDecoded > 25).length;
  const heard = inbound.filter((one) => one.totalAudioEnergy > 0).length;
  return seen >= %(pictures)d && heard >= 2;
})()
"""


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


def adviser_joins(pc: Window, stack: RunningStack, name: str, visit: str) -> None:
    letters = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    pc.goto(f"{stack.base_url}/staff/")
    pc.types("[name=login]", f"{letters.lower()}@tilleul.example")
    pc.types("[name=password]", (stack.state / "demo-password").read_text().strip())
    pc.tells("void document.querySelector('[name=password]').form.requestSubmit()")
    pc.click(f"#join-{visit}")
    pc.until(CONNECTED)
    pc.click("#door-admit")


def guest_comes(guest: Window, phone: Window, pc: Window) -> None:
    phone.click('.ctl[data-part="more"]')
    phone.click('[data-part="invite"] button')
    link = phone.until("document.querySelector('[data-invitation] input')?.value")
    guest.goto(link)
    guest.types("[name=first_name]", "Paul")
    guest.click("button.btn-wide")
    pc.click('[data-guest="waiting"] button')
    guest.until(CONNECTED)


@pytest.mark.timeout(400)
def test_three_of_firefox_see_and_hear_each_other(
    running_stack: RunningStack, tmp_path: Path
) -> None:
    booked = book(running_stack)
    with running_firefox(tmp_path) as firefox:
        phone, pc, guest = (firefox.visitor() for _ in range(3))
        customer_waits(phone, booked["link"])
        adviser_joins(pc, running_stack, booked["adviser"], booked["id"])
        phone.comes_forward()
        phone.until(CONNECTED)
        guest_comes(guest, phone, pc)
        # Paul has left his camera off, as it is offered.
        for window, pictures in ((phone, 1), (pc, 1), (guest, 2)):
            window.until(SEEN_AND_HEARD % {"pictures": pictures})
