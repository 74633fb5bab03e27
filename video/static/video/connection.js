/** One seat in the room: offer, answer, and the way back in after a cut.
 *
 * Events: "state" (detail `{state, reason}`; states connecting, connected, reconnecting,
 * ended), "track" (detail a MediaStreamTrack), "message" (detail an object from the
 * control channel; see video/media/control_channel.py).
 */
import { collect } from "./quality.js";

const CONNECT_WITHIN = 10_000;
const GIVE_UP_AFTER = 45_000;
const DISCONNECTED_FOR = 1_500;
const PAUSES = [0, 500, 1_000, 2_000, 3_000];
const MAX_BITRATE = 1_500_000;

const FINAL = {
  room_not_open: "over",
  not_found: "over",
  not_admitted: "waiting",
  seat_taken: "replaced",
  room_full: "full",
  offer_refused: "failed",
};
const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

export class RoomConnection extends EventTarget {
  state = "ended";
  tracks = { audio: null, video: null };
  #options;
  #peer = null;
  #senders = {};
  #channel = null;
  #seat = null;
  #run = 0;

  constructor(options) {
    super();
    this.#options = options;
  }

  /** Take the seat anew; whoever had it before is replaced. */
  enter() {
    this.#seat = null;
    return this.#keepTrying("connecting");
  }

  async replaceTrack(kind, track) {
    this.tracks[kind] = track;
    if (this.#peer) await this.#senders[kind].replaceTrack(track);
  }

  send(message) {
    if (this.#channel?.readyState !== "open") return false;
    this.#channel.send(JSON.stringify(message));
    return true;
  }

  stats() {
    return collect(this.#peer);
  }

  /** Give the seat back. `keepalive` lets the request outlive a page that closes. */
  leave(reason = "left") {
    const seat = this.#seat;
    this.#end(reason);
    if (!seat) return Promise.resolve();
    const headers = { ...this.#headers(), "Resume-Secret": seat.resume };
    return fetch(this.#address(seat.session), { method: "DELETE", headers, keepalive: true }).catch(() => {});
  }

  async #keepTrying(state) {
    const run = ++this.#run;
    const began = performance.now();
    this.#become(state);
    for (let attempt = 0; performance.now() - began < GIVE_UP_AFTER; attempt += 1) {
      await pause(PAUSES[Math.min(attempt, PAUSES.length - 1)]);
      if (run !== this.#run) return;
      try {
        await this.#join(run);
        return;
      } catch (error) {
        if (run !== this.#run) return;
        if (error.final) return this.#end(error.final);
      }
    }
    if (run === this.#run) this.#end("failed");
  }

  async #join(run) {
    this.#drop();
    const peer = new RTCPeerConnection({ iceServers: this.#options.iceServers, bundlePolicy: "max-bundle" });
    this.#peer = peer;
    this.#offerMedia(peer);
    const channel = peer.createDataChannel("control");
    this.#channel = channel;
    channel.onmessage = (event) => this.#hear(JSON.parse(event.data));
    peer.ontrack = (event) => this.#tell("track", event.track);
    const connected = this.#connected(peer);
    await peer.setLocalDescription();
    const seat = await this.#signal(peer.localDescription);
    if (run !== this.#run) return;
    this.#seat = { session: seat.session, resume: seat.resume };
    await peer.setRemoteDescription({ type: "answer", sdp: seat.sdp });
    await connected;
    if (run !== this.#run) return;
    channel.onclose = () => this.#lost(peer);
    this.#become("connected");
  }

  #offerMedia(peer) {
    const stream = new MediaStream();
    const options = { direction: "sendrecv", streams: [stream] };
    const { audio, video } = this.tracks;
    this.#senders.audio = peer.addTransceiver(audio ?? "audio", options).sender;
    const sendEncodings = [{ maxBitrate: MAX_BITRATE }];
    this.#senders.video = peer.addTransceiver(video ?? "video", { ...options, sendEncodings }).sender;
  }

  /** Settles with the first connection; watches it from then on. */
  #connected(peer) {
    return new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error("no connection in time")), CONNECT_WITHIN);
      peer.onconnectionstatechange = () => {
        const state = peer.connectionState;
        if (state === "connected") resolve();
        if (state === "failed") {
          reject(new Error("the connection failed"));
          this.#lost(peer);
        }
        if (state === "disconnected") this.#lostUnlessBack(peer);
      };
    });
  }

  async #signal(description) {
    const body = { type: "offer", sdp: description.sdp, ...(this.#seat && { resume: this.#seat.resume }) };
    const headers = { ...this.#headers(), "Content-Type": "application/json" };
    const response = await fetch(this.#address(), { method: "POST", headers, body: JSON.stringify(body) });
    const content = await response.json().catch(() => ({}));
    if (response.ok) return content;
    throw Object.assign(new Error(content.code), { final: FINAL[content.code] });
  }

  #address(session) {
    const address = new URL(this.#options.url, location.href);
    if (session) address.pathname += `/${session}`;
    return address;
  }

  #headers() {
    return { Accept: "application/json", "X-CSRFToken": this.#options.csrf };
  }

  #hear(message) {
    if (message.type === "ended") {
      if (message.reason === "replaced") this.#end("replaced");
      else if (message.reason !== "worker_closed") this.#end("over");
      else this.#lost(this.#peer);
      return;
    }
    this.#tell("message", message);
  }

  async #lostUnlessBack(peer) {
    await pause(DISCONNECTED_FOR);
    if (peer.connectionState === "disconnected") this.#lost(peer);
  }

  #lost(peer) {
    if (peer === this.#peer && this.state === "connected") this.#keepTrying("reconnecting");
  }

  #end(reason) {
    this.#run += 1;
    this.#seat = null;
    this.#drop();
    this.#become("ended", reason);
  }

  #drop() {
    if (this.#channel) this.#channel.onclose = this.#channel.onmessage = null;
    if (this.#peer) this.#peer.onconnectionstatechange = null;
    this.#peer?.close();
    this.#peer = this.#channel = null;
  }

  #become(state, reason = "") {
    this.state = state;
    this.#tell("state", { state, reason });
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
