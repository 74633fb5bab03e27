"""A room's page whose line is as weak as a test says."""

from __future__ import annotations

from tests.live.room.room_page import RoomPage

FIGURES = """window.line = { lostIn: 0, lostOut: 0, at: 0, trip: 0.1, bits: 0 };
line.by = "bandwidth";
window.addEventListener("DOMContentLoaded", () => {
  const Real = RTCPeerConnection;
  const ask = Real.prototype.getStats;
  const sums = { received: 0, lost: 0, sent: 0 };
  Real.prototype.getStats = async function () {
    const found = await ask.call(this);
    sums.received += 100;
    sums.lost += 100 * line.lostIn;
    sums.sent += 100;
    line.at += 2_000;
    const add = (id, type, more) =>
      found.set(id, { id, type, kind: "audio", mid: "0", timestamp: line.at, ...more });
    const { received: packetsReceived, lost: packetsLost, sent: packetsSent } = sums;
    add("in", "inbound-rtp", { packetsReceived, packetsLost });
    add("out", "outbound-rtp", { packetsSent });
    const told = { fractionLost: line.lostOut, roundTripTime: line.trip };
    add("told", "remote-inbound-rtp", { localId: "out", ...told });
    if (!line.bits) return found;
    const pair = { nominated: true, availableOutgoingBitrate: line.bits };
    found.set("path", { id: "path", type: "candidate-pair", ...pair });
    const sends = { framesPerSecond: 20, qualityLimitationReason: line.by };
    add("picture", "outbound-rtp", { kind: "video", mid: "1", packetsSent, ...sends });
    return found;
  };
});"""

SENDS = """wire.now.getSenders().find((one) => one.track?.kind === "video")
  ?.getParameters().encodings.some((one) => one.active)"""


def looks(room: RoomPage) -> None:
    """The line is looked at every two seconds."""
    before = room.asks("line.at")
    room.page.clock.run_for(2_000)
    room.await_(f"line.at > {before}")


def looks_until(room: RoomPage, *, sends: bool, most: int) -> int:
    for number in range(1, most + 1):
        looks(room)
        if room.asks(f"({SENDS}) === {str(sends).lower()}"):
            return number
    raise AssertionError(f"not within {most} samples")
