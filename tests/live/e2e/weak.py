"""A weak line at the wire of a page: what its browser counts, what the room says."""

from __future__ import annotations

WEAK = """const ask = RTCPeerConnection.prototype.getStats;
window.weak = {};
RTCPeerConnection.prototype.getStats = async function () {
  const found = new Map();
  for (const [id, report] of await ask.call(this)) {
    const copy = { ...report };
    const is = (type) => copy.type === type;
    if (is("candidate-pair") && weak.bits) copy.availableOutgoingBitrate = weak.bits;
    if (is("outbound-rtp") && weak.bits) copy.qualityLimitationReason = "bandwidth";
    if (is("remote-inbound-rtp") && weak.lost) copy.fractionLost = weak.lost;
    found.set(id, copy);
  }
  return found;
};"""
"""The browser's own figures, changed as a weak line would change them."""

CONTROL = """const open = RTCPeerConnection.prototype.createDataChannel;
RTCPeerConnection.prototype.createDataChannel = function (label) {
  window.control = open.call(this, label);
  control.addEventListener("message", (event) => {
    if (window.told.has(JSON.parse(event.data).type)) event.stopImmediatePropagation();
  });
  return control;
};
window.told = new Set();
window.hears = (message) => {
  told.add(message.type);
  control.onmessage({ data: JSON.stringify(message) });
};"""
"""What the room would say, said at the wire; of what was said so, it says no more."""
