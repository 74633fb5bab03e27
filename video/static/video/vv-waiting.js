/** The waiting room: says that we are here, hears when we are let in. */
import { Element } from "../visavis/element.js";
import { poll } from "./polling.js";
import { chime } from "./sound.js";

const POLL_EVERY = 2_500;
const BEAT_EVERY = 10_000;
const NOT_HERE_YET = ["early", "door"];

class Waiting extends Element {
  #polling;
  #beating;

  connected() {
    this.#polling = poll(this.dataset.stateUrl, {
      every: POLL_EVERY,
      changed: (html) => this.#change(html),
      online: (online) => (this.part("offline").hidden = online),
    });
    if (!NOT_HERE_YET.includes(this.#state())) {
      this.#beating = setInterval(() => this.#beat(), BEAT_EVERY);
    }
    this.on(document, "visibilitychange", () => document.hidden || this.#polling.now());
  }

  disconnected() {
    this.#polling.stop();
    clearInterval(this.#beating);
  }

  #state() {
    return this.querySelector("[data-waiting]").dataset.waiting;
  }

  #change(html) {
    const before = this.#state();
    this.part("state").innerHTML = html;
    const now = this.#state();
    if (now === before) return;
    if (now === "admitted") this.#enter();
    else if (now === "over" || NOT_HERE_YET.includes(now) || NOT_HERE_YET.includes(before)) location.reload();
  }

  /** Somebody may look at another tab: called by title, sound and touch. */
  #enter() {
    document.title = this.dataset.called;
    navigator.vibrate?.(200);
    try {
      chime();
    } catch {
      // Without sound the title and the page still say it.
    }
    this.#polling.stop();
    setTimeout(() => location.assign(this.dataset.roomUrl), 900);
  }

  #beat() {
    const form = this.part("here");
    fetch(form.action, { method: "POST", body: new FormData(form) }).catch(() => {});
  }
}

customElements.define("vv-waiting", Waiting);
