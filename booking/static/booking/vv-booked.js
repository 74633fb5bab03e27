import { Element } from "../visavis/element.js";

/** What was typed to book is booked: this device forgets it. */
class Booked extends Element {
  connected() {
    try {
      localStorage.removeItem(`typed:${this.dataset.key}`);
    } catch {
      /* Storage is shut: nothing was kept. */
    }
  }
}

customElements.define("vv-booked", Booked);
