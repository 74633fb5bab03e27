/** The adviser's view of the door: who waits, and the buttons that answer them. */
import { Element } from "../visavis/element.js";
import { poll } from "./polling.js";
import { setState } from "./states.js";

const POLL_EVERY = 2_000;

class Door extends Element {
  #polling;
  #before = 0;
  #presence = null;

  connected() {
    this.#polling = poll(this.dataset.doorUrl, { every: POLL_EVERY, changed: (html) => this.#show(html) });
    this.on(this.part("form"), "submit", this.#answer);
  }

  disconnected() {
    this.#polling.stop();
  }

  /** Whoever was let in is where the room's stage says they are: one state, one sentence.
   * null: the page does not know, so what the server wrote down stands. */
  setPresence(state) {
    this.#presence = state;
    const place = this.part("presence");
    if (!place) return;
    const { told } = place.dataset;
    const comes = state === "alone" && ["coming", "let_in"].includes(told);
    const now = state && !comes ? state : told;
    if (place.dataset.state !== now) setState(place, now);
  }

  /** What was opened stays open, and the focus where it was. */
  #show(html) {
    const door = this.part("door");
    const opened = [...door.querySelectorAll("details[open]")].map((details) => details.id);
    const focused = door.contains(document.activeElement) && document.activeElement.id;
    door.innerHTML = html;
    this.setPresence(this.#presence);
    for (const id of opened) document.getElementById(id)?.setAttribute("open", "");
    if (focused) document.getElementById(focused)?.focus();
    const waiting = door.querySelectorAll('[data-door="waiting"],[data-guest="waiting"]').length;
    if (waiting > this.#before) this.say(this.dataset.someone);
    this.#before = waiting;
  }

  /** Without leaving the page: that would end the call. */
  async #answer(event) {
    event.preventDefault();
    const form = event.target;
    const action = event.submitter?.getAttribute("formaction") ?? form.action;
    const body = new FormData(form, event.submitter);
    await fetch(action, { method: "POST", body, redirect: "manual" }).catch(() => {});
    this.#polling.now();
  }
}

customElements.define("vv-door", Door);
