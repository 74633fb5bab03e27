/** How a stay ends: as the page's words know it. */
import { NO_PATH } from "./peer.js";

/** What the room said → the words; whatever else it says, the visit is over. */
const SAID = { replaced: "replaced", removed: "removed", by_phone: "by_phone" };

export const ending = (said) => SAID[said] ?? "over";

/** Refusals that more tries of the same kind would not change: the words, or null. */
export function hopeless(code, attempt, everConnected) {
  return code === NO_PATH && attempt >= 1 && !everConnected ? "blocked" : null;
}
