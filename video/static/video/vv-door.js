/** The adviser's view of the door: who waits, and the button that lets them in. */
import { Element } from "../visavis/element.js";
import { poll } from "./polling.js";

const POLL_EVERY = 2_000;

class Door extends Element {
  #polling;

  connected() {
    this.#polling = poll(this.dataset.doorUrl, {
      every: POLL_EVERY,
      changed: (html) => (this.part("door").innerHTML = html),
    });
    this.on(this.part("admit"), "submit", this.#admit);
  }

  disconnected() {
    this.#polling.stop();
  }

  /** Without leaving the page: that would end the call. */
  async #admit(event) {
    event.preventDefault();
    const form = this.part("admit");
    await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" }).catch(() => {});
    this.#polling.now();
  }
}

customElements.define("vv-door", Door);
