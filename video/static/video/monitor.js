/** Watches the line every two seconds, steps down and up, and reports for support.
 *
 * Event `line`: `compare`'s sample with `rung` (of ladder.js) and `phone`.
 */
import { LineLadder, RUNGS } from "./ladder.js";
import { applyRung } from "./layers.js";
import { compare } from "./quality.js";

const SAMPLE_EVERY = 2_000;
const REPORT_EVERY = 15;
const NOTHING = { inbound: [], outbound: [], path: {} };

/** Sends the figures to the server; one lot that is lost is no loss. */
export function reportTo({ csrf, qualityUrl }) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf };
  return (figures) => fetch(qualityUrl, { method: "POST", headers, body: JSON.stringify(figures) }).catch(() => {});
}

export class LineMonitor extends EventTarget {
  #connection;
  #report;
  #ladder = new LineLadder();
  #before = NOTHING;
  #rung = RUNGS[0];
  #sender = null;
  #worst = null;
  #count = 0;
  #timer;

  /** `report(figures)` is called twice a minute with the worst sample since. */
  constructor(connection, report) {
    super();
    this.#connection = connection;
    this.#report = report;
    this.#timer = setInterval(() => this.#sample(), SAMPLE_EVERY);
  }

  stop() {
    clearInterval(this.#timer);
  }

  async #sample() {
    if (this.#connection.state !== "connected") return;
    const after = await this.#connection.stats();
    const found = compare(this.#before, after);
    this.#before = after;
    const { rung, phone } = this.#ladder.take(found);
    // A new connection has a new sender, which knows nothing of the line yet.
    if (rung !== this.#rung || this.#sender !== this.#connection.camera) {
      [this.#rung, this.#sender] = [rung, this.#connection.camera];
      await applyRung(this.#sender, rung);
    }
    this.dispatchEvent(new CustomEvent("line", { detail: { ...found, rung: rung.name, phone } }));
    this.#remember(found);
  }

  #remember(found) {
    if (found.line === null) return;
    const weight = ({ line, share }) => ({ good: 0, fair: 1, poor: 2 })[line] + share;
    if (!this.#worst || weight(found) >= weight(this.#worst)) this.#worst = found;
    this.#count += 1;
    if (this.#count % REPORT_EVERY !== 2) return;
    const { line, reason, share, trip, framesPerSecond, freezes, kbitsIn, kbitsOut } = this.#worst;
    this.#worst = null;
    this.#report({
      line, reason, rung: this.#rung.name,
      round_trip_ms: Math.min(60_000, Math.round(trip * 1000)),
      lost_percent: Math.min(100, Math.round(share * 1000) / 10),
      frames_per_second: Math.min(240, Math.max(0, framesPerSecond)),
      freezes, kbits_in: Math.max(0, kbitsIn), kbits_out: Math.max(0, kbitsOut),
    });
  }
}
