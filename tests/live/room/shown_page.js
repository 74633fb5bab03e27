/** Somebody in a call by the product's own connection and monitor, without the room's page.
 *
 * `seat.frames(who)`: frames of theirs that were shown so far; `seat.whole(who)`: how many
 * of those came whole (key frames).
 */
// Figures that the product does not ask for are asked of its peer connection.
window.RTCPeerConnection = class extends RTCPeerConnection {
  constructor(...given) {
    super(...given);
    window.peer = this;
  }
};

window.enter = async ({ name, shows, speaks }) => {
  const [{ RoomConnection }, { LineMonitor }, { openDevice }] = await Promise.all(
    ["connection", "monitor", "devices"].map((one) => import(`/static/video/${one}.js`)),
  );
  const connection = new RoomConnection({ url: `/api/sessions?as=${name}`, csrf: "", iceServers: [] });
  const monitor = new LineMonitor(connection, () => {}, () => false);
  const mids = new Map();
  const players = new Map();
  connection.addEventListener("message", ({ detail: { type, slots, wanted } }) => {
    if (type !== "slots") return;
    mids.clear();
    for (const { mid, kind, participant } of slots) {
      const track = participant && kind === "video" ? connection.trackOf(mid) : null;
      if (!track) continue;
      mids.set(participant, mid);
      if (players.get(participant)?.srcObject.getTracks()[0] === track) continue;
      const player = Object.assign(document.createElement("video"), { autoplay: true, muted: true, width: 80 });
      player.srcObject = new MediaStream([track]);
      document.body.append(player);
      players.set(participant, player);
    }
    connection.want(wanted);
  });
  const inbound = async (who) => {
    const reports = [...(await peer.getStats()).values()].filter((one) => one.type === "inbound-rtp");
    return reports.find((one) => one.mid === mids.get(who)) ?? {};
  };
  window.seat = {
    connection, monitor,
    frames: async (who) => (await inbound(who)).framesDecoded ?? 0,
    whole: async (who) => (await inbound(who)).keyFramesDecoded ?? 0,
    sends: () => connection.camera.getParameters().encodings.some((one) => one.active),
    say: (message) => connection.send(message),
  };
  if (speaks) connection.tracks.audio = (await openDevice("audio")).track;
  if (shows) connection.tracks.video = moving();
  await connection.enter();
};

/** A picture that costs bits and hardly any processor. */
function moving() {
  const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 360 });
  const pen = canvas.getContext("2d");
  setInterval(() => {
    pen.fillStyle = `hsl(${Math.random() * 360} 80% 50%)`;
    pen.fillRect(Math.random() * 640, Math.random() * 360, 60, 60);
  }, 50);
  return canvas.captureStream(20).getTracks()[0];
}
