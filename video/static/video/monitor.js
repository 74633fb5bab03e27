/** Watches the line every two seconds, steps down and up, and reports for support.
 *
 * Event `line`: `compare`'s sample with `rung` (of ladder.js) and `phone`.
 */
import { applySound, lesser, LineLadder, Prober, RUNGS, smooth, WayOut } from "./ladder.js";
import { applyRung } from "./layers.js";
import { compare, NOTHING, RANK, weakness } from "./quality.js";

const SAMPLE_EVERY = 2_000;
const REPORT_EVERY = 15;
/** Bit/s of small sound, and milliseconds in its packets: headers of 20 take more. */
const [SMALL_SOUND, SMALL_PACKETS] = [16_000, 40];
const EVERYTHING = { camera: null, sound: null };

/** Sends the figures to the server; one lot that is lost is no loss. */
export function reportTo({ csrf, qualityUrl }) {
  const headers = { "Content-Type": "application/json", "X-CSRFToken": csrf };
  return (figures) => fetch(qualityUrl, { method: "POST", headers, body: JSON.stringify(figures) }).catch(() => {});
}

export class LineMonitor extends EventTarget {
  #connection;
  #report;
  #expects;
  #ladder = new LineLadder();
  #out = new WayOut();
  #prober = new Prober();
  #before = NOTHING;
  #rung = RUNGS[0];
  #asked = EVERYTHING;
  #isLossy = false;
  #applied = Promise.resolve();
  #sender = null;
  #exact = false;
  #isTurned = false;
  #isSlow = false;
  #signs = false;
  #worst = null;
  #count = 0;
  #timer;

  /** `report(figures)` is called twice a minute with the worst sample since;
   * `expects(mid)` says in which sections a picture should move. */
  constructor(connection, report, expects) {
    super();
    this.#connection = connection;
    this.#report = report;
    this.#expects = expects;
    this.#timer = setInterval(() => this.#sample(), SAMPLE_EVERY);
    // A telephone that is turned gives a picture of another height.
    window.screen.orientation?.addEventListener("change", () => (this.#isTurned = true));
    connection.addEventListener("begin", () => {
      this.#isLossy = false;
      this.#ask(EVERYTHING);
    });
    connection.addEventListener("message", ({ detail }) => {
      if (detail.type === "encoding") this.#ask(detail);
      if (detail.type === "pictures") this.#isLossy = detail.lossy ?? false;
    });
  }

  stop() {
    clearInterval(this.#timer);
  }

  /** The others' lines take so much of what we send, whatever our own takes. */
  #ask({ camera, sound }) {
    this.#asked = { camera, sound };
    return this.#apply();
  }

  /** Of whom signs, size gives way before frames. */
  sign(on) {
    this.#signs = on;
    return this.#apply();
  }

  /** One change of a sender at a time: each begins with what the one before left. */
  #apply() {
    const plain = this.#out.isNarrow;
    const sound = plain ? SMALL_SOUND : this.#asked.sound;
    this.#connection.reread({ ptime: sound ? SMALL_PACKETS : null, plain });
    this.#applied = this.#applied.then(async () => {
      const rung = lesser(this.#rung, this.#asked.camera, this.#exact);
      await applyRung(this.#connection.camera, this.#signs ? smooth(rung) : rung);
      await applySound(this.#connection.microphone, sound);
    });
    return this.#applied;
  }

  async #sample() {
    if (this.#connection.state !== "connected") return;
    const after = await this.#connection.stats();
    const isNew = this.#sender !== this.#connection.camera;
    if (isNew) this.#begin();
    const known = { expects: this.#expects, asked: this.#asked.camera?.limit, lossy: this.#isLossy };
    const found = compare(this.#before, after, known);
    this.#before = after;
    const { rung, phone } = this.#ladder.take(found);
    const isOther = this.#out.take(found);
    this.#isSlow ||= found.busy;
    // On a line that takes all a browser would leave small what began small.
    const exact = rung === RUNGS[0] && !this.#isSlow && found.available >= rung.bitrate;
    if (rung !== this.#rung || exact !== this.#exact || isNew || isOther || this.#isTurned) {
      [this.#rung, this.#exact, this.#isTurned] = [rung, exact, false];
      await this.#apply();
    }
    for (const cap of this.#prober.take(found, rung !== RUNGS[0])) this.#connection.reread({ cap });
    this.dispatchEvent(new CustomEvent("line", { detail: { ...found, ...weakness({ ...found, rung: rung.name }), rung: rung.name, phone } }));
    this.#remember(found);
  }

  /** A new connection: its sender has to find the speed of the line anew, and figures of
   * the one before say nothing of it. */
  #begin() {
    this.#sender = this.#connection.camera;
    this.#ladder = new LineLadder();
    this.#out = new WayOut();
    this.#prober = new Prober();
    this.#before = NOTHING;
  }

  #remember(found) {
    if (found.line === null) return;
    const weight = ({ line, share }) => RANK[line] + share;
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
