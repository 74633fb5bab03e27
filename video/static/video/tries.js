/** How a cut is mended, and a seat tried again: at once, then slower, as long as it is
 * wanted.
 *
 * The room's end, and whatever else is final, is the server's answer. Nothing here
 * counts a seat out: a line may be back after an hour.
 */
import { NO_PATH, pause } from "./link.js";

const PAUSES = [0, 500, 1_000, 2_000, 3_000, 5_000];
const AGAIN = [1_000, 1_000, 2_000, 3_000, 5_000, 10_000];
const [MEND_WITHIN, RESTART_EVERY] = [3_000, 3_000];
/** A path that is gone shall be left soon; where something still comes, an answer may
 * wait among it for seconds, and one that is thrown away leaves a restart undone. */
const [SOON, PATIENT] = [2_000, 6_000];

/** How long one try may wait, in milliseconds: `answer` for the server, `path` for a
 * way through the network. A first connection may be slow. After it a short try is
 * followed by the next one soon, and each waits a little longer. */
export function patience(attempt, hadJoined) {
  if (!hadJoined) return { answer: 15_000, path: 10_000 };
  const answer = Math.min(3_000 + 1_000 * attempt, 8_000);
  return { answer, path: answer };
}

/** A pause that is over when the browser has a network again, or is looked at. */
export function rest(time) {
  return new Promise((resolve) => {
    const over = new AbortController();
    const { signal } = over;
    const end = () => {
      over.abort();
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(end, time);
    window.addEventListener("online", end, { signal });
    document.addEventListener("visibilitychange", () => document.hidden || end(), { signal });
  });
}

/** Calls `join(patience)` until it succeeds or `wanted()` is over: null then, else how
 * the stay ends. `busy` is told while every room is taken. */
export async function joinUntil(join, { wanted, hadJoined, busy }) {
  let withoutPath = 0;
  for (let attempt = 0; ; attempt += 1) {
    await rest(PAUSES[Math.min(attempt, PAUSES.length - 1)]);
    if (!wanted()) return null;
    try {
      await join(patience(attempt, hadJoined()));
      return null;
    } catch (error) {
      if (!wanted()) return null;
      if (error.message === NO_PATH && !hadJoined()) withoutPath += 1;
      const final = error.final ?? (withoutPath > 1 ? "blocked" : null);
      if (final) return final;
      if (error.message === "nodes_full") busy();
    }
  }
}

/** Tries `act` while `wanted()`: soon at first, then slower, at once when the network is
 * back. */
export async function persist(act, wanted) {
  for (let attempt = 0; wanted(); attempt += 1) {
    try {
      return await act();
    } catch {
      await rest(AGAIN[Math.min(attempt, AGAIN.length - 1)]);
    }
  }
}

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

/** The first try after a cut: the same session on new paths. */
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
