"""Chromium behind a firewall that lets nothing but the relay through."""

from __future__ import annotations

import uuid

import pytest
from playwright.sync_api import Browser, Page

from tests.video.relay import Relay, credentials, needs_coturn
from tests.video.running_worker import RunningWorker
from video.pages import IceServer

PATIENCE = 60_000
OFFER = """async (servers) => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [160, 120];
  const pen = canvas.getContext("2d");
  setInterval(() => pen.fillRect(Math.random() * 160, Math.random() * 120, 9, 9), 40);
  const [track] = canvas.captureStream(25).getTracks();
  window.peer = new RTCPeerConnection({
    iceServers: servers, iceTransportPolicy: "relay", bundlePolicy: "max-bundle",
  });
  peer.addTransceiver("audio");
  peer.addTransceiver(track, { streams: [new MediaStream()] });
  peer.createDataChannel("control");
  await peer.setLocalDescription();
  return peer.localDescription.sdp;
}"""
DECODED = """() => peer.getStats().then((reports) => [...reports.values()].some(
  (report) => report.type === "inbound-rtp" && report.framesDecoded >= 10))"""
BY = """(way) => peer.getStats().then((reports) => [...reports.values()].some(
  (report) => report.candidateType === "relay" && report.relayProtocol === way))"""


def enters(
    page: Page, worker: RunningWorker, room: str, name: str, servers: list[IceServer]
) -> None:
    sdp = page.evaluate(OFFER, servers)
    answer = worker.join(room, name, sdp)
    page.evaluate("(sdp) => peer.setRemoteDescription({ type: 'answer', sdp })", answer)


@needs_coturn
@pytest.mark.browser
@pytest.mark.parametrize("way", ["udp", "tcp", "tls"])
def test_two_who_can_only_reach_the_relay_see_each_other(
    chromium: Browser, relay: Relay, shared_worker: RunningWorker, way: str
) -> None:
    username, credential = credentials()
    server = IceServer(urls=[relay.urls[way]], username=username, credential=credential)
    room = uuid.uuid4().hex
    pages = [chromium.new_page() for _ in range(2)]
    for page, name in zip(pages, ["lea", "ines"], strict=True):
        enters(page, shared_worker, room, name, [server])
    for page in pages:
        page.wait_for_function(DECODED, timeout=PATIENCE)
        page.wait_for_function(BY, arg=way, timeout=PATIENCE)
        page.close()
