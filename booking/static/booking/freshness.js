/** Says when the board stops following, and how many people wait when that changes.
 *
 * The lanes are replaced by htmx; a live region inside them would be replaced too, so
 * the words are said here, in the page's own region.
 */
import { Element } from "../visavis/element.js";
import { isPressed } from "../visavis/pressed.js";

class Freshness extends Element {
  #said = "";

  connected() {
    this.#said = this.#words();
    this.on(document.body, "htmx:sendError", () => this.#stale(true));
    this.on(document.body, "htmx:timeout", () => this.#stale(true));
    this.on(document.body, "htmx:responseError", () => this.#stale(true));
    this.on(document.body, "htmx:afterOnLoad", () => this.#arrived());
  }

  #words() {
    return document.getElementById("lanes")?.dataset.said ?? "";
  }

  #arrived() {
    this.#stale(false);
    const words = this.#words();
    if (words !== this.#said) this.say(words);
    this.#said = words;
  }

  #stale(isStale) {
    this.part("stale").hidden = !isStale;
  }
}

/** What htmx asks for again and again may stay until the next time. */
document.addEventListener("htmx:beforeSwap", ({ target, detail }) => {
  if (isPressed() && target.getAttribute("hx-trigger")?.startsWith("every")) detail.shouldSwap = false;
});

customElements.define("vv-freshness", Freshness);
