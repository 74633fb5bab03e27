/** The tiles of a stage: one for each person and each screen, with the streams that the
 * room says are theirs. */
import { Tile } from "./tile.js";

export class Tiles {
  #tiles = new Map();
  #slots = [];
  #trackOf = () => null;
  #speaker = "";
  #pinned = "";
  #inView = new IntersectionObserver((entries) => this.#look(entries));
  #place;
  #template;
  #blocked;

  /** `place` takes the elements, each a copy of `template`; `blocked(is)` hears whether
   * the browser refuses to play the sound of any. */
  constructor({ place, template, blocked }) {
    [this.#place, this.#template] = [place, template];
    this.#blocked = () => blocked(this.all.some((one) => one.isBlocked));
  }

  get all() {
    return [...this.#tiles.values()];
  }

  get size() {
    return this.#tiles.size;
  }

  setPeople(list) {
    for (const person of list) this.#tile(person.id, person).show(person);
    for (const [key, tile] of this.#tiles) {
      if (!list.some((person) => person.id === tile.person)) this.#remove(key, tile);
    }
    this.#fill();
  }

  /** Whose stream each section carries; `trackOf(mid)` is its track. It may be told
   * before the person is, so it is kept. */
  setSlots(slots, trackOf) {
    [this.#slots, this.#trackOf] = [slots, trackOf];
    this.#fill();
  }

  /** The pictures as they are shown, for the room. */
  get shown() {
    return this.all.filter((tile) => tile.hasPicture).map((tile) => tile.shown);
  }

  hearThrough(id) {
    this.#speaker = id;
    return Promise.all(this.all.map((tile) => tile.hearThrough(id)));
  }

  #fill() {
    const streams = this.#streams();
    for (const [key, { tracks, mids }] of streams) {
      const [id, isScreen] = key.split(" ");
      if (isScreen && this.#tiles.has(id)) this.#tile(key, this.#tiles.get(id).about, true).setTracks(tracks, mids);
      else this.#tiles.get(id)?.setTracks(tracks, mids);
    }
    for (const [key, tile] of this.#tiles) {
      if (streams.has(key)) continue;
      if (tile.isScreen) this.#remove(key, tile);
      else tile.setTracks([]);
    }
    this.#lead();
  }

  /** Who was chosen stands large, else a screen. */
  #lead() {
    const pinned = this.#tiles.size > 1 ? this.#tiles.get(this.#pinned) : null;
    for (const tile of this.all) tile.setLead(pinned ? tile === pinned : tile.isScreen, tile === pinned);
    this.#place.classList.toggle("with-lead", this.all.some((tile) => tile.element.matches(".leads")));
  }

  #pin(key) {
    this.#pinned = this.#pinned === key ? "" : key;
    this.#lead();
  }

  #look(entries) {
    for (const { target, isIntersecting } of entries) {
      this.all.find((tile) => tile.element === target)?.setInView(isIntersecting);
    }
  }

  /** By person, and by person and " screen". */
  #streams() {
    const streams = new Map();
    for (const { mid, participant, source } of this.#slots) {
      const track = participant && this.#trackOf(mid);
      if (!track) continue;
      const key = source === "screen" ? `${participant} screen` : participant;
      const { tracks, mids } = streams.get(key) ?? { tracks: [], mids: [] };
      streams.set(key, { tracks: [...tracks, track], mids: [...mids, mid] });
    }
    return streams;
  }

  #tile(key, person, isScreen = false) {
    if (!this.#tiles.has(key)) {
      const tile = new Tile(this.#template, person, { isScreen, blocked: this.#blocked, pin: () => this.#pin(key) });
      if (this.#speaker) tile.hearThrough(this.#speaker);
      this.#tiles.set(key, tile);
      this.#place.append(tile.element);
      this.#inView.observe(tile.element);
    }
    return this.#tiles.get(key);
  }

  #remove(key, tile) {
    this.#tiles.delete(key);
    this.#inView.unobserve(tile.element);
    tile.remove();
  }
}
