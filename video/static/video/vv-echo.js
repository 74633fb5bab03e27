/** Five seconds of one's own voice, recorded and played back: what the adviser hears,
 * but for the line. Nothing leaves the browser. */
import { Element } from "../visavis/element.js";
import { openDevice } from "./devices.js";
import { setState } from "./states.js";

const SECONDS = 5;

class Echo extends Element {
  #stop = () => {};

  connected() {
    this.on(this.part("record"), "click", this.#record);
    this.on(window, "pagehide", () => this.#stop());
    this.part("record").disabled = !window.MediaRecorder;
  }

  disconnected() {
    this.#stop();
  }

  async #record() {
    this.#stop();
    setState(this, "asking");
    const { track } = await openDevice("audio");
    if (!track) return setState(this, "refused");
    const recorder = new MediaRecorder(new MediaStream([track]));
    const parts = [];
    recorder.ondataavailable = (event) => parts.push(event.data);
    recorder.onstop = () => {
      track.stop();
      this.#play(new Blob(parts, { type: recorder.mimeType }));
    };
    recorder.start();
    setState(this, "recording");
    const done = setTimeout(() => recorder.stop(), SECONDS * 1000);
    this.#stop = () => {
      clearTimeout(done);
      track.stop();
    };
  }

  async #play(sound) {
    const player = this.part("player");
    URL.revokeObjectURL(player.src);
    player.src = URL.createObjectURL(sound);
    setState(this, "playing");
    player.onended = () => setState(this, "done");
    await player.play().catch(() => setState(this, "done"));
  }
}

customElements.define("vv-echo", Echo);
