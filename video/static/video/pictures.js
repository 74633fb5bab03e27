/** What is said of somebody's picture: how old it is, whether it is small or slow, and
 * whose line or device that is. */

/** Milliseconds after which a still is no live picture, and after which it is none. */
const [OLD_AFTER, NONE_AFTER] = [2_000, 30_000];
/** Frames a second, and lines, below which a picture is slow and small. */
export const SLOW_BELOW = 12;
const SMALL_BELOW = 240;
/** Milliseconds of which the frames are counted. */
const SPAN = 3_000;
const NOTHING_SAID = { state: "sound", what: "", whose: "" };

/** The frames of a video element, looked at several times a second. */
export class Frames {
  #video;
  #count = 0;
  #at = -Infinity;
  #since = 0;
  #marks = [];

  constructor(video) {
    this.#video = video;
  }

  look(now) {
    const count = this.#video.getVideoPlaybackQuality().totalVideoFrames;
    if (count < this.#count) this.#marks = [];
    if (count > this.#count) {
      if (now - this.#at > OLD_AFTER) this.#since = now;
      this.#at = now;
    }
    this.#count = count;
    this.#marks.push([now, count]);
    while (this.#marks[0][0] < now - SPAN) this.#marks.shift();
  }

  /** A page that nobody looked at was shown no frames. */
  wake(now) {
    if (this.#at > -Infinity) this.#at = now;
    this.#marks = [];
  }

  age = (now) => now - this.#at;

  /** Frames a second; null while there is too little to count. */
  rate(now) {
    const [first, frames] = this.#marks[0] ?? [now, 0];
    const past = now - Math.max(first, this.#since);
    return now - this.#since < SPAN || past < SPAN / 2 ? null : ((this.#count - frames) * 1_000) / past;
  }
}

/** `{state, what, whose}` of a picture.
 *
 * `state`: `picture`, `old` (a still that is said to be one), `sound` (none) or `away`.
 * `what`: `old`, `none`, `small`, `slow`, `off`, `held` or nothing; `whose`: `mine`,
 * `theirs`, `device` (theirs is busy) or nothing, where nobody knows.
 *
 * `camera` is what their page said of it, `onFor` for how long it has not been off,
 * `line` what is known of ours: `paused`, `limited`, `weak`. A screen may stand still: it
 * is `stuck` where something of it arrives and nothing new is shown. */
export function judge(facts) {
  const { away, isScreen, hasTrack, camera, age } = facts;
  if (away) return { state: "away", what: "", whose: "" };
  const said = camera?.state ?? "";
  const isOff = said === "off" || (said === "held" && age > OLD_AFTER);
  if (!isScreen && !hasTrack && !isOff) return NOTHING_SAID;
  if (!isScreen && isOff) return { state: "sound", what: said, whose: "" };
  const whose = whoseLine(facts);
  // What was shown before it was off is not shown again.
  const isNone = isScreen ? !facts.lines : age > Math.min(NONE_AFTER, facts.onFor);
  if (isNone) return facts.onFor > OLD_AFTER && whose ? { state: "sound", what: "none", whose } : NOTHING_SAID;
  const isOld = isScreen ? facts.stuck || (facts.line.paused && age > OLD_AFTER) : age > OLD_AFTER;
  if (isOld) return { state: "old", what: "old", whose };
  const what = isScreen ? "" : weakness(facts, whose);
  return { state: "picture", what, whose: what && whose };
}

/** Ours first: where we are held back, the others may say that they are as well. */
function whoseLine({ camera, line }) {
  if (line.paused || line.limited || line.weak) return "mine";
  return { line: "theirs", device: "device" }[camera?.limit] ?? "";
}

/** A camera that is small by nature is nobody's fault, and a small tile needs no more. */
function weakness({ rate, lines, shownLines }, whose) {
  if (rate !== null && rate < SLOW_BELOW) return "slow";
  return whose && lines < SMALL_BELOW && shownLines > lines ? "small" : "";
}

const BEFORE_A_VOWEL = /^(?:[aeiouh]|y[^aeiou])/i;

/** "Léa's line", in languages where the vowel after it matters as well: `label` and
 * `elided` have "%s" for the name. */
export function ofName(name, { label, elided }) {
  const plain = name.normalize("NFD").replace(/\p{M}/gu, "").replace(/œ/gi, "oe").replace(/æ/gi, "ae");
  return (BEFORE_A_VOWEL.test(plain) ? elided : label).replace("%s", name);
}
