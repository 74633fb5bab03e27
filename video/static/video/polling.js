import { isPressed } from "../visavis/pressed.js";

/** Asks for a piece of the page again and again; 304 costs next to nothing.
 *
 * `changed(html)` is called with each new piece, `online(bool)` after each try.
 * Returns `{now, stop}`.
 */
export function poll(url, { every, changed, online = () => {} }) {
  let tag = null;
  let timer = null;
  let stopped = false;

  async function ask() {
    clearTimeout(timer);
    try {
      const headers = tag ? { "If-None-Match": tag } : {};
      const response = await fetch(url, { headers, cache: "no-store" });
      if (stopped) return;
      online(response.ok || response.status === 304);
      if (response.ok && !isPressed()) {
        tag = response.headers.get("ETag");
        changed(await response.text());
      }
    } catch {
      online(false);
    }
    if (!stopped) timer = setTimeout(ask, every);
  }

  timer = setTimeout(ask, every);
  return {
    now: ask,
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
  };
}
