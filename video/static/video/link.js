/** One life of a peer connection: from the first offer to its close.
 *
 * Offers go out one at a time, for the browser is always the offerer: joining, more
 * sections, a screen and an ICE restart wait for each other. `exchange(sdp)` answers.
 */
import { connected, offerMedia, watchSilence } from "./peer.js";
import { audioLevel, collect } from "./quality.js";

const MOST = { audio: 3, video: 5 };
const SCREEN_BITRATE = 1_500_000;

export class Link {
  #peer;
  #channel;
  #senders;
  #screen = null;
  #turn = Promise.resolve();
  #stopWatching = () => {};

  constructor({ iceServers, tracks, hear, lost }) {
    this.#peer = new RTCPeerConnection({ iceServers, bundlePolicy: "max-bundle" });
    this.#senders = offerMedia(this.#peer, tracks);
    if (tracks.screen) this.#offerScreen(tracks.screen);
    this.#channel = this.#peer.createDataChannel("control");
    this.#channel.onmessage = (event) => hear(JSON.parse(event.data));
    this.lost = lost;
  }

  /** Settles when media may flow; `silent` and `heard` are called from then on. */
  async open(exchange, { silent, heard }) {
    let settled;
    await this.negotiate(async (sdp) => {
      const answer = await exchange(sdp);
      settled = connected(this.#peer, { silent, failed: this.lost });
      // An answer that does not fit must not leave a rejection behind.
      settled.catch(() => {});
      return answer;
    });
    await settled;
    this.#stopWatching = watchSilence(this.#peer, { ping: () => this.send({ type: "ping" }), silent, heard });
    this.#channel.onclose = this.lost;
  }

  /** A new offer, with what `change` did to the connection just before. */
  negotiate(exchange, change = () => {}) {
    const run = async () => {
      await change();
      await this.#peer.setLocalDescription();
      await this.#peer.setRemoteDescription(await exchange(this.#peer.localDescription.sdp));
    };
    this.#turn = this.#turn.catch(() => {}).then(run);
    return this.#turn;
  }

  restart(exchange) {
    return this.negotiate(exchange, () => this.#peer.restartIce());
  }

  /** Enough sections to receive `{audio, video}` streams; nothing when there are. */
  async want(counts, exchange) {
    const missing = (kind) => Math.min(counts[kind] ?? 0, MOST[kind]) - this.#receiving(kind);
    if (missing("audio") <= 0 && missing("video") <= 0) return;
    await this.negotiate(exchange, () => {
      for (const kind of ["audio", "video"]) {
        for (let left = missing(kind); left > 0; left -= 1) this.#peer.addTransceiver(kind, { direction: "recvonly" });
      }
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

  replaceTrack = (kind, track) => this.#senders[kind].replaceTrack(track);

  trackOf(mid) {
    return this.#peer.getTransceivers().find((one) => one.mid === mid)?.receiver.track ?? null;
  }

  get camera() {
    return this.#senders.video;
  }

  send(message) {
    if (this.#channel.readyState !== "open") return false;
    this.#channel.send(JSON.stringify(message));
    return true;
  }

  stats = () => collect(this.#peer);
  level = () => audioLevel(this.#peer);

  close() {
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
