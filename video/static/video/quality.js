/** Figures of a connection, and the word that people read of them. */

const INBOUND = [
  "kind", "mid", "timestamp", "framesDecoded", "framesPerSecond", "frameWidth", "frameHeight",
  "packetsReceived", "packetsLost", "freezeCount", "jitter", "totalAudioEnergy",
  "concealedSamples", "totalSamplesReceived", "bytesReceived",
];
const OUTBOUND = [
  "kind", "mid", "rid", "timestamp", "framesEncoded", "framesPerSecond", "frameWidth", "frameHeight",
  "packetsSent", "bytesSent", "qualityLimitationReason",
];

const pick = (report, names) =>
  Object.fromEntries(names.filter((name) => name in report).map((name) => [name, report[name]]));

/** `{outbound: […], inbound: […], path}`, one entry per stream; round trips in seconds. */
export async function collect(connection) {
  const found = { outbound: [], inbound: [], path: {} };
  if (!connection) return found;
  const reports = [...(await connection.getStats()).values()];
  const pair = reports.find((report) => report.type === "candidate-pair" && report.nominated);
  found.path = pick(pair ?? {}, ["availableOutgoingBitrate", "currentRoundTripTime"]);
  const answers = new Map(
    reports.filter((report) => report.type === "remote-inbound-rtp").map((report) => [report.localId, report]),
  );
  for (const report of reports) {
    if (report.type === "inbound-rtp") {
      found.inbound.push({ ...pick(report, INBOUND), roundTripTime: pair?.currentRoundTripTime ?? null });
    } else if (report.type === "outbound-rtp") {
      const { roundTripTime = null, fractionLost = null, timestamp: reportedAt } = answers.get(report.id) ?? {};
      found.outbound.push({ ...pick(report, OUTBOUND), roundTripTime, fractionLost, reportedAt });
    }
  }
  return found;
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
export function judge({ share, trip, jitter = 0, froze = false, busy = false, narrow = false }) {
  if (share > 0.1) return { line: "poor", reason: "loss" };
  if (trip > 0.6) return { line: "poor", reason: "delay" };
  if (narrow) return { line: "poor", reason: "rate" };
  if (share > 0.03) return { line: "fair", reason: "loss" };
  if (trip > 0.3) return { line: "fair", reason: "delay" };
  if (jitter > 0.06) return { line: "fair", reason: "jitter" };
  if (froze) return { line: "fair", reason: "freeze" };
  return busy ? { line: "fair", reason: "cpu" } : { line: "good", reason: "" };
}

const RANK = { good: 0, fair: 1, poor: 2 };

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

/** What changed between two collections.
 *
 * Each direction is judged by its own figures: `up` is the word for what we send, by
 * what the room says of it, `down` for what comes. `line` is the weaker of both with its
 * `reason`, or null while nothing arrives. `pictures` says whether somebody's picture
 * moves; `sentShare` and `share` are the loss of what we send, and the larger one of
 * both; `available` is what may be sent, in bit/s, while pictures are sent, and
 * `limited` whether the encoder is held back by it.
 */
export function compare(before, after) {
  const gain = (name) => total(after.inbound, name) - total(before.inbound, name);
  const sent = total(after.outbound, "bytesSent") - total(before.outbound, "bytesSent");
  const seconds = Math.max(0.5, (most(after.inbound.map((s) => s.timestamp)) - most(before.inbound.map((s) => s.timestamp))) / 1000);
  const received = gain("packetsReceived");
  const lost = Math.max(0, gain("packetsLost"));
  const lostShare = received + lost > 0 ? lost / (received + lost) : 0;
  const outbound = moving(before, after);
  const sentShare = newlyLost(before, outbound);
  const trip = most([...after.inbound, ...outbound].map((stream) => stream.roundTripTime));
  const shows = after.outbound.some((stream) => stream.kind === "video" && stream.framesPerSecond > 0);
  const available = shows ? (after.path?.availableOutgoingBitrate ?? null) : null;
  const limits = outbound.map((stream) => stream.qualityLimitationReason);
  const found = {
    pictures: gain("framesDecoded") > 0, share: Math.max(lostShare, sentShare), sentShare, trip, available,
    limited: limits.includes("bandwidth"),
    framesPerSecond: Math.round(gain("framesDecoded") / seconds),
    freezes: Math.max(0, gain("freezeCount")),
    kbitsIn: Math.round((gain("bytesReceived") * 8) / seconds / 1000),
    kbitsOut: Math.round((sent * 8) / seconds / 1000),
  };
  if (received <= 0) return { line: null, reason: "", up: null, down: null, ...found };
  const jitter = most(after.inbound.filter((s) => s.kind === "audio").map((s) => s.jitter));
  const narrow = found.limited && available !== null && available < 150_000;
  const up = judge({ share: sentShare, trip, busy: limits.includes("cpu"), narrow });
  const down = judge({ share: lostShare, trip, jitter, froze: found.freezes > 0 });
  const { line, reason } = RANK[down.line] > RANK[up.line] ? down : up;
  return { line, reason, up: up.line, down: down.line, ...found };
}
