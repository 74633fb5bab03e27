/** A tab that takes part in a measurement, on the product's own client module. */
import { RoomConnection } from "/static/video/connection.js";

const [WIDTH, HEIGHT, CELL, BITS] = [640, 480, 32, 20];
const EVERY = 1000 / 30;
const now = () => Math.round(performance.timeOrigin + performance.now());
const screen = document.querySelector("video");
// What nobody plays is not decoded, and not concealed.
const sound = Object.assign(new Audio(), { autoplay: true });

/** A picture that says when it was drawn: twenty cells of bits, then their inverses. */
function drawnTime() {
  const canvas = Object.assign(document.createElement("canvas"), { width: WIDTH, height: HEIGHT });
  const pen = canvas.getContext("2d");
  const [track] = canvas.captureStream(0).getTracks();
  setInterval(() => {
    pen.fillStyle = "#765";
    pen.fillRect(0, 2 * CELL, WIDTH, HEIGHT);
    const time = now() % 2 ** BITS;
    for (let bit = 0; bit < BITS; bit += 1) {
      const set = (time >> bit) & 1;
      for (const [row, lit] of [[0, set], [1, 1 - set]]) {
        pen.fillStyle = lit ? "#fff" : "#000";
        pen.fillRect(bit * CELL, row * CELL, CELL, CELL);
      }
    }
    track.requestFrame();
  }, EVERY);
  return track;
}

/** Milliseconds since the picture on the screen was drawn; null when illegible. */
function age(pen) {
  pen.drawImage(screen, 0, 0, WIDTH, HEIGHT);
  const { data } = pen.getImageData(0, 0, WIDTH, 2 * CELL);
  let time = 0;
  for (let bit = 0; bit < BITS; bit += 1) {
    const at = (row) => data[4 * ((row * CELL + CELL / 2) * WIDTH + bit * CELL + CELL / 2)];
    if (Math.abs(at(0) - at(1)) < 100) return null;
    time |= (at(0) > at(1)) << bit;
  }
  return (now() - time + 2 ** BITS) % 2 ** BITS;
}

async function watchAges() {
  const pen = new OffscreenCanvas(WIDTH, HEIGHT).getContext("2d", { willReadFrequently: true });
  const look = () => {
    const found = age(pen);
    if (found !== null) bench.ages.push(found);
    screen.requestVideoFrameCallback(look);
  };
  screen.requestVideoFrameCallback(look);
}

window.bench = {
  ages: [],
  firstFrames: [],
  state: "",
  /** Join as somebody who has passed the device check; ends with the first frame. */
  async enter(room, name, source) {
    const began = performance.now();
    const connection = new RoomConnection({ url: `/api/rooms/${room}/sessions?as=${name}`, csrf: "", iceServers: [] });
    bench.connection = connection;
    connection.addEventListener("state", ({ detail }) => (bench.state = detail.state));
    connection.addEventListener("message", ({ detail }) => {
      if (detail.type !== "slots") return;
      for (const { mid, kind, participant } of detail.slots) {
        const track = participant && connection.trackOf(mid);
        const player = kind === "audio" ? sound : screen;
        if (!track || player.srcObject?.getTracks()[0] === track) continue;
        player.srcObject = new MediaStream([track]);
        if (player === sound) continue;
        screen.requestVideoFrameCallback(() => bench.firstFrames.push(performance.now() - began));
      }
    });
    const media = await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: WIDTH, height: HEIGHT } });
    connection.tracks.audio = media.getAudioTracks()[0];
    connection.tracks.video = source === "clock" ? drawnTime() : media.getVideoTracks()[0];
    await connection.enter();
    if (source === "clock") watchAges();
  },
  stats: () => bench.connection.stats(),
  leave: () => bench.connection.leave(),
};
