/** One seat in the room: joined, and joined again after a cut.
 *
 * Events: `state` (detail {state, reason, by, kept}; connecting, connected,
 * reconnecting, ended; `kept` says that the session goes on, and those in the room with
 * it), `message` (as video/media/control_channel.py says).
 */
import { ending, hopeless } from "./endings.js";
import { Link } from "./link.js";
import { pause } from "./peer.js";
import { Signalling } from "./signalling.js";

const [GIVE_UP_AFTER, MEND_WITHIN, RESTART_EVERY] = [45_000, 3_000, 3_000];
/** A path that is gone shall be left soon; a new section may take its time. */
const [RESTART_WITHIN, RENEW_WITHIN, CHANGES] = [2_000, 10_000, 5];
const PAUSES = [0, 500, 1_000, 2_000, 3_000];
const NOTHING = { outbound: [], inbound: [], path: {} };

export class RoomConnection extends EventTarget {
  tracks = { audio: null, video: null, screen: null };
  #iceServers;
  #signalling;
  #link = null;
  #run = 0;
  #everConnected = false;
  #mending = null;
  #restartedAt = -RESTART_EVERY;
  #restart = (sdp) => this.#signalling.renew(sdp, RESTART_WITHIN);
  #renew = (sdp) => this.#signalling.renew(sdp, RENEW_WITHIN);

  constructor({ url, csrf, iceServers }) {
    super();
    this.state = "ended";
    this.#iceServers = iceServers;
    this.#signalling = new Signalling({ url, csrf });
    // A new network is usable before the old one is known to be gone.
    window.addEventListener("online", () => this.#freshen());
    navigator.connection?.addEventListener("change", () => this.#freshen());
  }

  /** Take the seat anew; whoever had it before is replaced. */
  enter() {
    this.#signalling.forget();
    return this.#keepTrying("connecting");
  }

  async replaceTrack(kind, track) {
    this.tracks[kind] = track;
    await this.#link?.replaceTrack(kind, track);
  }

  share(track) {
    this.tracks.screen = track;
    return this.#change((link) => link.share(track, this.#renew));
  }

  want = (counts) => this.#change((link) => link.want(counts, this.#renew));
  trackOf = (mid) => this.#link?.trackOf(mid) ?? null;
  send = (message) => this.#link?.send(message) ?? false;
  stats = async () => (this.#link ? this.#link.stats() : NOTHING);
  level = () => this.#link?.level() ?? 0;

  get camera() {
    return this.#link?.camera ?? null;
  }

  leave() {
    if (this.state !== "ended") this.#end("left");
    return this.#signalling.leave();
  }

  /** A change of the sections, tried again while this link lives: the next one offers
   * all of it by itself. */
  async #change(act) {
    const link = this.#link;
    for (let left = CHANGES; left > 0 && link && link === this.#link; left -= 1) {
      try {
        return await act(link);
      } catch {
        await pause(1_000);
      }
    }
  }

  async #keepTrying(state) {
    const [run, began] = [++this.#run, performance.now()];
    let ends = "failed";
    this.#become(state);
    for (let attempt = 0; performance.now() - began < GIVE_UP_AFTER; attempt += 1) {
      await pause(PAUSES[Math.min(attempt, PAUSES.length - 1)]);
      if (run !== this.#run) return;
      try {
        return await this.#join(run);
      } catch (error) {
        if (run !== this.#run) return;
        const final = error.final ?? hopeless(error.message, attempt, this.#everConnected);
        if (final) return this.#end(final);
        ends = error.message === "nodes_full" ? "busy" : "failed";
        if (ends === "busy") this.#become(state, { reason: ends });
      }
    }
    if (run === this.#run) this.#end(ends);
  }

  async #join(run) {
    this.#drop();
    const link = new Link({
      iceServers: this.#iceServers,
      tracks: this.tracks,
      hear: (message) => this.#hear(message),
      lost: () => this.#lost(link),
    });
    this.#link = link;
    const offer = async (sdp) => this.#signalling.offer(sdp);
    await link.open(offer, { silent: () => this.#mend(link), heard: () => this.#mended() });
    if (run !== this.#run) return;
    this.#everConnected = true;
    this.#become("connected");
  }

  #hear(message) {
    if (message.type !== "ended") this.#tell("message", message);
    else if (message.reason === "worker_closed") this.#lost(this.#link);
    else this.#end(ending(message.reason), message.by);
  }

  /** The same session on new paths; whoever gets no answer joins anew. */
  async #mend(link) {
    if (link !== this.#link || this.state !== "connected") return;
    const mending = (this.#mending = {});
    this.#become("reconnecting", { kept: true });
    try {
      this.#restartedAt = performance.now();
      await link.restart(this.#restart);
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

  #freshen() {
    const now = performance.now();
    if (this.state !== "connected" || now - this.#restartedAt < RESTART_EVERY) return;
    this.#restartedAt = now;
    this.#link.restart(this.#restart).catch(() => {});
  }

  #lost(link) {
    if (link === this.#link && this.state === "connected") this.#keepTrying("reconnecting");
  }

  #end(reason, by = "") {
    this.#run += 1;
    this.#drop();
    this.#become("ended", { reason, by });
  }

  #drop() {
    this.#mending = null;
    this.#link?.close();
    this.#link = null;
  }

  #become(state, { reason = "", by = "", kept = false } = {}) {
    this.state = state;
    this.#tell("state", { state, reason, by, kept });
  }

  #tell = (type, detail) => this.dispatchEvent(new CustomEvent(type, { detail }));
}
