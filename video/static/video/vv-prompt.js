/** "Show me": the adviser asks, one tap turns the camera on. */
import { Element } from "../visavis/element.js";

class Prompt extends Element {
  connected() {
    this.on(this.part("yes"), "click", () => this.#answer("yes"));
    this.on(this.part("rear"), "click", () => this.#answer("rear"));
    this.on(this.part("no"), "click", () => this.#answer("no"));
    this.on(this, "keydown", (event) => event.key === "Escape" && this.#answer("no"));
  }

  ask(name) {
    for (const place of this.querySelectorAll("[data-name]")) place.textContent = name;
    this.hidden = false;
    this.part("yes").focus();
  }

  /** Who asked is not heard any more. */
  close() {
    this.hidden = true;
  }

  #answer(detail) {
    this.close();
    this.dispatchEvent(new CustomEvent("vv-show", { detail, bubbles: true }));
  }
}

customElements.define("vv-prompt", Prompt);
