/** How long, and how often, a seat is tried again before it ends. */
import { hopeless } from "./endings.js";
import { pause } from "./peer.js";

const [GIVE_UP_AFTER, CHANGES] = [45_000, 5];
const PAUSES = [0, 500, 1_000, 2_000, 3_000];

/** Calls `join` until it succeeds or `wanted()` is over: null then, else how the stay
 * ends. `busy` is told while every room is taken. */
export async function joinUntil(join, { wanted, hadJoined, busy }) {
  const began = performance.now();
  let ends = "failed";
  for (let attempt = 0; performance.now() - began < GIVE_UP_AFTER; attempt += 1) {
    await pause(PAUSES[Math.min(attempt, PAUSES.length - 1)]);
    if (!wanted()) return null;
    try {
      await join();
      return null;
    } catch (error) {
      if (!wanted()) return null;
      const final = error.final ?? hopeless(error.message, attempt, hadJoined());
      if (final) return final;
      ends = error.message === "nodes_full" ? "busy" : "failed";
      if (ends === "busy") busy();
    }
  }
  return wanted() ? ends : null;
}

/** Tries `act` a few times while `wanted()`. */
export async function persist(act, wanted) {
  for (let left = CHANGES; left > 0 && wanted(); left -= 1) {
    try {
      return await act();
    } catch {
      await pause(1_000);
    }
  }
}
