/** The state of the line in words, and the way to the telephone when it gives up. */
import { Element } from "../visavis/element.js";
import { browser } from "./devices.js";
import { setState } from "./states.js";

const [SAY_EVERY, GLAD_FOR] = [20_000, 10_000];
/** News that is over by itself. */
const GLAD = ["returned", "other"];

class Line extends Element {
  #said = -SAY_EVERY;
  #dismissed = false;
  #soundOnly = false;
  #glad = {};

  connected() {
    for (const way of this.querySelectorAll('[data-part="way"]')) setState(way, browser());
    this.on(this, "click", (event) => {
      const { retry, without } = event.target.closest("button")?.dataset ?? {};
      if (retry) this.#order("retry", retry);
      if (without) this.#order("without", without);
    });
    this.on(this.part("stay"), "click", () => {
      this.#dismissed = true;
      this.part("phone").hidden = true;
    });
    this.on(this.part("open-mic"), "click", () => this.dispatchEvent(new CustomEvent("vv-microphone", { bubbles: true })));
  }

  /** A sample of monitor.js, with the verdict of `weakness`; `camera` is whether ours is
   * on: of a picture that is off nobody says that it goes on, or comes back. */
  show({ line, reason, sends, comes, phone, camera }) {
    const quality = this.closest("vv-room").querySelector('[data-part="quality"]');
    quality.hidden = !line;
    // A line that takes no picture, or none yet, is not called good beside these words.
    const word = line && this.#soundOnly ? "poor" : sends && line === "good" ? "fair" : line;
    if (line && quality.dataset.state !== word) setState(quality, word);
    this.#set("step", sends && (camera ? sends : "weak"));
    const goesOn = camera && !sends;
    this.#set("incoming", this.#soundOnly ? "audio" : comes && (goesOn ? comes : "weak"));
    const isTold = line === "poor" || !this.part("step").hidden || !this.part("incoming").hidden;
    // Who gets sound only is not told that the picture is slow.
    this.#set("why", isTold && !(this.#soundOnly && reason === "frames") ? reason : "");
    if (!phone) this.#dismissed = false;
    this.part("phone").hidden = !phone || this.#dismissed;
    this.#tell();
  }

  /** The room sends us no pictures while our line takes none. */
  setSoundOnly(on) {
    if (on === this.#soundOnly) return;
    this.#soundOnly = on;
    this.#set("incoming", on ? "audio" : "");
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

  /** `muted`, `silent` or nothing, of sound.js. */
  hint(state) {
    this.#set("hint", state);
    this.#tell();
  }

  /** What became of one's own `microphone`, `camera` or `speaker`: said at once, for without it
   * nobody hears or sees us. Nothing while it works, or is off as it is wanted. */
  device(kind, state) {
    const part = this.part(`own-${kind}`);
    if (part.dataset.state === state) return;
    this.#set(`own-${kind}`, state);
    this.hidden = !this.#shown.length;
    clearTimeout(this.#glad[kind]);
    if (GLAD.includes(state)) this.#glad[kind] = setTimeout(() => this.device(kind, ""), GLAD_FOR);
    if (state) this.say(part.querySelector(`p[data-when="${state}"]`).innerText);
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
    for (const name of ["step", "incoming", "why"]) this.#set(name, "");
    this.part("phone").hidden = true;
    this.#tell();
  }

  #set(name, state) {
    const part = this.part(name);
    if (part.dataset.state === state) return;
    setState(part, state);
    part.hidden = !state;
  }

  #order(act, kind) {
    this.dispatchEvent(new CustomEvent("vv-device", { detail: { act, kind }, bubbles: true }));
  }

  get #shown() {
    return [...this.children].filter((part) => !part.hidden);
  }

  /** Polite, and at most once in twenty seconds. */
  #tell() {
    const shown = this.#shown;
    this.hidden = !shown.length;
    const now = performance.now();
    if (!shown.length || now - this.#said < SAY_EVERY) return;
    this.#said = now;
    this.say(shown[0].innerText.split("\n")[0]);
  }
}

customElements.define("vv-line", Line);
