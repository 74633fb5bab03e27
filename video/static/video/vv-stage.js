/** The others' pictures and sound, one's own picture, and what is said over them. */
import { Element } from "../visavis/element.js";
import { setState } from "./states.js";
import { Tile } from "./tile.js";

const LISTEN_EVERY = 300;
const VOICE_FROM = 0.02;
const SAY_EVERY = 20_000;

class Stage extends Element {
  #listening;
  #tiles = new Map();
  #slots = [];
  #trackOf = () => null;
  #absence = "connecting";
  #line = {};
  #said = -SAY_EVERY;

  connected() {
    this.on(this.part("unmute"), "click", () => this.#tiles.forEach((tile) => tile.play()));
    // A phone that was locked, or rang, has paused what we hear.
    this.on(document, "visibilitychange", () => document.hidden || this.#wake());
  }

  disconnected() {
    clearInterval(this.#listening);
  }

  /** A ring round the picture while `level()` says that somebody speaks; pictures are
   * looked at as often. */
  ringBy(level) {
    this.#listening = setInterval(() => {
      this.classList.toggle("talk", level() > VOICE_FROM);
      if (!document.hidden) this.#judge();
    }, LISTEN_EVERY);
  }

  /** What is known of our own line: `paused` and `limited` by the room, `down` and
   * `stuck` (sections of which something arrives and nothing shows) by our figures. */
  setLine(known) {
    this.#line = { ...this.#line, ...known };
  }

  /** Whether a camera's picture should move in this section. */
  expects = (mid) => [...this.#tiles.values()].some((tile) => tile.expects(mid));

  #judge() {
    for (const tile of this.#tiles.values()) {
      const news = tile.judge(this.#line);
      const now = performance.now();
      if (!news || now - this.#said < SAY_EVERY) continue;
      this.#said = now;
      this.say(news);
    }
  }

  #wake() {
    for (const tile of this.#tiles.values()) {
      tile.wake();
      tile.play();
    }
  }

  /** The people who are here, as `People.list` has them, and what is said instead of a
   * picture: why the room is empty, or what the connection does. */
  setPeople(list, absence) {
    for (const person of list) this.#tile(person.id, person).show(person);
    for (const [key, tile] of this.#tiles) {
      if (list.some((person) => person.id === tile.person)) continue;
      tile.remove();
      this.#tiles.delete(key);
    }
    this.#absence = absence;
    this.#fill();
  }

  /** Whose stream each section carries; `trackOf(mid)` is its track. It may be told
   * before the person is, so it is kept. */
  setSlots(slots, trackOf) {
    [this.#slots, this.#trackOf] = [slots, trackOf];
    this.#fill();
  }

  #fill() {
    const streams = new Map();
    for (const { mid, participant, source } of this.#slots) {
      const track = participant && this.#trackOf(mid);
      if (!track) continue;
      const key = source === "screen" ? `${participant} screen` : participant;
      const known = streams.get(key) ?? { tracks: [], mids: [] };
      streams.set(key, { tracks: [...known.tracks, track], mids: [...known.mids, mid] });
    }
    for (const [key, { tracks, mids }] of streams) {
      const [id, isScreen] = key.split(" ");
      if (isScreen && this.#tiles.has(id)) this.#tile(key, this.#tiles.get(id).about, true).setTracks(tracks, mids);
      else this.#tiles.get(id)?.setTracks(tracks, mids);
    }
    for (const [key, tile] of this.#tiles) {
      if (streams.has(key)) continue;
      if (!tile.isScreen) tile.setTracks([]);
      else {
        tile.remove();
        this.#tiles.delete(key);
      }
    }
    this.#show();
  }

  showSelf(track, mirrored = true) {
    const self = this.part("self");
    self.hidden = !track;
    self.srcObject = track ? new MediaStream([track]) : null;
    self.classList.toggle("flipped", mirrored);
  }

  #tile(key, person, isScreen = false) {
    if (!this.#tiles.has(key)) {
      const blocked = () => (this.part("unmute").hidden = ![...this.#tiles.values()].some((one) => one.isBlocked));
      const tile = new Tile(this.part("person"), person, { isScreen, blocked });
      this.#tiles.set(key, tile);
      this.part("tiles").append(tile.element);
    }
    return this.#tiles.get(key);
  }

  #show() {
    const absence = this.part("absence");
    const apart = ["connecting", "busy", "reconnecting", "ended"].includes(this.#absence);
    absence.hidden = this.#tiles.size > 0 && !apart;
    if (absence.dataset.state !== this.#absence) setState(absence, this.#absence);
    this.part("tiles").dataset.count = this.#tiles.size;
    this.part("tiles").classList.toggle("dim", apart);
    const screen = [...this.#tiles.values()].some((tile) => tile.isScreen);
    this.part("tiles").classList.toggle("with-screen", screen);
  }
}

customElements.define("vv-stage", Stage);
