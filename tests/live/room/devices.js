/** The devices of a page, held in the hand: `system.plugged` are the microphones, as
 * `cameras` and `speakers` are; `system.fails` is what opening one throws, by its kind or
 * by its id. `heard` is what the live region has said. */
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
  [system.cameras, system.speakers, system.blurs] = [["front"], [], false];
  const named = (kind) => (deviceId) => ({ kind, deviceId, groupId: "", label: `The ${deviceId}` });
  const gone = (name) => new DOMException("at the wire", name);
  mediaDevices.enumerateDevices = async () => [
    ...system.plugged.map(named("audioinput")),
    ...system.cameras.map(named("videoinput")),
    ...system.speakers.map(named("audiooutput")),
  ];
  mediaDevices.getUserMedia = async (wanted) => {
    const kind = wanted.audio ? "audio" : "video";
    const name = system.fails[kind];
    if (name) throw gone(name);
    const { exact, ideal } = wanted[kind].deviceId ?? {};
    if (system.fails[exact]) throw gone(system.fails[exact]);
    const there = kind === "audio" ? system.plugged : system.cameras;
    if (!there.length) throw gone("NotFoundError");
    if (exact && !there.includes(exact)) throw gone("OverconstrainedError");
    const { deviceId: _, ...usual } = wanted[kind];
    const stream = await ask({ [kind]: usual });
    const [track] = stream.getTracks();
    const deviceId = there.find((one) => one === (exact ?? ideal)) ?? there[0];
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
    if (kind === "video") {
      const { blurs } = system;
      track.getCapabilities = () => (blurs ? { backgroundBlur: [false, true] } : {});
      track.getConstraints = () => usual;
      track.applyConstraints = async (more) => (system.applied = more);
    }
    system[kind] = track;
    system.opened.push({ kind, deviceId, noise: usual.noiseSuppression });
    return stream;
  };
  system.changes = (...plugged) => {
    system.plugged = plugged;
    mediaDevices.dispatchEvent(new Event("devicechange"));
  };
  system.sends = (kind) =>
    wire.now.getSenders().map((one) => one.track).find((one) => one?.kind === kind);
})();
