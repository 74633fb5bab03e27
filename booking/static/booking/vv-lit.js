import { Element } from "../visavis/element.js";

/** Keeps the screen lit while a code is shown to somebody at a counter. Without this, or
 * where the device saves its battery, it grows dark when it always does. */
class Lit extends Element {
  connected() {
    this.on(document, "visibilitychange", this.hold);
    this.hold();
  }

  /** The browser lets go of it with the page out of sight, and does not take it again. */
  async hold() {
    if (document.hidden) return;
    this.lock = await navigator.wakeLock?.request("screen").catch(() => null);
    if (!this.isConnected) this.disconnected();
  }

  disconnected() {
    this.lock?.release();
  }
}

customElements.define("vv-lit", Lit);
