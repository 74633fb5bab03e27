/** Figures of a connection, and the word that people read of them. */
import { NARROW } from "./ladder.js";
import { SLOW_BELOW } from "./pictures.js";

export const NOTHING = { outbound: [], inbound: [], path: {} };

/** `{outbound: […], inbound: […], path}`, one entry per stream; round trips in seconds. */
export async function collect(connection) {
  const reports = connection ? [...(await connection.getStats()).values()] : [];
  const of = (type) => reports.filter((report) => report.type === type);
  const path = of("candidate-pair").find((pair) => pair.nominated) ?? {};
  const answers = new Map(of("remote-inbound-rtp").map((report) => [report.localId, report]));
  const sent = (report) => {
    const { roundTripTime = null, fractionLost = null, timestamp: reportedAt } = answers.get(report.id) ?? {};
    return { ...report, roundTripTime, fractionLost, reportedAt };
  };
  const came = (report) => ({ ...report, roundTripTime: path.currentRoundTripTime ?? null });
  return { outbound: of("outbound-rtp").map(sent), inbound: of("inbound-rtp").map(came), path };
}

/** How loud the other side is just now, 0 to 1. */
export function audioLevel(connection) {
  const receivers = connection?.getReceivers() ?? [];
  const levels = receivers
    .filter((receiver) => receiver.track.kind === "audio")
    .flatMap((receiver) => receiver.getSynchronizationSources())
    .map((source) => source.audioLevel ?? 0);
  return Math.max(0, ...levels);
}

const total = (streams, name) => streams.reduce((sum, stream) => sum + (stream[name] ?? 0), 0);
const most = (values) => Math.max(0, ...values.map((value) => value ?? 0));

/** The word for figures, and the reason that weighs most; pure, so that it is tested. */
export function judge({ share, trip, jitter = 0, froze = false, slow = false, busy = false, narrow = false }) {
  if (share > 0.1) return { line: "poor", reason: "loss" };
  if (trip > 0.6) return { line: "poor", reason: "delay" };
  if (narrow) return { line: "poor", reason: "rate" };
  if (share > 0.03) return { line: "fair", reason: "loss" };
  if (trip > 0.3) return { line: "fair", reason: "delay" };
  if (jitter > 0.06) return { line: "fair", reason: "jitter" };
  if (froze) return { line: "fair", reason: "freeze" };
  if (slow) return { line: "fair", reason: "frames" };
  return busy ? { line: "fair", reason: "cpu" } : { line: "good", reason: "" };
}

/** Which way a sample and its rung are weak: `{sends, comes}`, each `audio`, `less` or
 * nothing. Answers that come late may have waited on either way. */
export function weakness({ up, upReason, down, downReason, rung }) {
  const less = upReason !== "delay" && (up === "poor" || (up === "fair" && ["360p", "180p"].includes(rung)));
  const sends = rung === "audio" ? "audio" : less ? "less" : "";
  return { sends, comes: down === "poor" && downReason !== "delay" ? "less" : "" };
}

/** A browser comes so near to what it is asked for by the room. */
const ASKED = 0.8;
export const RANK = { good: 0, fair: 1, poor: 2 };

/** A camera sends several streams by one section. */
const nameOf = ({ mid, rid = "" }) => `${mid} ${rid}`;

/** Our streams that are on their way: what was last said of one that rests is old. */
function moving(before, after) {
  const sentBefore = new Map(before.outbound.map((stream) => [nameOf(stream), stream.packetsSent ?? 0]));
  return after.outbound.filter((stream) => (stream.packetsSent ?? 0) > (sentBefore.get(nameOf(stream)) ?? 0));
}

/** The loss of our streams that the room told of since: what it said before is old, and
 * on a weak way in it may be long before it is heard again. */
function newlyLost(before, outbound) {
  const heardBefore = new Map(before.outbound.map((stream) => [nameOf(stream), stream.reportedAt]));
  const told = outbound.filter((stream) => stream.reportedAt !== heardBefore.get(nameOf(stream)));
  return most(told.map((stream) => stream.fractionLost));
}

/** The video sections that `should` move, each with the frames a second and the packets
 * that came; one that began in between is judged by its own last second. */
function shown(before, after, should) {
  const known = new Map(before.inbound.map((stream) => [stream.mid, stream]));
  return after.inbound.flatMap((now) => {
    const was = known.get(now.mid);
    const seconds = was ? (now.timestamp - was.timestamp) / 1000 : 0;
    if (now.kind !== "video" || seconds <= 0 || !should(now.mid)) return [];
    const [frames, packets] = ["framesDecoded", "packetsReceived"].map((name) => (now[name] ?? 0) - (was[name] ?? 0));
    const rate = was.framesPerSecond > 0 || !now.framesPerSecond ? frames / seconds : now.framesPerSecond;
    return [{ mid: now.mid, rate, isStuck: packets > 0 && frames <= 0 }];
  });
}

/** What changed between two collections.
 *
 * `up` is the word for what we send, by what the room says of it, `down` for what comes
 * (its loss is ours only where the room says `lossy`), each with its reason, `line` the
 * weaker, null while nothing arrives. `slowest`: frames a second of the slowest camera of
 * which `expects(mid)` says that it moves; `stuck`: packets without a frame; `available`:
 * bit/s while pictures are sent; `limited`: our own line holds the encoder back, and not
 * the others' (`asked`); `busy`: our device does.
 */
export function compare(before, after, { expects = () => false, asked = null, lossy = true } = {}) {
  const gain = (name) => total(after.inbound, name) - total(before.inbound, name);
  const sent = total(after.outbound, "bytesSent") - total(before.outbound, "bytesSent");
  const seconds = Math.max(0.5, (most(after.inbound.map((s) => s.timestamp)) - most(before.inbound.map((s) => s.timestamp))) / 1000);
  const received = gain("packetsReceived");
  const lost = Math.max(0, gain("packetsLost"));
  const lostShare = received + lost > 0 ? lost / (received + lost) : 0;
  const outbound = moving(before, after);
  const sentShare = newlyLost(before, outbound);
  const trip = most([...after.inbound, ...outbound].map((stream) => stream.roundTripTime));
  // One frame in a while counts as none a second.
  const drawn = total(after.outbound, "framesEncoded") > total(before.outbound, "framesEncoded");
  const shows = drawn || after.outbound.some((stream) => stream.kind === "video" && stream.framesPerSecond > 0);
  const available = shows ? (after.path?.availableOutgoingBitrate ?? null) : null;
  const limits = outbound.map((stream) => stream.qualityLimitationReason);
  // Of a camera that offers sizes a browser does not always say why it sends so little.
  const starved = available !== null && available < NARROW && most(after.outbound.map((s) => s.framesPerSecond)) < SLOW_BELOW;
  const cameras = shown(before, after, expects).map(({ rate }) => rate);
  const slowest = cameras.length ? Math.min(...cameras) : null;
  const found = {
    pictures: gain("framesDecoded") > 0, share: Math.max(lostShare, sentShare), sentShare, trip, available,
    limited: (limits.includes("bandwidth") || starved) && !(asked && available >= ASKED * asked),
    busy: limits.includes("cpu"), slowest,
    stuck: shown(before, after, () => true).filter(({ isStuck }) => isStuck).map(({ mid }) => mid),
    framesPerSecond: Math.round(slowest ?? gain("framesDecoded") / seconds),
    freezes: Math.max(0, gain("freezeCount")),
    kbitsIn: Math.round((gain("bytesReceived") * 8) / seconds / 1000),
    kbitsOut: Math.round((sent * 8) / seconds / 1000),
  };
  if (received <= 0) return { line: null, reason: "", up: null, upReason: "", down: null, downReason: "", ...found };
  const jitter = most(after.inbound.filter((s) => s.kind === "audio").map((s) => s.jitter));
  const narrow = found.limited && available !== null && available < NARROW;
  const up = judge({ share: sentShare, trip, busy: found.busy, narrow });
  const down = judge({ share: lossy ? lostShare : 0, trip, jitter, froze: found.freezes > 0, slow: slowest !== null && slowest < SLOW_BELOW });
  const { line, reason } = RANK[down.line] > RANK[up.line] ? down : up;
  return { line, reason, up: up.line, upReason: up.reason, down: down.line, downReason: down.reason, ...found };
}
