/** Mirror, microphone level and speaker, before anybody else sees or hears. */
import { Element } from "../visavis/element.js";
import { alreadyAllowed, choices, choose, openDevice, supported } from "./devices.js";
import { chime, watchLevel } from "./sound.js";
import { setState } from "./states.js";

const HEARD_FROM = 0.15;
const SILENT_AFTER = 6_000;

class DeviceCheck extends Element {
  #camera = null;
  #microphone = null;
  #stopLevel = () => {};
  #silence;

  async connected() {
    this.on(this.part("ask"), "click", this.#ask);
    this.on(this.part("again"), "click", this.#ask);
    this.on(this.part("camera-switch"), "change", this.#switchCamera);
    this.on(this.part("chime"), "click", () => chime());
    this.on(window, "pagehide", this.#release);
    // Disabled by the page: pressed before they are heard, they would do nothing.
    for (const name of ["ask", "camera-switch", "chime"]) this.part(name).disabled = false;
    this.part("camera-switch").checked = choices(this.dataset.cameraFirst === "on").camera;
    if (!supported()) return setState(this, "unsupported");
    if ((await alreadyAllowed("audio")) && this.dataset.state === "before") this.#ask();
  }

  disconnected() {
    this.#release();
  }

  /** After "Continue": the browser asks as announced. */
  async #ask() {
    setState(this, "checking");
    await this.#openMicrophone();
    setState(this, this.#microphone ? "ready" : "no_microphone");
    if (this.part("camera-switch").checked) await this.#openCamera();
  }

  async #openMicrophone() {
    this.#stopLevel();
    setState(this.part("microphone"), "asking");
    const { track, problem } = await openDevice("audio");
    this.#microphone = track;
    choose({ microphone: Boolean(track), problem, closed: "" });
    setState(this.part("microphone"), track ? "on" : problem);
    if (!track) return;
    this.#silence = setTimeout(() => setState(this.part("microphone"), "silent"), SILENT_AFTER);
    this.#stopLevel = watchLevel(track, (level) => this.#showLevel(level));
  }

  #showLevel(level) {
    const bars = [...this.part("meter").children];
    bars.forEach((bar, index) => bar.classList.toggle("on", level * bars.length > index + 0.5));
    if (level < HEARD_FROM || this.part("microphone").dataset.state === "heard") return;
    clearTimeout(this.#silence);
    setState(this.part("microphone"), "heard");
  }

  async #switchCamera() {
    if (this.part("camera-switch").checked) return this.#openCamera();
    this.#camera?.stop();
    this.#camera = null;
    choose({ camera: false });
    this.#showCamera("off");
  }

  async #openCamera() {
    setState(this.part("camera"), "asking");
    const { track, problem } = await openDevice("video");
    this.#camera = track;
    choose({ camera: Boolean(track) });
    this.part("camera-switch").checked = Boolean(track);
    this.#showCamera(track ? "on" : problem);
  }

  #showCamera(state) {
    setState(this.part("camera"), state);
    setState(this.part("mirror"), state === "on" ? "on" : "off");
    this.part("picture").srcObject = this.#camera ? new MediaStream([this.#camera]) : null;
  }

  #release() {
    clearTimeout(this.#silence);
    this.#stopLevel();
    this.#camera?.stop();
    this.#microphone?.stop();
  }
}

customElements.define("vv-device-check", DeviceCheck);
