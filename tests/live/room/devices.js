/** The devices of a page, held in the hand: `system.plugged` are the microphones,
 * `system.fails` what opening one throws. `heard` is what the live region has said. */
(() => {
  const [heard, heardAt] = [(window.heard = []), (window.heardAt = [])];
  addEventListener("DOMContentLoaded", () => {
    const region = document.getElementById("say");
    const note = () => {
      heard.push(region.textContent);
      heardAt.push(performance.now());
    };
    new MutationObserver(note).observe(region, { childList: true });
  });
  const { mediaDevices } = navigator;
  const ask = mediaDevices.getUserMedia.bind(mediaDevices);
  const system = (window.system = { opened: [], fails: {} });
  system.plugged = ["headset", "built-in"];
  const input = (kind) => (deviceId) => ({ kind, deviceId, groupId: "" });
  const gone = (name) => new DOMException("at the wire", name);
  mediaDevices.enumerateDevices = async () => [
    ...system.plugged.map(input("audioinput")),
    input("videoinput")("front"),
  ];
  mediaDevices.getUserMedia = async (wanted) => {
    const kind = wanted.audio ? "audio" : "video";
    const name = system.fails[kind];
    if (name) throw gone(name);
    if (kind === "audio" && !system.plugged.length) throw gone("NotFoundError");
    const stream = await ask(wanted);
    const [track] = stream.getTracks();
    const before = wanted.audio?.deviceId?.ideal;
    const sound = system.plugged.find((one) => one === before) ?? system.plugged[0];
    const deviceId = kind === "video" ? "front" : sound;
    track.getSettings = () => ({ deviceId, groupId: "" });
    let muted = false;
    Object.defineProperty(track, "muted", { get: () => muted });
    track.takenBySystem = (is) => {
      muted = is;
      track.dispatchEvent(new Event(is ? "mute" : "unmute"));
    };
    track.ends = () => {
      track.stop();
      track.dispatchEvent(new Event("ended"));
    };
    system[kind] = track;
    system.opened.push({ kind, deviceId });
    return stream;
  };
  system.changes = (...plugged) => {
    system.plugged = plugged;
    mediaDevices.dispatchEvent(new Event("devicechange"));
  };
  system.sends = (kind) =>
    wire.now.getSenders().map((one) => one.track).find((one) => one?.kind === kind);
})();
