/** Who is in the room beside us, whom staff have muted, and what they say of their own
 * microphones and cameras. */

/** Reasons of a `left` after which nobody is waited for. */
const GONE = ["left", "removed"];

export class People {
  me = "";
  others = new Map();
  muted = new Map();
  quiet = new Set();
  cameras = new Map();
  signing = new Set();
  #gaps = new Map();
  #fates = new Map();
  #other;

  /** Our own role, and what became of the other side before this page: `left`, `gone`
   * or nothing. */
  constructor(role, before) {
    this.#other = ["customer", "guest"].includes(role) ? "adviser" : "customer";
    if (before) this.#fates.set(this.#other, before);
  }

  /** A new life of the connection knows nobody, only who was there before. */
  begin() {
    for (const { role } of this.others.values()) this.#fates.set(role, "gone");
    this.me = "";
    for (const known of [this.others, this.muted, this.quiet, this.cameras, this.signing, this.#gaps]) known.clear();
  }

  /** The room's greeting: everything anew. */
  welcome({ you, participants, muted = [], quiet = [], cameras = [], signing = [], away = [], interrupted = [] }) {
    this.begin();
    this.me = you;
    for (const person of participants) this.meet(person);
    this.muted = new Map(muted.map((one) => [one.participant, one]));
    this.quiet = new Set(quiet);
    this.cameras = new Map(cameras.map((one) => [one.participant, one]));
    this.signing = new Set(signing);
    for (const id of away) this.#gapsOf(id).add("away");
    for (const id of interrupted) this.#gapsOf(id).add("interrupted");
  }

  /** Why nobody of the other side is here: `left`, `gone`, or `alone` so far. Before the
   * greeting nobody is known, so nobody is said to be away: `connecting`. */
  get why() {
    return this.me ? (this.#fates.get(this.#other) ?? "alone") : "connecting";
  }

  /** Where the customer is, as the room knows it: inside, interrupted, left, gone, or
   * alone so far; null before the greeting. */
  get customerIs() {
    if (!this.me) return null;
    if (this.customer) return this.customer.away ? "interrupted" : "inside";
    return this.#fates.get("customer") ?? "alone";
  }

  turnMicrophone({ participant, open }) {
    if (open) this.quiet.delete(participant.id);
    else this.quiet.add(participant.id);
  }

  turnSigns({ participant, signs }) {
    if (signs) this.signing.add(participant.id);
    else this.signing.delete(participant.id);
  }

  turnCamera({ participant, state, limit }) {
    this.cameras.set(participant.id, { state, limit });
  }

  /** True when they were not known yet. */
  meet(person) {
    if (person.id === this.me) return false;
    const isNew = !this.others.has(person.id);
    this.others.set(person.id, person);
    this.#gaps.delete(person.id);
    this.#fates.delete(person.role);
    return isNew;
  }

  /** `kind` is `away` or `interrupted`; true when nothing was missed before. */
  miss(person, kind) {
    const gaps = this.#gapsOf(person.id);
    const isNew = gaps.size === 0 && this.others.has(person.id);
    gaps.add(kind);
    return isNew;
  }

  /** The end of one gap; another one may go on. */
  hear(person, kind) {
    this.#gaps.get(person.id)?.delete(kind);
  }

  /** True when they were known: who never came has not left either. */
  lose(person, reason) {
    const wasHere = this.others.delete(person.id);
    this.#gaps.delete(person.id);
    const fate = GONE.includes(reason) ? "left" : "gone";
    if (wasHere || this.#fates.has(person.role)) this.#fates.set(person.role, fate);
    return wasHere;
  }

  mute({ participant, by, locked }) {
    this.muted.set(participant.id, { participant: participant.id, by: by.name, locked });
  }

  unmute({ participant }) {
    this.muted.delete(participant.id);
  }

  get list() {
    return [...this.others.values()].map((person) => ({
      ...person, away: this.#gapsOf(person.id).size > 0,
      muted: this.muted.has(person.id), quiet: this.quiet.has(person.id),
      signs: this.signing.has(person.id), camera: this.cameras.get(person.id) ?? null,
    }));
  }

  get customer() {
    return this.list.find((person) => person.role === "customer") ?? null;
  }

  get mine() {
    return this.muted.get(this.me) ?? null;
  }

  #gapsOf(id) {
    if (!this.#gaps.has(id)) this.#gaps.set(id, new Set());
    return this.#gaps.get(id);
  }
}
