/** One seat in the room: joined, and joined again after a cut.
 *
 * Events: `state` (detail {state, reason, kept}; connecting, connected, reconnecting,
 * ended; `kept` says that the session goes on, and those in the room with it),
 * `track` (a MediaStreamTrack), `message` (as video/media/control_channel.py says).
 */
import { connected, offerMedia, pause, watchSilence } from "./peer.js";
import { audioLevel, collect } from "./quality.js";
import { Signalling } from "./signalling.js";

const [GIVE_UP_AFTER, MEND_WITHIN] = [45_000, 3_000];
const PAUSES = [0, 500, 1_000, 2_000, 3_000];

export class RoomConnection extends EventTarget {
  tracks = { audio: null, video: null };
  #iceServers;
  #signalling;
  #peer = null;
  #senders = {};
  #channel = null;
  #run = 0;
  #mending = null;
  #stopWatching = () => {};

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
    this.#senders = offerMedia(peer, this.tracks);
    const channel = (this.#channel = peer.createDataChannel("control"));
    channel.onmessage = (event) => this.#hear(JSON.parse(event.data));
    peer.ontrack = (event) => this.#tell("track", event.track);
    await peer.setLocalDescription();
    const answer = await this.#signalling.offer(peer.localDescription.sdp);
    if (run !== this.#run) return;
    const settled = connected(peer, { silent: () => this.#mend(peer), failed: () => this.#lost(peer) });
    await peer.setRemoteDescription(answer);
    await settled;
    if (run !== this.#run) return;
    this.#stopWatching = watchSilence(peer, {
      ping: () => this.send({ type: "ping" }),
      silent: () => this.#mend(peer),
      heard: () => this.#mended(),
    });
    channel.onclose = () => this.#lost(peer);
    this.#become("connected");
  }

  #hear(message) {
    if (message.type !== "ended") this.#tell("message", message);
    else if (message.reason === "worker_closed") this.#lost(this.#peer);
    else this.#end(message.reason === "replaced" ? "replaced" : "over");
  }

  /** The same session on new paths; whoever gets no answer joins anew. */
  async #mend(peer) {
    if (peer !== this.#peer || this.state !== "connected") return;
    const mending = (this.#mending = {});
    this.#become("reconnecting", { kept: true });
    try {
      peer.restartIce();
      await peer.setLocalDescription();
      await peer.setRemoteDescription(await this.#signalling.renew(peer.localDescription.sdp));
      await pause(MEND_WITHIN);
    } catch {
      // The next rung stands below.
    }
    if (mending === this.#mending) this.#keepTrying("reconnecting");
  }

  #mended() {
    if (!this.#mending) return;
    this.#mending = null;
    this.#become("connected", { kept: true });
  }

  #lost(peer) {
    if (peer === this.#peer && this.state === "connected") this.#keepTrying("reconnecting");
  }

  #end(reason) {
    this.#run += 1;
    this.#drop();
    this.#become("ended", { reason });
  }

  #drop() {
    this.#stopWatching();
    this.#mending = null;
    if (this.#channel) this.#channel.onclose = this.#channel.onmessage = null;
    if (this.#peer) this.#peer.onconnectionstatechange = null;
    this.#peer?.close();
    this.#peer = this.#channel = null;
  }

  #become(state, { reason = "", kept = false } = {}) {
    this.state = state;
    this.#tell("state", { state, reason, kept });
  }

  #tell = (type, detail) => this.dispatchEvent(new CustomEvent(type, { detail }));
}
