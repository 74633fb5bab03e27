/** The others' pictures and sound, one's own picture, and what is said over them. */
import { Element } from "../visavis/element.js";
import { setState } from "./states.js";
import { Tiles } from "./tiles.js";
import { doubleTap, isCut, keepWhole, wasWhole } from "./views.js";

const LISTEN_EVERY = 300;
const VOICE_FROM = 0.02;
const SAY_EVERY = 20_000;

class Stage extends Element {
  #listening;
  #tiles;
  #absence = "connecting";
  #line = {};
  #said = -SAY_EVERY;

  connected() {
    this.#tiles = new Tiles({
      place: this.part("tiles"), template: this.part("person"),
      blocked: (is) => (this.part("unmute").hidden = !is),
    });
    const turn = () => this.dispatchEvent(new CustomEvent("vv-whole", { bubbles: true }));
    this.on(this.part("whole"), "click", turn);
    this.on(this.part("tiles"), "pointerup", doubleTap(() => this.part("whole").hidden || turn()));
    this.showWhole(wasWhole());
    this.on(this.part("unmute"), "click", () => this.#tiles.all.forEach((tile) => tile.play()));
    // A phone that was locked, or rang, has paused what we hear.
    this.on(document, "visibilitychange", () => document.hidden || this.#tiles.all.forEach((tile) => tile.wake()));
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

  /** What is known of our own line: `paused` and `limited` by the room, `weak` and
   * `stuck` (sections of which something arrives and nothing shows) by our figures. */
  setLine(known) {
    this.#line = { ...this.#line, ...known };
  }

  /** Whether a camera's picture should move in this section. */
  expects = (mid) => this.#tiles.all.some((tile) => tile.expects(mid));

  get isWhole() {
    return this.part("tiles").classList.contains("whole-pictures");
  }

  /** All of each picture, or filled windows whose edges are cut off: for this visit. */
  showWhole(is) {
    keepWhole(is);
    this.part("tiles").classList.toggle("whole-pictures", is);
    this.part("whole").setAttribute("aria-pressed", String(is));
  }

  /** The picture to take along: a screen before a person. */
  get mainVideo() {
    const shown = this.#tiles.all.filter((tile) => tile.video.videoWidth > 0);
    return (shown.find((tile) => tile.isScreen) ?? shown[0])?.video ?? null;
  }

  get shown() {
    return this.#tiles.shown;
  }

  hearThrough = (id) => this.#tiles.hearThrough(id);

  #judge() {
    for (const tile of this.#tiles.all) {
      const news = tile.judge(this.#line);
      const now = performance.now();
      if (!news || now - this.#said < SAY_EVERY) continue;
      this.#said = now;
      this.say(news);
    }
    const cameras = this.#isApart ? [] : this.#tiles.all.filter((tile) => !tile.isScreen);
    this.part("whole").hidden = !cameras.some((tile) => tile.isShown && isCut(tile.video));
  }

  /** The people who are here, as `People.list` has them, and what is said instead of a
   * picture: why the room is empty, or what the connection does. */
  setPeople(list, absence) {
    this.#tiles.setPeople(list);
    this.#absence = absence;
    this.#show();
  }

  /** As `Tiles.setSlots`. */
  setSlots(slots, trackOf = () => null) {
    this.#tiles.setSlots(slots, trackOf);
    this.#show();
  }

  showSelf(track, mirrored = true) {
    const self = this.part("self");
    self.hidden = !track;
    self.srcObject = track ? new MediaStream([track]) : null;
    self.classList.toggle("flipped", mirrored);
  }

  get #isApart() {
    return ["connecting", "busy", "reconnecting", "ended"].includes(this.#absence);
  }

  #show() {
    const [absence, apart] = [this.part("absence"), this.#isApart];
    absence.hidden = this.#tiles.size > 0 && !apart;
    if (absence.dataset.state !== this.#absence) setState(absence, this.#absence);
    const tiles = this.part("tiles");
    tiles.dataset.count = this.#tiles.size;
    tiles.classList.toggle("dim", apart);
  }
}

customElements.define("vv-stage", Stage);
