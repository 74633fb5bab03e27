/** The state of the line in words, and the way to the telephone when it gives up. */
import { Element } from "../visavis/element.js";
import { setState } from "./states.js";

const SAY_EVERY = 20_000;

class Line extends Element {
  #said = -SAY_EVERY;
  #dismissed = false;
  #soundOnly = false;

  connected() {
    this.on(this.part("stay"), "click", () => {
      this.#dismissed = true;
      this.part("phone").hidden = true;
    });
    this.on(this.part("open-mic"), "click", () => this.dispatchEvent(new CustomEvent("vv-microphone", { bubbles: true })));
  }

  /** A sample of monitor.js. */
  show({ line, reason, rung, phone }) {
    const quality = this.closest("vv-room").querySelector('[data-part="quality"]');
    quality.hidden = !line;
    if (line && quality.dataset.state !== line) setState(quality, line);
    const step = rung === "audio" || this.#soundOnly ? "audio" : line === "poor" || (line === "fair" && rung === "360p") ? "less" : "";
    this.#set("step", step);
    this.#set("why", step && reason ? reason : "");
    if (!phone) this.#dismissed = false;
    this.part("phone").hidden = !phone || this.#dismissed;
    this.#tell();
  }

  /** The room sends us no pictures while our line takes none. */
  setSoundOnly(on) {
    if (on === this.#soundOnly) return;
    this.#soundOnly = on;
    this.#set("step", on ? "audio" : "");
    this.#tell();
  }

  /** What turns the visit into a call; null where nobody can be called. */
  get phoneForm() {
    return this.part("phone").querySelector("form");
  }

  offerPhone() {
    this.part("phone").hidden = !this.part("phone").querySelector("form, a");
    this.#tell();
  }

  /** `muted`, `silent` or nothing, of voice.js. */
  hint(state) {
    this.#set("hint", state);
    this.#tell();
  }

  /** Whom staff have muted, or null. */
  mutedBy(muted) {
    this.#set("by", muted ? (muted.locked ? "locked" : "soft") : "");
    for (const name of this.querySelectorAll('[data-part="by"] [data-name]')) name.textContent = muted?.by ?? "";
    this.#tell();
  }

  /** While we are away the line's own words stand on the stage. */
  rest() {
    this.closest("vv-room").querySelector('[data-part="quality"]').hidden = true;
    this.#set("step", "");
    this.#set("why", "");
    this.part("phone").hidden = true;
    this.#tell();
  }

  #set(name, state) {
    const part = this.part(name);
    if (part.dataset.state === state) return;
    setState(part, state);
    part.hidden = !state;
  }

  /** Polite, and at most once in twenty seconds. */
  #tell() {
    const shown = [...this.children].filter((part) => !part.hidden);
    this.hidden = !shown.length;
    const now = performance.now();
    if (!shown.length || now - this.#said < SAY_EVERY) return;
    this.#said = now;
    this.say(shown[0].innerText.split("\n")[0]);
  }
}

customElements.define("vv-line", Line);
