/** What a page says of its line and of a picture, beside what the browser counts at that
 * moment: `judged.rows`, four times a second, and `judged.now` of the last one. The
 * figures are the browser's own; nothing of the page is asked for them. */
(() => {
  const Real = RTCPeerConnection;
  const judged = (window.judged = { rows: [], get now() { return this.rows.at(-1); } });
  const told = { pictures: {}, encoding: {} };
  let peer = null;
  window.RTCPeerConnection = class extends Real {
    constructor(wanted) {
      super(wanted);
      peer = this;
    }

    createDataChannel(label) {
      const channel = super.createDataChannel(label);
      channel.addEventListener("message", ({ data }) => {
        const message = JSON.parse(data);
        if (message.type in told) told[message.type] = message;
      });
      return channel;
    }
  };

  const read = (selector) => {
    const found = document.querySelector(selector);
    return found?.checkVisibility() ? found.innerText.replace(/\s+/g, " ").trim() : "";
  };

  const sum = (reports, kind, name) =>
    reports.filter((one) => one.kind === kind).reduce((all, one) => all + (one[name] ?? 0), 0);

  async function look() {
    const reports = peer?.connectionState === "closed" || !peer ? [] : [...(await peer.getStats()).values()];
    const of = (type) => reports.filter((one) => one.type === type);
    const [inbound, outbound, heard] = [of("inbound-rtp"), of("outbound-rtp"), of("remote-inbound-rtp")];
    const pair = of("candidate-pair").find((one) => one.nominated);
    const video = document.querySelector(".person video");
    judged.rows.push({
      at: performance.now(),
      state: document.documentElement.dataset.roomState,
      line: read('[data-part="quality"]'),
      sent: read('[data-part="step"]'),
      comes: read('[data-part="incoming"]'),
      phone: read('vv-line [data-part="phone"]'),
      note: read('.person [data-part="note"]'),
      away: read('[data-part="absence"]'),
      gone: read('.person [data-part="cut"]'),
      tile: document.querySelector(".person")?.dataset.state ?? "",
      lines: video?.clientHeight ?? 0,
      octets: pair?.bytesReceived ?? 0,
      trip: pair?.currentRoundTripTime ?? 0,
      may: pair?.availableOutgoingBitrate ?? 0,
      room: { ...told.pictures, ...told.encoding },
      frames: sum(inbound, "video", "framesDecoded"),
      height: sum(inbound, "video", "frameHeight"),
      heard: sum(inbound, "audio", "packetsReceived"),
      concealed: sum(inbound, "audio", "concealedSamples"),
      samples: sum(inbound, "audio", "totalSamplesReceived"),
      packets: sum(inbound, "audio", "packetsReceived") + sum(inbound, "video", "packetsReceived"),
      lost: sum(inbound, "audio", "packetsLost") + sum(inbound, "video", "packetsLost"),
      encoded: sum(outbound, "video", "framesEncoded"),
      sentHeight: sum(outbound, "video", "frameHeight"),
      sentLost: Math.max(0, ...heard.map((one) => one.fractionLost ?? 0)),
      limits: outbound.map((one) => one.qualityLimitationReason ?? "").join(" "),
    });
  }
  setInterval(look, 250);
})();
