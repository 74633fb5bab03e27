"""One's own microphone, cameras and network, as they fail and change in a visit."""

from __future__ import annotations

import json
import os
import wave
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.live.chromium import FLAGS
from tests.live.e2e.media import sees_more
from tests.live.e2e.people import PATIENCE, await_room, enters
from tests.live.e2e.shots import shoot
from tests.live.e2e.windows import window
from tests.live.stack.launched import RunningStack
from tests.video.relay import Relay, credentials, needs_coturn, running_relay

pytestmark = [pytest.mark.stack, pytest.mark.browser]

FAKE = "--use-fake-device-for-media-stream"
TWO_CAMERAS = """(() => {
  const { mediaDevices } = navigator;
  const all = mediaDevices.enumerateDevices.bind(mediaDevices);
  const works = ({ label }) => label !== "fake_device_1";
  mediaDevices.enumerateDevices = async () => (await all()).filter(works);
})()"""
"""The second of Chromium's made-up cameras gives a depth that no call takes."""
DEVICE = """() => document.querySelector("[data-part=self]").srcObject
  .getVideoTracks()[0].getSettings().deviceId"""

RELAYED = """(() => {
  const Real = RTCPeerConnection;
  window.peers = [];
  window.RTCPeerConnection = class extends Real {
    constructor(wanted) {
      super({ ...wanted, iceServers: SERVERS, iceTransportPolicy: "relay" });
      peers.push(this);
    }
  };
})()"""
"""The firewall of an office: nothing but the relay is reached."""

BY_RELAY = """async () => {
  const found = new Map(await peers.at(-1).getStats());
  const pair = [...found.values()].find(
    (one) => one.type === "candidate-pair" && one.nominated,
  );
  return pair && found.get(pair.localCandidateId)?.candidateType === "relay";
}"""


@pytest.fixture
def odd_devices(chromium: Browser, tmp_path: Path) -> Iterator[Browser]:
    """A telephone with two cameras, and a microphone that is switched off in itself:
    it gives no sound at all, not even a room's noise."""
    silence = tmp_path / "silence.wav"
    with wave.open(str(silence), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48_000)
        file.writeframes(bytes(2 * 48_000))
    flags = [flag for flag in FLAGS if not flag.startswith(FAKE)]
    if os.geteuid() == 0:
        flags.append("--no-sandbox")
    flags += [f"{FAKE}=device-count=3", f"--use-file-for-fake-audio-capture={silence}"]
    path = os.environ.get("VISAVIS_CHROMIUM", "/usr/bin/chromium")
    there = chromium.browser_type.launch(executable_path=path, args=flags)
    yield there
    there.close()


def turns_the_camera_round(phone: Page, pc: Page) -> None:
    turn = phone.locator('.ctl[data-part="turn"]')
    expect(turn).to_be_hidden()
    phone.locator('.ctl[data-part="camera"]').click()
    expect(turn).to_be_visible(timeout=PATIENCE)
    expect(phone.locator('[data-part="self"].flipped')).to_be_visible()
    before = phone.evaluate(DEVICE)
    turn.click()
    expect(turn).to_have_attribute("aria-pressed", "true")
    # A mirror shows oneself; what lies in front of one is shown as it is.
    expect(phone.locator('[data-part="self"]:not(.flipped)')).to_be_visible()
    assert phone.evaluate(DEVICE) != before
    seen = pc.locator('.person[data-role="customer"][data-state="picture"]')
    expect(seen).to_be_visible(timeout=PATIENCE)
    assert sees_more(pc, frames=20, silent=True)


def goes_to_another_network(phone: Page) -> None:
    """What a browser says of a change: away, and there again."""
    phone.context.set_offline(True)
    with phone.expect_response(
        lambda answer: answer.request.method == "PATCH", timeout=PATIENCE
    ) as renewed:
        phone.context.set_offline(False)
    assert renewed.value.status == 200
    await_room(phone, "connected")


def test_a_silent_microphone_two_cameras_and_a_new_network(
    chromium: Browser, odd_devices: Browser, running_stack: RunningStack
) -> None:
    with window(odd_devices, 360, 740) as phone, window(chromium, 1180, 820) as pc:
        phone.add_init_script(TWO_CAMERAS)
        enters(phone, pc, running_stack)
        turns_the_camera_round(phone, pc)
        hint = phone.locator('vv-line [data-when="silent"]')
        expect(hint).to_be_visible(timeout=PATIENCE)
        shoot(phone, "silent-microphone")
        # Who has closed the microphone knows why nobody hears them.
        phone.locator('.ctl[data-part="microphone"]').click()
        expect(hint).to_be_hidden()
        goes_to_another_network(phone)
        assert sees_more(phone, frames=20)


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[Relay]:
    with running_relay(tmp_path) as running:
        yield running


@needs_coturn
def test_the_room_works_through_the_relay_alone(
    chromium: Browser, running_stack: RunningStack, relay: Relay
) -> None:
    username, credential = credentials(ends_in=600)
    server = {"urls": relay.urls["tcp"], "username": username, "credential": credential}
    servers = json.dumps([server])
    with window(chromium, 360, 740) as phone, window(chromium, 1180, 820) as pc:
        phone.add_init_script(RELAYED.replace("SERVERS", servers))
        enters(phone, pc, running_stack)
        phone.wait_for_function(BY_RELAY, timeout=PATIENCE)
        assert sees_more(phone, frames=20)
