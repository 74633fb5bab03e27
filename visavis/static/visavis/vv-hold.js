import { Element } from "./element.js";

const WARN_BEFORE_MS = 120_000;

/** Says, two minutes before the end, that the hour is not held for much longer; the
 * button beside it keeps it. Without this the end stands there as an hour. */
class Hold extends Element {
  #timer;

  connected() {
    const left = Date.parse(this.dataset.until) - Date.now();
    this.#timer = setTimeout(() => this.warn(), Math.max(0, left - WARN_BEFORE_MS));
  }

  disconnected() {
    clearTimeout(this.#timer);
  }

  warn() {
    this.part("words").textContent = this.dataset.ending;
    this.classList.add("warn");
    this.say(this.dataset.ending);
  }
}

customElements.define("vv-hold", Hold);
