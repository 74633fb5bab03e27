/** How a stay ends: as the page's words know it. */
import { setState } from "./states.js";

/** What the room said → the words; whatever else it says, the visit is over. */
const SAID = { replaced: "replaced", removed: "removed", by_phone: "by_phone" };

export const ending = (said) => SAID[said] ?? "over";

/** Refusals after which asking again is no use → the words. */
const REFUSED = {
  room_not_open: "over",
  goes_on_by_phone: "by_phone",
  not_found: "over",
  not_admitted: "waiting",
  seat_taken: "replaced",
  room_full: "full",
};
const PASSING = [408, 425, 429];

/** How the stay ends by the server's refusal, or null where another try may help: one
 * that has no code of ours was answered by something between. */
export function refusal(status, code) {
  if (REFUSED[code]) return REFUSED[code];
  return code && status < 500 && !PASSING.includes(status) ? "failed" : null;
}

/** Shows the words for a reason, with the name of who ended the stay; null hides them. */
export function showEnding(tray, reason, by) {
  tray.hidden = reason === null;
  if (tray.hidden) return;
  for (const name of tray.querySelectorAll("[data-name]")) name.textContent = by;
  setState(tray, reason);
  tray.focus();
}
