/** Lines of a chat: those on their way go one at a time, in order, each kept until it is
 * back.
 *
 * The room takes two lines a second after a burst of ten and refuses what comes faster;
 * a line that is cut may lose one on its way. So the next goes out when the one before
 * has come back, a refused one waits and goes again, and after a cut the greeting tells
 * which were taken.
 */
const [TOO_FAST_WAITS, ANSWER_WITHIN] = [1_000, 8_000];

export class Outgoing {
  lines = [];
  #send;
  #changed;
  #isOut = false;
  #timer = 0;

  /** `send(message)` says whether it went out; `changed()` hears that `lines` has. */
  constructor(send, changed) {
    [this.#send, this.#changed] = [send, changed];
  }

  add(text) {
    this.lines.push(text);
    this.#changed();
    this.#next();
  }

  /** One line of ours is back: everybody has it. */
  confirm(text) {
    const at = this.lines.indexOf(text);
    if (at < 0) return;
    this.lines.splice(at, 1);
    this.#rest();
    this.#changed();
    this.#next();
  }

  /** The room did not take the line that is out: the text to give back, or null where
   * it goes again by itself. */
  refuse(code) {
    if (!this.#isOut) return null;
    this.#rest();
    if (code === "too_fast") this.#timer = setTimeout(() => this.#next(), TOO_FAST_WAITS);
    if (code === "too_fast") return null;
    const text = this.lines.shift();
    this.#changed();
    this.#next();
    return text;
  }

  /** A greeting: `taken` are our lines that the room has and the page did not show. */
  greet(taken) {
    for (const text of taken) {
      const at = this.lines.indexOf(text);
      if (at >= 0) this.lines.splice(at, 1);
    }
    this.#rest();
    this.#changed();
    this.#next();
  }

  #rest() {
    clearTimeout(this.#timer);
    this.#isOut = false;
  }

  #next() {
    if (this.#isOut || !this.lines.length) return;
    clearTimeout(this.#timer);
    // Where nobody is connected the next greeting goes on.
    if (!this.#send({ type: "chat", text: this.lines[0] })) return;
    this.#isOut = true;
    // A flood is not answered; what the room has of us stands in its greeting.
    this.#timer = setTimeout(() => this.#ask(), ANSWER_WITHIN);
  }

  #ask() {
    this.#send({ type: "hello" });
    this.#timer = setTimeout(() => this.#ask(), ANSWER_WITHIN);
  }
}

/** The lines that stand there, and what the room's own list brings to them. */
export class Lines {
  #shown = [];

  push({ from, text }) {
    this.#shown.push({ from, text });
  }

  /** `told` is the end of all that was written so far. `added` of it do not stand here
   * yet, of which `taken` are my own words; `missed` others wrote while I was away.
   * Where the two do not meet, all that stands here `goes`. */
  meet(told, me) {
    const met = this.#meeting(told);
    const added = told.slice(met);
    const goes = !met && this.#shown.length > 0;
    const missed = met ? added.filter((line) => line.from !== me).length : 0;
    const taken = textsOf(added, me);
    if (goes) for (const text of textsOf(this.#shown, me)) takeOut(taken, text);
    if (goes) this.#shown = [];
    return { added, goes, missed, taken };
  }

  /** How many of `told`, from its first on, are the last that stand here. */
  #meeting(told) {
    const same = (one, other) => one.from === other.from && one.text === other.text;
    for (let count = Math.min(told.length, this.#shown.length); count; count -= 1) {
      const last = this.#shown.slice(-count);
      if (last.every((line, place) => same(line, told[place]))) return count;
    }
    return 0;
  }
}

function textsOf(lines, who) {
  return lines.filter((line) => line.from === who).map((line) => line.text);
}

function takeOut(texts, text) {
  if (texts.includes(text)) texts.splice(texts.indexOf(text), 1);
}
