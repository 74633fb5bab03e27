"""A line that loses one packet in twenty, each way: Chromium sees a moving picture.

Without asking for lost packets it shows a frame or two a second and freezes, so this
test fails (`./run bench media --without-nack` shows it with figures).
"""

from __future__ import annotations

import time
import uuid

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


@pytest.mark.browser
def test_a_line_that_loses_one_in_twenty_still_shows_a_moving_picture(
    chromium: Browser,
) -> None:
    with RunningWorker(opened=losing(LOSS)) as running:
        room = uuid.uuid4().hex
        pages = [chromium.new_page() for _ in range(2)]
        for page, name in zip(pages, ["lea", "ines"], strict=True):
            answer = running.join(room, name, page.evaluate(OFFER))
            page.evaluate(
                "(sdp) => peer.setRemoteDescription({ type: 'answer', sdp })", answer
            )
        assert flows_without_a_freeze(*pages)
        assert flows_without_a_freeze(*reversed(pages))
        counters = running.worker.counters
        assert counters.nacks_in > 0, "browsers asked us"
        assert counters.nacks_out > 0, "we asked browsers"
        assert counters.retransmitted > 0
        assert counters.recovered > 0
        for page in pages:
            page.close()
