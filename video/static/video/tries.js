/** How a seat is tried again: at once, then slower, as long as it is wanted.
 *
 * The room's end, and whatever else is final, is the server's answer. Nothing here
 * counts a seat out: a line may be back after an hour.
 */
import { NO_PATH } from "./peer.js";

const PAUSES = [0, 500, 1_000, 2_000, 3_000, 5_000];
const AGAIN = [1_000, 1_000, 2_000, 3_000, 5_000, 10_000];

/** How long one try may wait, in milliseconds: `answer` for the server, `path` for a
 * way through the network. A first connection may be slow. After it a short try is
 * followed by the next one soon, and each waits a little longer. */
export function patience(attempt, hadJoined) {
  if (!hadJoined) return { answer: 15_000, path: 10_000 };
  const within = Math.min(3_000 + 1_000 * attempt, 8_000);
  return { answer: within, path: within };
}

/** A pause that is over when the browser has a network again, or is looked at. */
export function rest(time) {
  return new Promise((resolve) => {
    const over = new AbortController();
    const end = () => {
      over.abort();
      clearTimeout(timer);
      resolve();
    };
    const timer = setTimeout(end, time);
    window.addEventListener("online", end, { signal: over.signal });
    document.addEventListener("visibilitychange", () => document.hidden || end(), { signal: over.signal });
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
