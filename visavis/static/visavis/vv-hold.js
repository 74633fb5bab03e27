import { Element } from "./element.js";

const MINUTE_MS = 60_000;

/** Says, from two minutes before its end (or `data-ending-at`, and five where the page has
 * words for them), that the hour is not held for much longer, and after it that it is not
 * held any more; the button beside it keeps it. Without this the end stands there as an
 * hour. */
class Hold extends Element {
  #timers = [];

  connected() {
    const { until, endingAt, five, ending, ended } = this.dataset;
    const left = Date.parse(until) - Date.now();
    const last = Number(endingAt ?? 2) * MINUTE_MS;
    if (five && left > last) this.#at(left - 5 * MINUTE_MS, five);
    if (left > 0) this.#at(left - last, ending);
    this.#at(left, ended);
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
