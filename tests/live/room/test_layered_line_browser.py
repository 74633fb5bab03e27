"""A real Chromium sends layers with the page's own modules, and another sees them.

The worker is real; the test says which layer a line wants, as the sharing out does.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable

import pytest
from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page, Route

from tests.video.running_worker import RunningWorker
from video.media.cameras.camera import LayeredCamera
from video.media.cameras.view import LayerView

pytestmark = pytest.mark.browser

ORIGIN = "http://localhost"
PATIENCE = 60.0
OFFER = """async () => {
  const { addCamera, refit, wantLayers } = await import("/static/video/layers.js");
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [640, 360];
  const pen = canvas.getContext("2d");
  setInterval(() => {
    pen.fillStyle = `hsl(${Math.random() * 360} 80% 50%)`;
    pen.fillRect(Math.random() * 640, Math.random() * 360, 60, 60);
  }, 33);
  const [track] = canvas.captureStream(30).getTracks();
  window.peer = new RTCPeerConnection({ bundlePolicy: "max-bundle" });
  peer.addTransceiver("audio");
  const { sender } = addCamera(peer, track, { streams: [new MediaStream()] });
  window.answer = async (sdp) => {
    await peer.setRemoteDescription({ type: "answer", sdp });
    await refit(sender);
  };
  peer.createDataChannel("control").onmessage = ({ data }) => {
    const { type, rids } = JSON.parse(data);
    if (type === "layers") wantLayers(sender, rids);
  };
  peer.ontrack = ({ track }) => {
    const video = document.createElement("video");
    [video.autoplay, video.muted] = [true, true];
    video.srcObject = new MediaStream([track]);
    document.body.append(video);
  };
  await peer.setLocalDescription();
  return peer.localDescription.sdp;
}"""
SEEN = """() => peer.getStats().then((reports) => {
  const found = [...reports.values()].find(
    (report) => report.type === "inbound-rtp" && report.kind === "video");
  return [found?.frameHeight ?? 0, found?.framesDecoded ?? 0, found?.pliCount ?? 0];
})"""
SENT = """() => peer.getSenders().find((one) => one.track?.kind === "video")
  .getParameters().encodings.filter((one) => one.active).map((one) => one.rid).join("")
"""


def serve(route: Route) -> None:
    path = route.request.url.removeprefix(f"{ORIGIN}/")
    asset = finders.find(path.removeprefix("static/")) if path else None
    if isinstance(asset, str):
        route.fulfill(path=asset)
    else:
        route.fulfill(
            body="<!doctype html><title>line</title>", content_type="text/html"
        )


def opened(chromium: Browser) -> Page:
    page = chromium.new_page()
    page.route("**/*", serve)
    page.goto(f"{ORIGIN}/")
    return page


def until(page: Page, condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain for {what}"
        page.wait_for_timeout(100)


def shows(page: Page, lines: int) -> None:
    """A picture of so many lines, which moves: twenty frames more."""
    until(page, lambda: page.evaluate(SEEN)[0] == lines, f"{lines} lines")
    begun = page.evaluate(SEEN)[1]
    until(page, lambda: page.evaluate(SEEN)[1] >= begun + 20, "a moving picture")


def test_a_line_gets_the_layer_that_it_wants_and_the_page_sends_no_other(
    chromium: Browser,
) -> None:
    with RunningWorker() as running:
        room = uuid.uuid4().hex
        lea, ines = opened(chromium), opened(chromium)
        for page, name in ((lea, "lea"), (ines, "ines")):
            page.evaluate("answer", running.join(room, name, page.evaluate(OFFER)))
        shows(ines, 360)
        (camera,) = (
            session.camera
            for session in running.worker.rooms[room].sessions.values()
            if session.participant.id == "lea"
        )
        assert isinstance(camera, LayeredCamera)
        assert camera.rids == ("l", "m", "h")
        (view,) = camera.views
        assert lea.evaluate(SENT) == "m"
        running.soon(keep_to, view, 0)
        shows(ines, 180)
        until(lea, lambda: lea.evaluate(SENT) == "l", "the low layer alone")
        running.soon(keep_to, view, 1)
        shows(ines, 360)
        asked = ines.evaluate(SEEN)[2]
        assert asked <= 1, "a switch leaves nothing to ask for"
        lea.close()
        ines.close()


def keep_to(view: LayerView, layer: int) -> None:
    view.select((layer, 2), time.monotonic())
