/** One's own sound and picture: opened, muted, switched off, given back. */
import { choices, choose, openDevice } from "./devices.js";

export class OwnMedia {
  #connection;
  #stage;
  #controls;

  constructor(connection, stage, controls) {
    this.#connection = connection;
    this.#stage = stage;
    this.#controls = controls;
  }

  /** As chosen in the device check. */
  async start(cameraFirst) {
    const wanted = choices(cameraFirst);
    await this.#setMicrophone(wanted.microphone);
    await this.#setCamera(wanted.camera);
  }

  /** Who has left is neither seen nor heard, and the camera's light goes out. */
  async stop() {
    await this.#setMicrophone(false);
    await this.#setCamera(false);
  }

  async toggleMicrophone() {
    const { audio } = this.#connection.tracks;
    if (!audio) return this.#setMicrophone(true);
    audio.enabled = !audio.enabled;
    this.#controls.setMicrophone(audio.enabled ? "open" : "muted");
  }

  async toggleCamera() {
    const on = !this.#connection.tracks.video;
    await this.#setCamera(on);
    choose({ camera: on });
  }

  async #setMicrophone(on) {
    const { track } = await this.#replace("audio", on, () => this.#setMicrophone(false));
    this.#controls.setMicrophone(track ? "open" : "missing");
  }

  async #setCamera(on) {
    const { track, problem } = await this.#replace("video", on, () => this.#setCamera(false));
    this.#stage.showSelf(track);
    this.#controls.setCamera(track ? "on" : problem ? "missing" : "off");
  }

  /** `unplugged` is called when the device goes away by itself. */
  async #replace(kind, on, unplugged) {
    this.#connection.tracks[kind]?.stop();
    const opened = on ? await openDevice(kind) : { track: null, problem: null };
    opened.track?.addEventListener("ended", unplugged);
    await this.#connection.replaceTrack(kind, opened.track);
    return opened;
  }
}
