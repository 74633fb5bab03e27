/** The lines that stand in a chat, and what the room's own list brings to them. */
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
