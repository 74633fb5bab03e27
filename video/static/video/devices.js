/** Camera and microphone, opened one by one, so that one refusal costs only one; and the
 * loudspeaker. */

const KEY = "visavis.devices";
const PROBLEMS = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotFoundError: "none",
  OverconstrainedError: "none",
  NotReadableError: "busy",
  AbortError: "busy",
};

export const supported = () => Boolean(navigator.mediaDevices?.getUserMedia && window.RTCPeerConnection);

function constraints(kind, { facing = "user", device = null, before = null, noise = true }) {
  const known = device ? { deviceId: { exact: device } } : before && { deviceId: { ideal: before } };
  if (kind === "audio") {
    return { audio: { echoCancellation: true, noiseSuppression: noise, autoGainControl: true, ...known } };
  }
  // A machine of two cores encodes 720p at the price of everything else.
  const [width, height] = (navigator.hardwareConcurrency ?? 2) > 2 ? [1280, 720] : [640, 360];
  const which = device ? known : { facingMode: facing, ...known };
  return { video: { width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: 30, max: 30 }, ...which } };
}

/** `{track, problem}`: one is null. Problems: refused, none, busy, unsupported. Exactly
 * `device`, by its id, or of cameras the one that looks to the `facing` side; `before`
 * is the id of the one to prefer. `noise` around the microphone is taken away; only a
 * new track can be had with it. */
export async function openDevice(kind, wish = {}) {
  if (!supported()) return { track: null, problem: "unsupported" };
  try {
    const stream = await navigator.mediaDevices.getUserMedia(constraints(kind, wish));
    return { track: stream.getTracks()[0], problem: null };
  } catch (error) {
    return { track: null, problem: PROBLEMS[error.name] ?? "busy" };
  }
}

/** Everything that is plugged in, as far as the browser says. */
export async function allDevices() {
  const found = await navigator.mediaDevices?.enumerateDevices().catch(() => null);
  return found?.filter((device) => device.deviceId) ?? [];
}

async function ofKind(kind) {
  const devices = await navigator.mediaDevices?.enumerateDevices().catch(() => null);
  const found = devices?.filter((device) => device.kind === kind) ?? null;
  return found?.some((device) => !device.deviceId) ? null : found;
}

/** Microphones or cameras by their ids; null where the browser does not say. */
export const inputs = (kind) => ofKind(`${kind}input`);
export const outputs = () => ofKind("audiooutput");

async function cameras() {
  return (await inputs("video")) ?? [];
}

/** Whether there is a second camera to turn to: phones, mostly. */
export async function hasTwoCameras() {
  return (await cameras()).length > 1;
}

/** The camera after that of `track`, by its id; null where cameras say to which side
 * they look, for then the side is asked for. */
export async function nextCamera(track) {
  const { deviceId, facingMode } = track?.getSettings() ?? {};
  if (!deviceId || facingMode) return null;
  const ids = (await cameras()).map((device) => device.deviceId);
  return ids[(ids.indexOf(deviceId) + 1) % ids.length] ?? null;
}

/** Whether the device itself can blur what lies behind a person, or leave it. */
export const canBlur = (track) => (track?.getCapabilities?.().backgroundBlur ?? []).length > 1;

/** Everything else that was asked of the camera stays as it is. */
export async function blur(track, on) {
  if (canBlur(track)) await track.applyConstraints({ ...track.getConstraints(), backgroundBlur: on }).catch(() => {});
}

/** A screen to show, or null when the person thought better of it. */
export async function openScreen() {
  try {
    const video = { frameRate: { ideal: 10, max: 15 }, width: { max: 1920 } };
    const [track] = (await navigator.mediaDevices.getDisplayMedia({ video })).getVideoTracks();
    track.contentHint = "detail";
    return track;
  } catch {
    return null;
  }
}

const permission = (kind) => navigator.permissions.query({ name: kind === "audio" ? "microphone" : "camera" });

/** Whether the browser would open the device without asking the person. */
export async function alreadyAllowed(kind) {
  try {
    return (await permission(kind)).state === "granted";
  } catch {
    return false;
  }
}

/** Calls `act` each time the person allows the device beside the page's address. */
export async function whenAllowed(kind, act) {
  try {
    const status = await permission(kind);
    status.addEventListener("change", () => status.state === "granted" && act());
  } catch {
    // A browser that does not tell is asked again by a press.
  }
}

/** Whose way to allow a device it is: ios, safari, android, firefox or chromium. */
export function browser() {
  const { userAgent: agent, maxTouchPoints } = navigator;
  if (/iPhone|iPad/.test(agent) || (/Macintosh/.test(agent) && maxTouchPoints > 1)) return "ios";
  if (/Firefox/.test(agent)) return "firefox";
  if (!/Chrom/.test(agent)) return "safari";
  return /Android/.test(agent) ? "android" : "chromium";
}

/** What was chosen, for this tab only: `{camera, microphone}` of the device check, ids
 * of devices by their kind, and what the room's panel has. */
export function choices(cameraFirst) {
  try {
    return { camera: cameraFirst, microphone: true, ...JSON.parse(sessionStorage.getItem(KEY)) };
  } catch {
    return { camera: cameraFirst, microphone: true };
  }
}

export function choose(chosen) {
  try {
    const before = JSON.parse(sessionStorage.getItem(KEY)) ?? {};
    sessionStorage.setItem(KEY, JSON.stringify({ ...before, ...chosen }));
  } catch {
    // A browser that stores nothing asks again; nothing else depends on it.
  }
}

export const canChooseSpeaker = () => "setSinkId" in HTMLMediaElement.prototype;

/** Through which the others are heard. One that is pulled out would leave us in silence:
 * the system's own takes its place until it is there again. */
export class Speaker {
  /** The chosen one's id; nothing is the system's own. */
  chosen = "";
  #used = "";
  #stage;
  #changed;

  /** `changed(news)` hears of what was not pressed: `other` or `returned`. */
  constructor(stage, changed) {
    [this.#stage, this.#changed] = [stage, changed];
    if (!canChooseSpeaker()) return;
    navigator.mediaDevices?.addEventListener?.("devicechange", () => this.#compare());
    this.chosen = choices(false).audiooutput ?? "";
    if (this.chosen) this.#use(this.chosen);
  }

  async choose(id) {
    choose({ audiooutput: (this.chosen = id) });
    await this.#use(id);
  }

  #use(id) {
    this.#used = id;
    return this.#stage.hearThrough(id);
  }

  async #compare() {
    const found = await outputs();
    if (!found || !this.chosen) return;
    const isThere = found.some((one) => one.deviceId === this.chosen);
    const wanted = isThere ? this.chosen : "";
    if (wanted === this.#used) return;
    await this.#use(wanted);
    this.#changed(isThere ? "returned" : "other");
  }
}
