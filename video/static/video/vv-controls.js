/** The bar of the room. Says what was pressed; `vv-room` says what then is. */
import { Element } from "../visavis/element.js";
import { setState } from "./states.js";

class Controls extends Element {
  connected() {
    for (const name of ["microphone", "camera", "turn", "screen", "ask", "chat", "more", "leave"]) {
      this.on(this.part(name), "click", () => this.#tell(name));
    }
    const screen = this.part("screen");
    if (screen) screen.hidden = !navigator.mediaDevices?.getDisplayMedia;
  }

  /** Whoever pressed "Come back" finds the focus here again. */
  show(shown) {
    const back = shown && this.hidden;
    this.hidden = !shown;
    if (back) this.part("microphone").focus();
  }

  /** `open`, `muted`, `paused` by the system, or `missing`. */
  setMicrophone(state) {
    setState(this.part("microphone"), state);
    this.part("microphone").setAttribute("aria-pressed", String(state !== "open"));
  }

  /** `on`, `off`, `paused` by the system, or `missing`. */
  setCamera(state) {
    setState(this.part("camera"), state);
    this.part("camera").setAttribute("aria-pressed", String(state !== "on"));
  }

  offerTurn(offered) {
    if (this.part("turn")) this.part("turn").hidden = !offered;
  }

  setTurned(rear) {
    this.part("turn")?.setAttribute("aria-pressed", String(rear));
  }

  setScreen(on) {
    const button = this.part("screen");
    if (!button) return;
    setState(button, on ? "on" : "off");
    button.setAttribute("aria-pressed", String(on));
  }

  /** Who closes the panel goes on from its button. */
  setMore(open, focused) {
    this.part("more").setAttribute("aria-expanded", String(open));
    if (focused) this.part("more").focus();
  }

  /** Beside messages that are always open there is nothing to unfold. */
  setChat(open) {
    const button = this.part("chat");
    if (button?.hasAttribute("aria-expanded")) button.setAttribute("aria-expanded", String(open));
  }

  setUnread(number) {
    this.part("unread").hidden = !number;
    this.part("number").textContent = number || "";
  }

  #tell(name) {
    this.dispatchEvent(new CustomEvent(`vv-${name}`, { bubbles: true }));
  }
}

customElements.define("vv-controls", Controls);
