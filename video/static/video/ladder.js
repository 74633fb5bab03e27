/** The line ladder: less picture to keep the sound, sound alone, then the telephone.
 *
 * It goes by what we send alone: down after two samples (four seconds), up after five, or
 * two or one where the line takes more than the next rung; a new line has ten seconds to
 * find its speed. Beside sound alone a picture is tried after three calm
 * samples, and later and smaller each time that fails. Pure: samples in.
 */
export const RUNGS = [
  { name: "720p", from: 800_000, height: 720, frames: 30, bitrate: 1_500_000 },
  { name: "480p", from: 400_000, height: 480, frames: 25, bitrate: 700_000 },
  { name: "360p", from: 150_000, height: 360, frames: 20, bitrate: 350_000 },
  { name: "180p", from: 70_000, height: 180, frames: 18, bitrate: 150_000 },
  { name: "audio", from: 0, height: 0, frames: 0, bitrate: 0 },
];
const [FIRST_TRY, SOUND] = [2, RUNGS.length - 1];
/** Frames a second of which 20 come, which show signs (EN 301 549 6.5.3); lines instead. */
const [READABLE, SMALLER] = [24, 0.8];
const [WARM_UP, DOWN_AFTER, UP_AFTER, PHONE_AFTER] = [5, 2, 5, 5];
/** Samples: of a calm line before the first try, before the latest, of a try before it is
 * judged, and for which a picture has to hold before the next failure is a first one again. */
const [TRY_AFTER, TRY_AT_LAST, TRIED, HELD] = [3, 40, 2, 15];
/** Seconds that answers may wait on the way in: a browser sends less meanwhile. */
const LATE = 1.5;

const hopeless = ({ share, trip, available, limited }) =>
  share > 0.15 || trip > LATE || (limited && available !== null && available < 60_000);

export class LineLadder {
  rung = 0;
  #samples = 0;
  #lower = 0;
  #higher = 0;
  #hopeless = 0;
  #sinceSound = 0;
  #sincePicture = 0;
  #patience = TRY_AFTER;

  /** One sample of `compare`; returns `{rung, phone}`: where we stand, and whether the
   * telephone would be better. */
  take(sample) {
    this.#samples += 1;
    if (sample.line === null) return this.#where();
    this.#hopeless = hopeless(sample) ? this.#hopeless + 1 : 0;
    if (this.rung === SOUND) this.#tryPicture(sample);
    else if (this.#samples > WARM_UP) this.#step(sample);
    return this.#where();
  }

  #where = () => ({ rung: RUNGS[this.rung], phone: this.#hopeless >= PHONE_AFTER });

  #step(sample) {
    this.#sincePicture += 1;
    if (this.#sincePicture > HELD) this.#patience = TRY_AFTER;
    const wanted = this.#wanted(sample);
    this.#lower = wanted > this.rung ? this.#lower + 1 : 0;
    const times = sample.available / RUNGS[this.rung - 1]?.from;
    const weight = times >= 2.5 ? UP_AFTER : times >= 2 ? 3 : 1;
    this.#higher = wanted < this.rung ? this.#higher + weight : 0;
    if (this.#lower >= DOWN_AFTER) this.#go(wanted);
    else if (this.#higher >= UP_AFTER) this.#go(this.rung - 1);
  }

  /** The estimate of a sender that sends little is small by itself: it takes us down
   * only where the encoder says that the line holds it back, by answers in time. */
  #wanted({ sentShare, trip, available, limited }) {
    if (sentShare > 0.15) return SOUND;
    if (trip > LATE) return this.rung;
    const byRate = available === null ? 0 : RUNGS.findIndex((rung) => available >= rung.from);
    const wanted = limited ? byRate : Math.min(byRate, this.rung);
    return sentShare > 0.08 ? Math.max(wanted, this.rung, 1) : wanted;
  }

  #tryPicture({ sentShare }) {
    this.#sinceSound = sentShare < 0.05 ? this.#sinceSound + 1 : 0;
    if (this.#sinceSound < this.#patience) return;
    const rung = this.#patience > TRY_AFTER ? SOUND - 1 : FIRST_TRY;
    this.#patience = Math.min(this.#patience * 2, TRY_AT_LAST);
    this.#samples = WARM_UP - TRIED;
    this.#sincePicture = 0;
    this.#go(rung);
  }

  #go(rung) {
    this.rung = rung;
    this.#lower = this.#higher = this.#sinceSound = 0;
  }
}

/** The rung, or less where the others' lines take no more (`encoding` of the room). Its
 * lines are kept where it is `exact`. */
export function lesser(rung, camera, exact) {
  if (!camera || !rung.height) return { ...rung, exact };
  const least = (name) => Math.min(rung[name], camera[name]);
  return { name: rung.name, height: least("height"), frames: least("frames"), bitrate: least("bitrate"), exact: true };
}

/** Bit/s of a narrow line, on which our sound is small; from which, seen twice, it is itself
 * again. */
export const NARROW = 150_000;
const [WIDE, WIDE_SAMPLES] = [220_000, 2];

/** On a narrow way out sound that is sent twice takes more than a picture. */
export class WayOut {
  isNarrow = false;
  #wide = 0;

  /** A sample of `compare`; true if it changes anything. An estimate is small by itself
   * where no line holds the encoder back. */
  take({ available, limited }) {
    const before = this.isNarrow;
    if (available === null) return false;
    this.#wide = available > WIDE ? this.#wide + 1 : 0;
    if (available < NARROW && limited) this.isNarrow = true;
    else if (this.#wide >= WIDE_SAMPLES) this.isNarrow = false;
    return this.isNarrow !== before;
  }
}

/** Bit/s of the least and of the greatest cap, and how many times our estimate it is. */
const [LEAST, GREATEST, ABOVE] = [450_000, 4_000_000, 3];
/** Samples before a try, and after many in vain; seconds that are no queue. */
const [PROBE_AFTER, PROBE_AT_LAST, QUICK] = [1, 16, 0.3];
/** Times the most of before: less is another line, more is news of this one. */
const [FALLEN, NEWS] = [0.4, 1.15];

/** A browser's own estimate grows by a twelfth a second. When a cap of all that it sends
 * is lifted it probes for as much and believes what comes through. */
export class Prober {
  #most = 0;
  #rested = 0;
  #patience = PROBE_AFTER;

  /** A sample of `compare`, and whether our rung is less than all: the caps to set one
   * after the other, or none. */
  take({ available, limited, trip, sentShare }, isLow) {
    this.#rested += 1;
    if (available === null) return [];
    if (available > NEWS * this.#most) this.#patience = PROBE_AFTER;
    this.#most = available < FALLEN * this.#most ? available : Math.max(available, this.#most);
    if (!(limited || isLow) || available > GREATEST / 2) return [];
    if (trip > QUICK || sentShare > 0.02 || this.#rested < this.#patience) return [];
    this.#patience = Math.min(2 * this.#patience, PROBE_AT_LAST);
    this.#rested = 0;
    const cap = Math.min(Math.max(ABOVE * available, LEAST), GREATEST);
    return [0.99 * cap, cap];
  }
}

/** The rung for who signs: frames before size. */
export function smooth(rung) {
  if (rung.frames >= READABLE || !rung.height) return { ...rung, signs: true };
  return { ...rung, height: Math.round(rung.height * SMALLER), frames: READABLE, signs: true };
}

/** Makes the microphone's sender send so many bit/s at most; null takes that back. */
export async function applySound(sender, bitrate) {
  const parameters = sender?.getParameters();
  const [encoding] = parameters?.encodings ?? [];
  if (!encoding || (encoding.maxBitrate ?? null) === bitrate) return;
  if (bitrate) encoding.maxBitrate = bitrate;
  else delete encoding.maxBitrate;
  await sender.setParameters(parameters).catch(() => {});
}
