/** The first rung after a cut: the same session on new paths. */
import { pause } from "./peer.js";

const [MEND_WITHIN, RESTART_EVERY] = [3_000, 3_000];

export class Mending {
  #exchange;
  #current = null;
  #restartedAt = -RESTART_EVERY;

  /** `exchange(sdp)` answers the offer of a restart. */
  constructor(exchange) {
    this.#exchange = exchange;
  }

  /** True when nothing was heard on the new paths in time. */
  async failed(link) {
    const mine = (this.#current = {});
    try {
      this.#restartedAt = performance.now();
      await link.restart(this.#exchange);
      await pause(MEND_WITHIN);
    } catch {
      // Whoever gets no answer joins anew.
    }
    return mine === this.#current;
  }

  /** Something came: true when that ends a mending. */
  heard() {
    const was = Boolean(this.#current);
    this.#current = null;
    return was;
  }

  /** A new network is usable before the old one is known to be gone. That the old one
   * went is told as a change, too: a try without any would only put off the next. */
  freshen(link) {
    const now = performance.now();
    if (!navigator.onLine || now - this.#restartedAt < RESTART_EVERY) return;
    this.#restartedAt = now;
    link.restart(this.#exchange).catch(() => {});
  }
}
