/** The wire of a room's page, held in the hand: the browser is real, what comes over the
 * network comes when a test says so.
 *
 * `wire.lives`: each peer connection, the last one is `wire.now`. `connect()`, `open()`
 * (the control channel), `say(message)`, `fall("failed")`; `said` is what the page sent,
 * `answers` the descriptions that it took.
 * `wire.calls`: what it asked of the server, `answer(status, content)` each by hand or
 * `wire.answers` (a function of the call) at once.
 */
(() => {
  const Real = RTCPeerConnection;
  const wire = (window.wire = { lives: [], calls: [], answers: null, get now() { return this.lives.at(-1); } });

  class Channel {
    readyState = "connecting";
    constructor(said) {
      this.said = said;
    }
    send(text) {
      this.said.push(JSON.parse(text));
    }
    close() {
      this.readyState = "closed";
    }
  }

  window.RTCPeerConnection = class extends Real {
    #states = { connectionState: "new", iceConnectionState: "new", signalingState: "stable" };
    said = [];
    answers = [];
    flows = true;
    closed = false;
    #bytes = 0;

    constructor(wanted) {
      super(wanted);
      wire.lives.push(this);
    }

    get connectionState() { return this.#states.connectionState; }
    get iceConnectionState() { return this.#states.iceConnectionState; }
    get signalingState() { return this.#states.signalingState; }

    createDataChannel() {
      return (this.channel = new Channel(this.said));
    }

    async setLocalDescription() {
      await super.setLocalDescription();
      this.#states.signalingState = "have-local-offer";
    }

    async setRemoteDescription({ sdp }) {
      if (this.closed) throw new DOMException("closed", "InvalidStateError");
      this.answers.push(sdp);
      this.#states.signalingState = "stable";
    }

    async getStats() {
      const found = new Map(await super.getStats());
      if (this.flows) this.#bytes += 1_000;
      return found.set("pair", { id: "pair", type: "candidate-pair", bytesReceived: this.#bytes });
    }

    close() {
      this.closed = true;
      super.close();
    }

    open() {
      this.channel.readyState = "open";
      this.channel.onopen?.();
    }

    say(message) {
      if (this.channel.readyState !== "open") this.open();
      this.channel.onmessage?.({ data: JSON.stringify(message) });
    }

    connect() {
      Object.assign(this.#states, { connectionState: "connected", iceConnectionState: "connected" });
      this.onconnectionstatechange?.();
    }

    /** A path, and no keys yet. */
    finds() {
      this.#states.iceConnectionState = "connected";
    }

    fall(state) {
      this.#states.connectionState = state;
      this.onconnectionstatechange?.();
    }

    hangUp() {
      this.channel.readyState = "closed";
      this.channel.onclose?.();
    }

    /** `slots`: sound and camera of each of these people, in the sections as they are. */
    tell(people, wanted) {
      const mid = (kind, number) =>
        this.getTransceivers().filter((one) => one.receiver.track.kind === kind)[number].mid;
      const slots = people.flatMap((participant, number) => [
        { mid: mid("audio", number), kind: "audio", participant, source: null },
        { mid: mid("video", number), kind: "video", participant, source: "camera" },
      ]);
      this.say({ type: "slots", slots, wanted: { audio: wanted, video: wanted } });
    }
  };

  const real = window.fetch;
  window.fetch = (address, options = {}) => {
    if (!String(address).includes("/sessions")) return real(address, options);
    return new Promise((resolve, reject) => {
      const call = {
        method: options.method,
        session: new URL(address).pathname.split("/sessions/")[1] ?? null,
        body: options.body ? JSON.parse(options.body) : null,
        answer: (status, content) =>
          resolve(new Response(status === 204 ? null : JSON.stringify(content), { status })),
        fail: () => reject(new TypeError("Failed to fetch")),
      };
      options.signal?.addEventListener("abort", () => {
        call.aborted = true;
        reject(options.signal.reason);
      });
      wire.calls.push(call);
      wire.answers?.(call);
    });
  };

  let seats = 0;
  /** As a server that is well. */
  wire.well = (call) => {
    if (call.method === "POST") {
      seats += 1;
      call.answer(201, { type: "answer", sdp: "v=0", session: `s${seats}`, resume: `r${seats}`, participant: "lea" });
    } else call.answer(call.method === "PATCH" ? 200 : 204, { type: "answer", sdp: "v=0" });
  };
  wire.answers = wire.well;
  wire.offers = () => wire.calls.filter((call) => call.method === "POST");
})();
