/** Figures of a connection, and the word that people read of them. */

const INBOUND = [
  "kind", "mid", "timestamp", "framesDecoded", "framesPerSecond", "frameWidth", "frameHeight",
  "packetsReceived", "packetsLost", "freezeCount", "jitter", "totalAudioEnergy",
  "concealedSamples", "totalSamplesReceived", "bytesReceived",
];
const OUTBOUND = [
  "kind", "mid", "timestamp", "framesEncoded", "framesPerSecond", "frameWidth", "frameHeight",
  "packetsSent", "bytesSent", "qualityLimitationReason",
];

const pick = (report, names) =>
  Object.fromEntries(names.filter((name) => name in report).map((name) => [name, report[name]]));

/** `{outbound: […], inbound: […]}`, one entry per stream; round trips in seconds. */
export async function collect(connection) {
  const found = { outbound: [], inbound: [] };
  if (!connection) return found;
  const reports = [...(await connection.getStats()).values()];
  const pair = reports.find((report) => report.type === "candidate-pair" && report.nominated);
  const trips = new Map(
    reports.filter((report) => report.type === "remote-inbound-rtp").map((report) => [report.localId, report.roundTripTime]),
  );
  for (const report of reports) {
    if (report.type === "inbound-rtp") {
      found.inbound.push({ ...pick(report, INBOUND), roundTripTime: pair?.currentRoundTripTime ?? null });
    } else if (report.type === "outbound-rtp") {
      found.outbound.push({ ...pick(report, OUTBOUND), roundTripTime: trips.get(report.id) ?? null });
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

/** What changed between two collections: `{line, pictures}`.
 *
 * `line` is good, fair or weak, or null while nothing arrives; `pictures` says whether
 * the other side's picture moves.
 */
export function compare(before, after) {
  const gain = (name) => total(after.inbound, name) - total(before.inbound, name);
  const received = gain("packetsReceived");
  const pictures = gain("framesDecoded") > 0;
  if (received <= 0) return { line: null, pictures };
  const lost = Math.max(0, gain("packetsLost"));
  const share = lost / (received + lost);
  const trip = Math.max(0, ...after.inbound.map((stream) => stream.roundTripTime ?? 0));
  if (share > 0.1 || trip > 0.6) return { line: "weak", pictures };
  return { line: share > 0.03 || trip > 0.3 ? "fair" : "good", pictures };
}
