/** A tab that takes part in `./run bench lines`: the product's connection, its ladder and
 * its way to open a camera, without the room's page around them.
 *
 * `bench.rows` grows five times a second: what was seen and heard of each person, summed
 * up over all connections since the page began, and what we send ourselves.
 */
import { RoomConnection } from "/static/video/connection.js";
import { openDevice } from "/static/video/devices.js";
import { LineMonitor } from "/static/video/monitor.js";

const LOOK_EVERY = 200;
const SUMS = {
  framesDecoded: "frames", concealedSamples: "concealed", totalSamplesReceived: "samples", bytesReceived: "octets",
};
const now = () => (performance.timeOrigin + performance.now()) / 1000;

// Figures that the product does not ask for are asked of its peer connection.
let peer = null;
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...given) {
    super(...given);
    peer = this;
  }
};

const people = {};
const players = new Map();
let seen = new Map();
let whose = new Map();

/** Adds what a stream gained since it was looked at to its person's sums. */
function count(report) {
  const id = whose.get(report.mid);
  if (!id) return;
  const person = (people[id] ??= { frames: 0, height: 0, concealed: 0, samples: 0, octets: 0 });
  const before = seen.get(report.id) ?? {};
  seen.set(report.id, report);
  for (const [name, sum] of Object.entries(SUMS)) {
    // Only what is played is concealed; the bytes of both kinds are the line's.
    person[sum] += Math.max(0, (report[name] ?? 0) - (before[name] ?? 0));
  }
  if (report.kind === "video") person.height = report.frameHeight ?? 0;
}

async function look() {
  const mine = peer;
  const reports = mine ? [...(await mine.getStats()).values()] : [];
  if (mine !== peer) return;
  for (const report of reports) if (report.type === "inbound-rtp") count(report);
  const sent = reports.filter((one) => one.type === "outbound-rtp" && one.kind === "video");
  const [largest] = sent.sort((one, other) => (other.frameHeight ?? 0) - (one.frameHeight ?? 0));
  const pair = reports.find((one) => one.type === "candidate-pair" && one.nominated) ?? {};
  bench.rows.push({
    at: now(), state: bench.state, rung: bench.rung, people: structuredClone(people),
    sent: {
      fps: largest?.framesPerSecond ?? 0, height: largest?.frameHeight ?? 0,
      limited: largest?.qualityLimitationReason ?? "", available: pair.availableOutgoingBitrate ?? 0,
    },
  });
}

function play(mid, track) {
  const player = players.get(mid) ?? document.body.appendChild(document.createElement(track.kind === "audio" ? "audio" : "video"));
  players.set(mid, player);
  if (player.srcObject?.getTracks()[0] === track) return;
  // Small on the page: what is drawn large here would cost the processor that others need.
  Object.assign(player, { autoplay: true, playsInline: true, muted: track.kind === "video", width: 160 });
  player.srcObject = new MediaStream([track]);
}

function hear(connection, { type, slots, wanted }) {
  if (type !== "slots") return;
  whose = new Map(slots.filter((one) => one.participant).map((one) => [one.mid, one.participant]));
  for (const mid of whose.keys()) {
    const track = connection.trackOf(mid);
    if (track) play(mid, track);
  }
  connection.want?.(wanted);
}

window.bench = {
  rows: [],
  state: "",
  rung: "",
  began: 0,
  camera: 0,
  /** Join as somebody who has passed the device check; `shows` says whether with a camera,
   * `signs` whether they have said that they sign. */
  async enter({ room, name, iceServers, shows, signs }) {
    const connection = new RoomConnection({ url: `/api/rooms/${room}/sessions?as=${name}`, csrf: "", iceServers });
    bench.connection = connection;
    connection.addEventListener("begin", () => (seen = new Map()));
    connection.addEventListener("state", ({ detail }) => (bench.state = detail.state));
    connection.addEventListener("message", ({ detail }) => hear(connection, detail));
    const monitor = new LineMonitor(connection, () => {});
    monitor.addEventListener("line", ({ detail }) => (bench.rung = detail.rung));
    if (signs) {
      // An older checkout knows nothing of it.
      monitor.sign?.(true);
      connection.addEventListener("message", ({ detail: { type } }) => type === "welcome" && connection.send({ type: "signs", signs }));
    }
    for (const kind of shows ? ["audio", "video"] : ["audio"]) connection.tracks[kind] = (await openDevice(kind)).track;
    bench.camera = connection.tracks.video?.getSettings().height ?? 0;
    setInterval(look, LOOK_EVERY);
    bench.began = now();
    await connection.enter();
  },
  leave: () => bench.connection?.leave(),
};
