"""Real lines of Chromium: one that loses one packet in twenty, each way, and one that
it judges itself.

Without asking for lost packets it shows a frame or two a second and freezes, so the
first test fails (`./run bench media --without-nack` shows it with figures).
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page

from benchmarks._media_loss import losing
from tests.video.running_worker import RunningWorker

LOSS = 0.05
WINDOW = 5_000.0
FRAMES = 75
"""Of thirty a second; two encoders and two decoders may share one slow core."""
ARRIVE = 0.9
"""Of what was sent, where a slow machine sends less: without asking again a lost
packet costs all frames up to the next whole picture."""
PATIENCE = 60.0
OFFER = """async () => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [320, 240];
  const pen = canvas.getContext("2d");
  setInterval(() => {
    for (let n = 0; n < 40; n += 1) {
      pen.fillStyle = `hsl(${Math.random() * 360} 80% 50%)`;
      pen.fillRect(Math.random() * 320, Math.random() * 240, 30, 30);
    }
  }, 33);
  const [track] = canvas.captureStream(30).getTracks();
  window.peer = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  peer.addTransceiver("audio");
  peer.addTransceiver(track, { streams: [new MediaStream()] });
  peer.createDataChannel("control");
  peer.ontrack = (event) => {
    const video = document.createElement("video");
    [video.autoplay, video.muted] = [true, true];
    video.srcObject = new MediaStream([event.track]);
    document.body.append(video);
  };
  await peer.setLocalDescription();
  return peer.localDescription.sdp;
}"""
SEEN = """() => peer.getStats().then((reports) => {
  const found = [...reports.values()].find(
    (report) => report.type === "inbound-rtp" && report.kind === "video");
  return found ? [found.timestamp, found.framesDecoded, found.freezeCount] : [0, 0, 0];
})"""
SENT = """() => peer.getStats().then((reports) => {
  const found = [...reports.values()].find(
    (report) => report.type === "outbound-rtp" && report.kind === "video");
  return found?.framesSent ?? 0;
})"""


MAY_SEND = """() => peer.getStats().then((reports) => {
  const found = [...reports.values()].find(
    (report) => report.type === "candidate-pair" && report.nominated);
  return found?.availableOutgoingBitrate ?? 0;
})"""
OWN, CAP = 350_000, 180_000
"""Bits a second: more than a browser begins with, and less."""


def flows_without_a_freeze(page: Page, sender: Page) -> bool:
    """Whether in some five seconds enough frames came and none was waited for."""
    seen = [(*page.evaluate(SEEN), sender.evaluate(SENT))]
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        now = (*page.evaluate(SEEN), sender.evaluate(SENT))
        if now[0] == seen[-1][0]:
            continue
        past, first = now[0] - seen[0][0], seen[0]
        seen = [one for one in seen if now[0] - one[0] <= WINDOW] + [now]
        if past < WINDOW or now[2] != first[2]:
            continue
        if now[1] - first[1] >= min(FRAMES, ARRIVE * (now[3] - first[3])) > 0:
            return True
    return False


def sees(page: Page, running: RunningWorker, room: str, name: str) -> None:
    answer = running.join(room, name, page.evaluate(OFFER))
    page.evaluate("(sdp) => peer.setRemoteDescription({ type: 'answer', sdp })", answer)


def until(page: Page, condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        page.wait_for_timeout(100)


@pytest.mark.browser
def test_a_line_that_loses_one_in_twenty_still_shows_a_moving_picture(
    chromium: Browser,
) -> None:
    with RunningWorker(opened=losing(LOSS)) as running:
        room = uuid.uuid4().hex
        pages = [chromium.new_page() for _ in range(2)]
        for page, name in zip(pages, ["lea", "ines"], strict=True):
            sees(page, running, room, name)
        assert flows_without_a_freeze(*pages)
        assert flows_without_a_freeze(*reversed(pages))
        counters = running.worker.counters
        assert counters.nacks_in > 0, "browsers asked us"
        assert counters.nacks_out > 0, "we asked browsers"
        assert counters.retransmitted > 0
        assert counters.recovered > 0
        for page in pages:
            page.close()


@pytest.mark.browser
def test_a_browser_sends_what_its_own_line_and_the_weakest_viewers_take(
    chromium: Browser,
) -> None:
    """Told of its packets it judges its own line, whoever looks on; what a viewer's
    line takes (REMB) holds it down all the same, and only as long as it is said."""
    with RunningWorker() as running:
        room, counters = uuid.uuid4().hex, running.worker.counters
        lea, ines = (chromium.new_page() for _ in range(2))

        def may_send() -> float:
            return float(lea.evaluate(MAY_SEND))

        sees(lea, running, room, "lea")
        until(lea, lambda: may_send() > OWN, "an estimate of its own")
        assert counters.feedbacks > 0
        assert counters.rembs == 0
        (session,) = running.worker.rooms[room].sessions.values()
        camera = session.camera
        assert camera is not None
        running.soon(camera.take_estimate, 1, CAP)
        until(lea, lambda: may_send() <= CAP, "what the viewer's line takes")
        running.soon(camera.take_estimate, 1, 10 * OWN)
        until(lea, lambda: may_send() > CAP, "its own estimate again")
        said = counters.rembs
        sees(ines, running, room, "ines")
        # Numbered paths end with us: a viewer judges what comes as before.
        until(ines, lambda: counters.rembs > said, "a viewer's estimate")
        lea.close()
        ines.close()
