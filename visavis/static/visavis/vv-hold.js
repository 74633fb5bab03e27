import { Element } from "./element.js";

const WARN_BEFORE_MS = 120_000;

/** Says, from two minutes before its end, that the hour is not held for much longer, and
 * after it that it is not held any more; the button beside it keeps it. Without this the
 * end stands there as an hour. */
class Hold extends Element {
  #timers = [];

  connected() {
    const left = Date.parse(this.dataset.until) - Date.now();
    this.#at(left - WARN_BEFORE_MS, this.dataset.ending);
    this.#at(left, this.dataset.ended);
  }

  disconnected() {
    for (const timer of this.#timers) clearTimeout(timer);
  }

  #at(delay, words) {
    this.#timers.push(setTimeout(() => this.warn(words), Math.max(0, delay)));
  }

  warn(words) {
    this.part("words").textContent = words;
    this.classList.add("warn");
    this.say(words);
  }
}

customElements.define("vv-hold", Hold);
