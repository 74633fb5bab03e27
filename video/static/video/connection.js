/** One seat in the room: joined, and joined again after a cut.
 *
 * Events: `state` (detail {state, reason}; connecting, connected, reconnecting, ended),
 * `track` (a MediaStreamTrack), `message` (as video/media/control_channel.py says).
 */
import { audioLevel, collect } from "./quality.js";
import { Signalling } from "./signalling.js";

const CONNECT_WITHIN = 10_000;
const GIVE_UP_AFTER = 45_000;
const DISCONNECTED_FOR = 1_500;
const PAUSES = [0, 500, 1_000, 2_000, 3_000];
const MAX_BITRATE = 1_500_000;

const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

export class RoomConnection extends EventTarget {
  tracks = { audio: null, video: null };
  #iceServers;
  #signalling;
  #peer = null;
  #senders = {};
  #channel = null;
  #run = 0;

  constructor({ url, csrf, iceServers }) {
    super();
    this.state = "ended";
    this.#iceServers = iceServers;
    this.#signalling = new Signalling({ url, csrf });
  }

  /** Take the seat anew; whoever had it before is replaced. */
  enter() {
    this.#signalling.forget();
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

  stats = () => collect(this.#peer);
  level = () => audioLevel(this.#peer);

  leave() {
    if (this.state !== "ended") this.#end("left");
    return this.#signalling.leave();
  }

  async #keepTrying(state) {
    const [run, began] = [++this.#run, performance.now()];
    this.#become(state);
    for (let attempt = 0; performance.now() - began < GIVE_UP_AFTER; attempt += 1) {
      await pause(PAUSES[Math.min(attempt, PAUSES.length - 1)]);
      if (run !== this.#run) return;
      try {
        return await this.#join(run);
      } catch (error) {
        if (run !== this.#run) return;
        if (error.final) return this.#end(error.final);
      }
    }
    if (run === this.#run) this.#end("failed");
  }

  async #join(run) {
    this.#drop();
    const peer = new RTCPeerConnection({ iceServers: this.#iceServers, bundlePolicy: "max-bundle" });
    this.#peer = peer;
    this.#offerMedia(peer);
    const channel = (this.#channel = peer.createDataChannel("control"));
    channel.onmessage = (event) => this.#hear(JSON.parse(event.data));
    peer.ontrack = (event) => this.#tell("track", event.track);
    await peer.setLocalDescription();
    const answer = await this.#signalling.offer(peer.localDescription.sdp);
    if (run !== this.#run) return;
    const connected = this.#connected(peer);
    await peer.setRemoteDescription(answer);
    await connected;
    if (run !== this.#run) return;
    channel.onclose = () => this.#lost(peer);
    this.#become("connected");
  }

  #offerMedia(peer) {
    const options = { direction: "sendrecv", streams: [new MediaStream()] };
    const limited = { ...options, sendEncodings: [{ maxBitrate: MAX_BITRATE }] };
    this.#senders.audio = peer.addTransceiver(this.tracks.audio ?? "audio", options).sender;
    this.#senders.video = peer.addTransceiver(this.tracks.video ?? "video", limited).sender;
  }

  /** Settles with the first connection; watches it from then on. */
  #connected(peer) {
    return new Promise((resolve, reject) => {
      setTimeout(() => reject(new Error("no connection in time")), CONNECT_WITHIN);
      peer.onconnectionstatechange = () => {
        if (peer.connectionState === "connected") resolve();
        if (peer.connectionState === "disconnected") this.#lostUnlessBack(peer);
        if (peer.connectionState === "failed") {
          reject(new Error("the connection failed"));
          this.#lost(peer);
        }
      };
    });
  }

  #hear(message) {
    if (message.type !== "ended") this.#tell("message", message);
    else if (message.reason === "worker_closed") this.#lost(this.#peer);
    else this.#end(message.reason === "replaced" ? "replaced" : "over");
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

  #tell = (type, detail) => this.dispatchEvent(new CustomEvent(type, { detail }));
}
