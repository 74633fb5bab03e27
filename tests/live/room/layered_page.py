"""A page that sends a camera in layers by the product's modules, and sees others."""

from __future__ import annotations

import time
from collections.abc import Callable

from django.contrib.staticfiles import finders
from playwright.sync_api import Browser, Page, Route

ORIGIN = "http://localhost"
PATIENCE = 60.0
OFFER = """async (sends) => {
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
  const { sender } = sends
    ? addCamera(peer, track, { streams: [new MediaStream()] })
    : peer.addTransceiver("video", { direction: "recvonly" });
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
