/** The first rung after a cut: the same session on new paths. */
import { pause } from "./peer.js";

const [MEND_WITHIN, RESTART_EVERY] = [3_000, 3_000];
/** A path that is gone shall be left soon; where something still comes, an answer may
 * wait among it for seconds, and one that is thrown away leaves a restart undone. */
const [SOON, PATIENT] = [2_000, 6_000];

/** Calls `act` when another kind of network is used. Browsers tell of each new estimate
 * of its speed as well, most of all while it is weak. */
export function onOtherNetwork(act) {
  const { connection } = navigator;
  let before = connection?.type;
  connection?.addEventListener("change", () => {
    const isOther = connection.type !== before;
    before = connection.type;
    if (isOther) act();
  });
}

export class Mending {
  #exchange;
  #current = null;
  #restartedAt = -RESTART_EVERY;

  /** `exchange(sdp, within)` answers the offer of a restart, in so many milliseconds. */
  constructor(exchange) {
    this.#exchange = exchange;
  }

  /** True when nothing was heard on the new paths in time. */
  async failed(link) {
    const mine = (this.#current = {});
    try {
      this.#restartedAt = performance.now();
      await link.restart((sdp) => this.#exchange(sdp, SOON));
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
    link.restart((sdp) => this.#exchange(sdp, PATIENT)).catch(() => {});
  }
}
