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
# Of thirty a second; two encoders and two decoders may share one slow core.
FRAMES = 75
PATIENCE = 60.0
OFFER = """async () => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [640, 480];
  const pen = canvas.getContext("2d");
  setInterval(() => {
    for (let n = 0; n < 40; n += 1) {
      pen.fillStyle = `hsl(${Math.random() * 360} 80% 50%)`;
      pen.fillRect(Math.random() * 640, Math.random() * 480, 60, 60);
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


def flows_without_a_freeze(page: Page) -> bool:
    """Whether in some five seconds enough frames came and none was waited for."""
    seen = [page.evaluate(SEEN)]
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        now = page.evaluate(SEEN)
        if now[0] == seen[-1][0]:
            continue
        seen = [one for one in seen if now[0] - one[0] <= WINDOW] + [now]
        if now[1] - seen[0][1] >= FRAMES and now[2] == seen[0][2]:
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
        assert all(flows_without_a_freeze(page) for page in pages)
        counters = running.worker.counters
        assert counters.nacks_in > 0, "browsers asked us"
        assert counters.nacks_out > 0, "we asked browsers"
        assert counters.retransmitted > 0
        assert counters.recovered > 0
        for page in pages:
            page.close()
