import { Element } from "../visavis/element.js";

const LOOK_EVERY_MS = 20_000;

/** Loads the page again once it would say something else: somebody is late, nobody came,
 * a call is promised. Not while something is typed: that would be lost. */
class State extends Element {
  connected() {
    this.timer = setInterval(() => this.look(), LOOK_EVERY_MS);
    this.on(document, "visibilitychange", this.look);
  }

  disconnected() {
    clearInterval(this.timer);
  }

  async look() {
    if (document.visibilityState !== "visible" || isTyped()) return;
    const answer = await fetch(this.dataset.url).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const state = await answer.text();
    if (state !== this.dataset.state && !isTyped()) location.reload();
  }
}

function isTyped() {
  const fields = document.querySelectorAll("input:not([type=hidden]), textarea");
  return [...fields].some((field) => field.value !== field.defaultValue);
}

customElements.define("vv-state", State);
