/** What every peer connection of a seat needs: sections for media, a first connection,
 * and an ear for silence. */
import { addCamera } from "./layers.js";

/** Answered, but nothing comes through: a network without UDP, mostly. */
export const NO_PATH = "no_path";
/** A path is there and the keys are not: slow processors, which another try would only
 * keep busy. The worker waits as long. */
const HANDSHAKE_WITHIN = 20_000;
const LOOK_EVERY = 500;
const ANSWER_WITHIN = 1_000;

export const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));

/** One section for sound, one for pictures; returns their senders. */
export function offerMedia(peer, tracks) {
  const options = { direction: "sendrecv", streams: [new MediaStream()] };
  return {
    audio: peer.addTransceiver(tracks.audio ?? "audio", options).sender,
    video: addCamera(peer, tracks.video ?? "video", options).sender,
  };
}

/** The answer, asking our browser for so many milliseconds of sound in a packet (`a=ptime`,
 * RFC 8866; null is its own 20), and `plain` for each sound once, without RED. */
export function inPacketsOf(sdp, { ptime = null, plain = false } = {}) {
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
export function connected(peer, { within, doubtful, failed }) {
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
  const reports = [...(await peer.getStats()).values()];
  const pairs = reports.filter((report) => report.type === "candidate-pair");
  return pairs.reduce((sum, pair) => sum + (pair.bytesReceived ?? 0), 0);
}

/** Calls `silent` when nothing has come for 1.5 s, not even the answer to a ping, and
 * `heard` while something comes. A page that slept has not been silent: it asks first.
 * Returns how to stop.
 */
export function watchSilence(peer, { ping, silent, heard }) {
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
