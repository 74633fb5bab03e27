/** One's own microphone or camera: opened as the person wants it, and watched.
 *
 * The system may take a device away: a telephone rings (`mute`), a headset is pulled
 * out (`ended`, `devicechange`), another program has it, the phone was locked. What is
 * wanted is opened anew as soon as it is there; what the person switched off stays off.
 */
import { alreadyAllowed, browser, inputs, openDevice, whenAllowed } from "./devices.js";

const [TRIES, WAKES_WITHIN] = [[2_000, 4_000, 8_000, 15_000], 1_500];

export class OwnDevice {
  track = null;
  /** Why a wanted device is not open: refused, none, busy, unsupported, gone. */
  problem = null;
  isWanted = false;
  #kind;
  #place;
  #changed;
  #home = null;
  #wish = {};
  #tries = 0;
  #timer = 0;
  #ears = new AbortController();
  #turn = Promise.resolve();

  /** `kind` is `audio` or `video`; `place(track)` gives it to whoever sends it,
   * `changed(news)` hears each change: `returned`, `other` (in place of one that is
   * gone) or nothing. */
  constructor(kind, place, changed) {
    [this.#kind, this.#place, this.#changed] = [kind, place, changed];
    navigator.mediaDevices?.addEventListener?.("devicechange", () => this.inTurn(() => this.#compare()));
    document.addEventListener("visibilitychange", () => document.hidden || this.#wake());
    whenAllowed(kind, () => this.inTurn(() => this.#isMissing && this.#reopen()));
  }

  /** `off`, `live`, `held` by the system, or the problem. */
  get state() {
    if (!this.isWanted) return "off";
    if (!this.track) return this.problem ?? "off";
    return this.track.muted ? "held" : "live";
  }

  /** One thing at a time: a device takes its time to open. */
  inTurn(act) {
    this.#turn = this.#turn.catch(() => {}).then(act);
    return this.#turn;
  }

  /** As the person wants it; `wish` as `openDevice` takes it. */
  async open(wish = {}) {
    this.isWanted = true;
    this.#wish = wish;
    await this.#replace(await this.#openAnew(wish));
    this.#home = this.track?.getSettings() ?? this.#home;
    this.#changed("");
  }

  /** By the `device` of the wish; where it does not open, the one before. */
  async choose(wish) {
    const hadOne = Boolean(this.#home);
    await this.open(wish);
    if (!this.track && hadOne) await this.#reopen();
  }

  async close() {
    this.isWanted = false;
    await this.#replace({ track: null, problem: null });
    this.#changed("");
  }

  /** Wanted, and refused before: the browser is not asked again by itself. */
  miss(problem) {
    this.isWanted = true;
    this.problem = problem;
    this.#changed("");
  }

  get #isMissing() {
    return this.isWanted && !this.track;
  }

  get #isHome() {
    return isSame(this.track?.getSettings(), this.#home);
  }

  /** The one before is given back first: few telephones open two. */
  #openAnew(wish) {
    clearTimeout(this.#timer);
    this.#ears.abort();
    this.track?.stop();
    return openDevice(this.#kind, wish);
  }

  async #replace({ track, problem }) {
    clearTimeout(this.#timer);
    this.#ears.abort();
    this.track?.stop();
    [this.track, this.problem] = [track, problem];
    if (track) this.#watch(track);
    await this.#place(track);
  }

  #watch(track) {
    this.#tries = 0;
    this.#ears = new AbortController();
    const { signal } = this.#ears;
    track.addEventListener("mute", () => this.#changed(""), { signal });
    track.addEventListener("unmute", () => this.#comeBack(), { signal });
    track.addEventListener("ended", () => this.inTurn(() => this.#reopen()), { signal });
  }

  /** After a call, a telephone of Apple gives back a track that says it lives and carries
   * nothing: only a new one does. */
  #comeBack() {
    if (browser() === "ios") this.inTurn(() => this.#reopen());
    else this.#changed("returned");
  }

  /** The device it was, where it is there, else the one that the system prefers. */
  async #reopen() {
    if (!this.isWanted) return;
    const before = this.state;
    const opened = await this.#openAnew({ ...this.#wish, device: null, before: this.#home?.deviceId });
    if (opened.problem === "none" && this.#home) opened.problem = "gone";
    await this.#replace(opened);
    this.#home ??= this.track?.getSettings() ?? null;
    if (this.track) this.#changed(this.#isHome ? "returned" : "other");
    else if (this.state !== before) this.#changed("");
    if (!this.track) this.#tryLater();
  }

  /** A program that gives a device back tells nobody. Whoever would be asked by the
   * browser each time is left alone. */
  #tryLater() {
    clearTimeout(this.#timer);
    const soon = TRIES[Math.min(this.#tries, TRIES.length - 1)];
    this.#tries += 1;
    this.#timer = setTimeout(() => this.inTurn(() => this.#tryAgain()), soon);
  }

  async #tryAgain() {
    if (!this.#isMissing || this.problem === "refused") return;
    if (document.hidden || !(await alreadyAllowed(this.#kind))) this.#tryLater();
    else await this.#reopen();
  }

  /** Ours is gone from the list, or the one before is there again. */
  async #compare() {
    if (this.#isMissing && this.problem !== "refused") await this.#reopen();
    const found = this.track && (await inputs(this.#kind));
    if (!found || !this.track) return;
    const mine = this.track.getSettings();
    const isGone = !found.some((one) => isSame(one, mine));
    const isBack = !this.#isHome && found.some((one) => isSame(one, this.#home));
    if (isGone || isBack || this.track.readyState === "ended") await this.#reopen();
  }

  /** A page that slept, on a locked phone mostly, has missed what became of it. */
  async #wake() {
    if (!this.isWanted || this.problem === "refused") return;
    if (this.state === "held") await new Promise((resolve) => setTimeout(resolve, WAKES_WITHIN));
    await this.inTurn(async () => {
      if (this.state === "held" || this.#isMissing || this.track?.readyState === "ended") await this.#reopen();
    });
  }
}

/** By its id and, where `default` stands for another device than before, its group. */
function isSame(one, other) {
  if (one?.deviceId !== other?.deviceId) return false;
  return !one?.groupId || !other?.groupId || one.groupId === other.groupId;
}
