/** One life of a peer connection: from the first offer to its close.
 *
 * Offers go out one at a time, for the browser is always the offerer: joining, more
 * sections, a screen and an ICE restart wait for each other. `exchange(sdp)` answers.
 */
import { addCamera, refit, wantLayers } from "./layers.js";
import { audioLevel, collect } from "./quality.js";

const MOST = { audio: 3, video: 5 };
const SCREEN_BITRATE = 1_500_000;
const [ASK_EVERY, QUESTIONS] = [1_000, 15];
/** Answered, but nothing comes through: a network without UDP, mostly. */
export const NO_PATH = "no_path";
/** A path is there and the keys are not: slow processors, which another try would only
 * keep busy. The worker waits as long. */
const HANDSHAKE_WITHIN = 20_000;
const LOOK_EVERY = 500;
const ANSWER_WITHIN = 1_000;

export class Link {
  isOpen = false;
  #peer;
  #channel;
  #senders;
  #lost;
  #fail;
  #screen = null;
  #answer = "";
  #reading = {};
  #isGreeted = false;
  #isClosed = false;
  #turn = Promise.resolve();
  #stopWatching = () => {};
  #failed = new Promise((_, reject) => (this.#fail = reject));

  /** `hear` is told each message of the room, `lost` that an open life is over. */
  constructor({ iceServers, tracks, hear, lost }) {
    this.#peer = new RTCPeerConnection({ iceServers, bundlePolicy: "max-bundle" });
    this.#senders = offerMedia(this.#peer, tracks);
    this.camera = this.#senders.video;
    this.microphone = this.#senders.audio;
    if (tracks.screen) this.#offerScreen(tracks.screen);
    this.#failed.catch(() => {});
    this.#lost = lost;
    this.#channel = this.#peer.createDataChannel("control");
    this.#channel.onclose = () => this.lose();
    this.#channel.onmessage = (event) => {
      const message = JSON.parse(event.data);
      // It may come before we know that we are connected, or long after.
      if (message.type === "welcome") this.#isGreeted = true;
      if (message.type === "layers") wantLayers(this.camera, message.rids);
      hear(message);
    };
  }

  /** Settles when media may flow, rejects when no path is found `within` so many
   * milliseconds or the life ends before; `silent`, `heard` and `doubtful` are called
   * after it. */
  async open(exchange, { within, silent, heard, doubtful }) {
    await Promise.race([this.#connect(exchange, { within, doubtful }), this.#failed]);
    if (this.#isClosed) throw new Error("closed");
    this.isOpen = true;
    this.#stopWatching = watchSilence(this.#peer, { ping: () => this.send({ type: "ping" }), silent, heard });
    this.#askGreeting();
  }

  async #connect(exchange, { within, doubtful }) {
    let settled;
    await this.negotiate(async (sdp) => {
      const answer = await exchange(sdp);
      settled = connected(this.#peer, { within, doubtful, failed: () => this.lose() });
      // An answer that does not fit must not leave a rejection behind.
      settled.catch(() => {});
      return answer;
    });
    await settled;
  }

  /** Without a greeting nobody is known; a life that gets none in the end is none. */
  async #askGreeting() {
    for (let left = QUESTIONS; left > 0; left -= 1) {
      await pause(ASK_EVERY);
      if (this.#isGreeted || this.#isClosed) return;
      this.send({ type: "hello" });
    }
    this.lose();
  }

  /** This life is over: before it was open, its `open` rejects. */
  lose() {
    if (this.#isClosed) return;
    if (this.isOpen) this.#lost();
    else this.#fail(new Error("lost"));
  }

  /** A new offer, with what `change` did to the connection just before; none where it
   * says false. */
  negotiate(exchange, change = () => {}) {
    const run = async () => {
      if ((await change()) === false) return;
      await this.#peer.setLocalDescription();
      const { sdp, type } = await exchange(this.#peer.localDescription.sdp);
      this.#answer = sdp;
      await this.#peer.setRemoteDescription({ type, sdp: readAs(sdp, this.#reading) });
      this.send({ type: "stable", sections: sdp.split("\nm=").length - 1 });
      refit(this.camera);
    };
    this.#turn = this.#turn.catch(() => {}).then(run);
    return this.#turn;
  }

  restart = (exchange) => this.negotiate(exchange, () => this.#peer.restartIce());

  /** What we send, as `readAs` says. Nobody else has to know, so the room's last answer is
   * read again; an offer that waits for its own takes the wish along. */
  reread(changes) {
    const last = async () => ({ type: "answer", sdp: this.#answer });
    return this.negotiate(last, () => {
      const before = readAs(this.#answer, this.#reading);
      Object.assign(this.#reading, changes);
      return before !== readAs(this.#answer, this.#reading) && this.#answer !== "" && this.#peer.signalingState === "stable" && !this.#isOwed;
    });
  }

  get #isOwed() {
    return this.#peer.getTransceivers().some((one) => one.mid === null);
  }

  /** Enough sections to receive `{audio, video}` streams; nothing when there are and
   * the room knows of them. Counted in our turn: two wishes at once are one. */
  want(counts, exchange) {
    return this.negotiate(exchange, () => {
      for (const kind of ["audio", "video"]) {
        const wanted = Math.min(counts[kind] ?? 0, MOST[kind]);
        while (this.#receiving(kind) < wanted) this.#peer.addTransceiver(kind, { direction: "recvonly" });
      }
      return this.#isOwed || this.#peer.signalingState !== "stable";
    });
  }

  /** Show a screen, or with null no longer; its section stays for the next time. */
  share(track, exchange) {
    return this.negotiate(exchange, async () => {
      if (track && !this.#screen) return this.#offerScreen(track);
      if (!this.#screen) return;
      await this.#screen.sender.replaceTrack(track);
      this.#screen.direction = track ? "sendonly" : "inactive";
    });
  }

  async replaceTrack(kind, track) {
    await this.#senders[kind].replaceTrack(track);
    if (kind === "video") refit(this.camera);
  }

  trackOf = (mid) => this.#peer.getTransceivers().find((one) => one.mid === mid)?.receiver.track ?? null;

  send(message) {
    if (this.#channel.readyState !== "open") return false;
    this.#channel.send(JSON.stringify(message));
    return true;
  }

  stats = () => collect(this.#peer);
  level = () => audioLevel(this.#peer);

  close() {
    this.#isClosed = true;
    this.#fail(new Error("closed"));
    this.#stopWatching();
    this.#channel.onclose = this.#channel.onmessage = null;
    this.#peer.onconnectionstatechange = null;
    this.#peer.close();
  }

  #offerScreen(track) {
    const limited = { direction: "sendonly", sendEncodings: [{ maxBitrate: SCREEN_BITRATE, maxFramerate: 15 }] };
    this.#screen = this.#peer.addTransceiver(track, limited);
  }

  #receiving(kind) {
    const takes = ({ direction }) => direction === "sendrecv" || direction === "recvonly";
    return this.#peer.getTransceivers().filter((one) => one.receiver.track.kind === kind && takes(one)).length;
  }
}

export const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

/** One section for sound, one for pictures; returns their senders. */
function offerMedia(peer, tracks) {
  const options = { direction: "sendrecv", streams: [new MediaStream()] };
  return {
    audio: peer.addTransceiver(tracks.audio ?? "audio", options).sender,
    video: addCamera(peer, tracks.video ?? "video", options).sender,
  };
}

/** The answer, asking our browser for so many milliseconds of sound in a packet (`a=ptime`,
 * RFC 8866; null is its own 20), `plain` for each sound once, without RED, and for no more
 * than `cap` bit/s in all. */
export function readAs(answer, { ptime = null, plain = false, cap = 0 } = {}) {
  const sdp = cap ? answer.replace(/^m=video .*\r\nc=.*/m, `$&\r\nb=TIAS:${Math.round(cap)}`) : answer;
  const sound = /^m=audio .*(?:\r\n(?!m=).*)*?\r\na=rtcp-mux$/gm;
  const packed = ptime ? sdp.replaceAll(sound, (section) => `${section}\r\na=ptime:${ptime}`) : sdp;
  return plain ? packed.replace(/^m=audio .*(?:\r\n(?!m=).*)*/gm, redLast) : packed;
}

/** The first format is the one that a browser sends. */
function redLast(section) {
  const [, red] = section.match(/^a=rtpmap:(\d+) red\b/m) ?? [];
  const last = (start, formats) => start + [...formats.split(" ").filter((one) => one !== red), red].join(" ");
  return red ? section.replace(/^(m=audio \S+ \S+ )(.*)/, (_, start, formats) => last(start, formats)) : section;
}

/** Settles with the first connection, or rejects when no path is found `within` so many
 * milliseconds; `doubtful` and `failed` are called from then on. Doubtful is a path whose
 * checks are not answered in time: on a weak way in they wait in a queue, while all that
 * we send arrives. Whether it is silent says `watchSilence`, sooner. */
function connected(peer, { within, doubtful, failed }) {
  return new Promise((resolve, reject) => {
    const hasPath = () => ["connected", "completed"].includes(peer.iceConnectionState);
    setTimeout(() => hasPath() || reject(new Error(NO_PATH)), within);
    setTimeout(() => reject(new Error("no_keys")), HANDSHAKE_WITHIN);
    peer.onconnectionstatechange = () => {
      if (peer.connectionState === "connected") resolve();
      if (peer.connectionState === "disconnected") doubtful();
      if (peer.connectionState === "failed") {
        reject(new Error(NO_PATH));
        failed();
      }
    };
    peer.onconnectionstatechange();
  });
}

async function bytesReceived(peer) {
  let sum = 0;
  for (const one of (await peer.getStats()).values()) if (one.type === "candidate-pair") sum += one.bytesReceived ?? 0;
  return sum;
}

/** Calls `silent` when nothing has come for 1.5 s, not even the answer to a ping, and
 * `heard` while something comes. A page that slept has not been silent: it asks first.
 * Returns how to stop.
 */
function watchSilence(peer, { ping, silent, heard }) {
  let [before, askedAt] = [-1, 0];
  const timer = setInterval(async () => {
    const bytes = await bytesReceived(peer);
    const now = performance.now();
    if (bytes !== before) {
      [before, askedAt] = [bytes, 0];
      heard();
    } else if (!askedAt) {
      askedAt = now;
      ping();
    } else if (now - askedAt >= ANSWER_WITHIN) silent();
  }, LOOK_EVERY);
  return () => clearInterval(timer);
}
