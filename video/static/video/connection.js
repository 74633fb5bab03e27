/** One seat in the room: joined, and joined again after a cut.
 *
 * Events: `begin` (a new life: what the room said before holds no longer), `state`
 * (detail {state, reason, by}; connecting, connected, reconnecting, ended), `message`
 * (as video/media/rooms/channel.py says). A message may come before the state.
 */
import { ending } from "./endings.js";
import { Link } from "./link.js";
import { NOTHING } from "./quality.js";
import { Signalling } from "./signalling.js";
import { joinUntil, Mending, onOtherNetwork, persist } from "./tries.js";

/** A new section may take its time. */
const RENEW_WITHIN = 10_000;

export class RoomConnection extends EventTarget {
  tracks = { audio: null, video: null, screen: null };
  #iceServers;
  #signalling;
  #link = null;
  #run = 0;
  #everConnected = false;
  #wishes = {};
  #mending = new Mending((sdp, within) => this.#signalling.renew(sdp, within));
  #renew = (sdp) => this.#signalling.renew(sdp, RENEW_WITHIN);

  constructor({ url, csrf, iceServers }) {
    super();
    this.state = "outside";
    this.#iceServers = iceServers;
    this.#signalling = new Signalling({ url, csrf });
    window.addEventListener("online", () => this.#freshen());
    onOtherNetwork(() => this.#freshen());
  }

  /** Take the seat anew; whoever had it before is replaced. */
  enter() {
    this.#signalling.forget();
    return this.#keepTrying("connecting");
  }

  async replaceTrack(kind, track) {
    this.tracks[kind] = track;
    await this.#link?.replaceTrack(kind, track).catch(() => {}); // closed: the next takes it
  }

  share(track) {
    this.tracks.screen = track;
    return this.#change("share", (link) => link.share(track, this.#renew));
  }

  want = (counts) => this.#change("want", (link) => link.want(counts, this.#renew));
  reread = (changes) => this.#link?.reread(changes).catch(() => {}); // closed
  trackOf = (mid) => this.#link?.trackOf(mid) ?? null;
  send = (message) => this.#link?.send(message) ?? false;
  stats = async () => (this.#link ? this.#link.stats() : NOTHING);
  level = () => this.#link?.level() ?? 0;

  get camera() {
    return this.#link?.camera ?? null;
  }

  get microphone() {
    return this.#link?.microphone ?? null;
  }

  leave() {
    if (this.state !== "ended") this.end("left");
    return this.#signalling.leave();
  }

  /** A change of the sections, tried again while this link lives, for the next one
   * offers all of it by itself, and until another wish of its `name` takes its place. */
  #change(name, act) {
    const link = this.#link;
    const mine = (this.#wishes[name] = {});
    return persist(() => act(link), () => link && link === this.#link && mine === this.#wishes[name]);
  }

  async #keepTrying(state) {
    const run = ++this.#run;
    this.#become(state);
    const ends = await joinUntil((patience) => this.#join(patience), {
      wanted: () => run === this.#run,
      hadJoined: () => this.#everConnected,
      busy: () => this.#become(state, { reason: "busy" }),
    });
    if (ends) this.end(ends);
  }

  async #join({ answer, path }) {
    this.#drop();
    const link = new Link({
      iceServers: this.#iceServers,
      tracks: this.tracks,
      hear: (message) => this.#hear(link, message),
      lost: () => this.#lost(link),
    });
    this.#link = link;
    this.#tell("begin");
    const ears = {
      silent: () => this.#mend(link), heard: () => this.#mended(link),
      doubtful: () => link === this.#link && this.#freshen(),
    };
    await link.open((sdp) => this.#signalling.offer(sdp, answer), { within: path, ...ears });
    if (link !== this.#link) return;
    this.#everConnected = true;
    this.#become("connected");
  }

  #hear(link, message) {
    if (link !== this.#link) return;
    const { type, reason, by } = message;
    // The seat may have been taken by an offer of ours that seemed lost.
    const again = reason === "worker_closed" || (reason === "replaced" && this.#signalling.inDoubt);
    if (type !== "ended") this.#tell("message", message);
    else if (again) link.lose();
    else this.end(ending(reason), by);
  }

  /** The same session on new paths; whoever gets no answer joins anew. */
  async #mend(link) {
    if (link !== this.#link || this.state !== "connected") return;
    this.#become("reconnecting");
    if (await this.#mending.failed(link)) this.#keepTrying("reconnecting");
  }

  #mended(link) {
    if (link === this.#link && this.#mending.heard()) this.#become("connected");
  }

  #freshen() {
    if (this.state === "connected") this.#mending.freshen(this.#link);
  }

  #lost(link) {
    if (link === this.#link) this.#keepTrying("reconnecting");
  }

  /** The stay is over; what goes on elsewhere has its words in the page. */
  end(reason, by = "") {
    this.#run += 1;
    this.#drop();
    this.#become("ended", { reason, by });
  }

  #drop() {
    this.#mending.heard();
    this.#link?.close();
    this.#link = null;
  }

  #become(state, { reason = "", by = "" } = {}) {
    this.state = state;
    this.#tell("state", { state, reason, by });
  }

  #tell = (type, detail) => this.dispatchEvent(new CustomEvent(type, { detail }));
}
