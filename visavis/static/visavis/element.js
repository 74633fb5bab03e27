/** The ground of our elements: pages work without them, so an element only adds.
 *
 * A subclass writes `connected()`; listeners added through `on` are removed when the
 * element leaves the page. Parts are found by `data-part="name"`.
 */
export class Element extends HTMLElement {
  #leaving;

  connectedCallback() {
    this.#leaving = new AbortController();
    this.connected?.();
  }

  disconnectedCallback() {
    this.#leaving.abort();
    this.disconnected?.();
  }

  part(name) {
    return this.querySelector(`[data-part="${name}"]`);
  }

  parts(name) {
    return [...this.querySelectorAll(`[data-part="${name}"]`)];
  }

  on(target, type, handler, options = {}) {
    target?.addEventListener(type, handler.bind(this), {
      ...options,
      signal: this.#leaving.signal,
    });
  }

  /** Words for the page's polite live region; the same words are said again. */
  say(words) {
    if (!waiting.includes(words)) waiting.push(words);
    if (!speaking) sayNext();
  }
}

/** A screen reader never begins what is replaced at once: who is let in without a
 * microphone would hear the one and not the other. */
const SENTENCE_STANDS = 1_000;
const waiting = [];
let speaking = false;

function sayNext() {
  const region = document.getElementById("say");
  const words = waiting.shift();
  speaking = Boolean(region) && words !== undefined;
  if (!speaking) return;
  region.textContent = "";
  requestAnimationFrame(() => (region.textContent = words));
  setTimeout(sayNext, SENTENCE_STANDS);
}
