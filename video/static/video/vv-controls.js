/** The bar of the room. Says what was pressed; `vv-room` says what then is. */
import { Element } from "../visavis/element.js";
import { setState } from "./states.js";

class Controls extends Element {
  connected() {
    for (const name of ["microphone", "camera", "leave"]) {
      this.on(this.part(name), "click", () => this.#tell(name));
    }
    this.on(this.part("chat"), "click", () => this.#tell("chat"));
  }

  /** Whoever pressed "Come back" finds the focus here again. */
  show(shown) {
    const back = shown && this.hidden;
    this.hidden = !shown;
    if (back) this.part("microphone").focus();
  }

  /** `open`, `muted` or `missing`. */
  setMicrophone(state) {
    setState(this.part("microphone"), state);
    this.part("microphone").setAttribute("aria-pressed", String(state !== "open"));
  }

  /** `on`, `off` or `missing`. */
  setCamera(state) {
    setState(this.part("camera"), state);
    this.part("camera").setAttribute("aria-pressed", String(state !== "on"));
  }

  setChat(open, unread) {
    const button = this.part("chat");
    if (!button) return;
    button.setAttribute("aria-expanded", String(open));
    this.part("unread").hidden = !unread;
    this.part("unread").textContent = unread || "";
  }

  #tell(name) {
    this.dispatchEvent(new CustomEvent(`vv-${name}`, { bubbles: true }));
  }
}

customElements.define("vv-controls", Controls);
