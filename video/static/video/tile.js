/** One person's place on the stage, or their screen: picture, sound, name, state.
 *
 * Sound and picture have an element each: one that carries both plays nothing before
 * the picture's first frame, and whose camera is off never sends one.
 */
import { Frames, judge, ofName } from "./pictures.js";
import { setState } from "./states.js";
import { linesOf } from "./views.js";

/** Milliseconds that a camera takes to be seen, and its first frames to be counted. */
const [SETTLES_WITHIN, COUNTED_AFTER] = [3_000, 1_200];

export class Tile {
  isBlocked = false;
  isPinned = false;
  #isInView = true;
  #seenAt = -SETTLES_WITHIN;
  #pin;
  #sound;
  #video;
  #note;
  #blocked;
  #frames;
  #mids = [];
  #line = {};
  #onAt = performance.now();
  #shownAt = -Infinity;

  /** Cloned from `template`; `blocked()` hears that `isBlocked` has changed: whether
   * the browser refuses to play the sound; `pin()` that it was pressed to be large. */
  constructor(template, person, { isScreen, blocked, pin }) {
    this.isScreen = isScreen;
    this.#blocked = blocked;
    this.element = template.content.firstElementChild.cloneNode(true);
    this.element.classList.toggle("screen", isScreen);
    this.#sound = this.element.querySelector("audio");
    this.#video = this.element.querySelector("video");
    this.#note = this.element.querySelector('[data-part="note"]');
    this.#pin = this.element.querySelector('[data-part="pin"]');
    this.#pin.addEventListener("click", pin);
    this.#frames = new Frames(this.#video);
    // A telephone that rings pauses what we hear and see, and forgets to go on.
    for (const heard of [this.#sound, this.#video]) heard.addEventListener("pause", () => this.#goOn());
    this.show(person);
  }

  get person() {
    return this.about.id;
  }

  show(person) {
    if (this.about?.camera?.state !== person.camera?.state) this.#onAt = performance.now();
    this.about = person;
    this.element.dataset.participant = person.id;
    this.element.dataset.role = person.role;
    this.#video.setAttribute("aria-label", this.#video.dataset.label.replace("%s", person.name));
    for (const name of this.element.querySelectorAll("[data-name]")) name.textContent = person.name;
    this.#pin.setAttribute("aria-label", this.#pin.dataset.label.replace("%s", person.name));
    const cut = this.element.querySelector('[data-part="cut"]');
    cut.textContent = cut.dataset.label.replace("%s", person.name);
    for (const whose of this.element.querySelectorAll("[data-elided]")) whose.textContent = ofName(person.name, whose.dataset);
    this.element.querySelector('[data-part="muted"]').hidden = !(person.muted || person.quiet) || this.isScreen;
    this.element.querySelector('[data-part="signs"]').hidden = !person.signs || this.isScreen;
    this.judge();
  }

  /** `mids` are the sections that carry the pictures of them. */
  setTracks(tracks, mids = []) {
    this.#mids = mids;
    const ofKind = (kind) => tracks.filter((track) => track.kind === kind);
    if (fill(this.#sound, ofKind("audio"))) this.play();
    if (fill(this.#video, ofKind("video"))) this.#video.play().catch(() => {});
    this.judge();
  }

  async play() {
    try {
      await this.#sound.play();
      this.#block(false);
    } catch (error) {
      // A browser that was never clicked on this page plays no sound by itself.
      if (error.name === "NotAllowedError") this.#block(true);
    }
  }

  #goOn() {
    if (document.hidden) return;
    if (this.#sound.srcObject) this.play();
    if (this.#video.srcObject) this.#video.play().catch(() => {});
  }

  /** By the id of a loudspeaker; nothing is the system's own. */
  hearThrough(id) {
    return this.#sound.setSinkId?.(id).catch(() => {});
  }

  remove() {
    this.#sound.srcObject = this.#video.srcObject = null;
    this.element.remove();
    this.#block(false);
  }

  #block(is) {
    this.isBlocked = is;
    this.#blocked();
  }

  get video() {
    return this.#video;
  }

  get hasPicture() {
    return this.#video.srcObject !== null;
  }

  get isShown() {
    return ["picture", "old"].includes(this.element.dataset.state);
  }

  get isSeen() {
    if (document.pictureInPictureElement === this.#video) return true;
    return this.#isInView && !document.hidden;
  }

  /** As the room is told of it. */
  get shown() {
    const [source, lines] = [this.isScreen ? "screen" : "camera", this.isSeen ? linesOf(this.#video) : 0];
    return { participant: this.person, source, lines, pinned: this.isPinned };
  }

  /** Whether it stands large, and whether the person chose that. */
  setLead(leads, isPinned) {
    this.isPinned = isPinned;
    this.element.classList.toggle("leads", leads);
    this.#pin.setAttribute("aria-pressed", String(isPinned));
  }

  setInView(is) {
    if (is && !this.#isInView) this.wake();
    this.#isInView = is;
  }

  /** Whether a camera's picture should move in this section of ours. */
  expects(mid) {
    const now = performance.now();
    const begins = this.isShown ? now - this.#shownAt < COUNTED_AFTER : now - this.#onAt < SETTLES_WITHIN;
    const isNew = begins || now - this.#seenAt < SETTLES_WITHIN;
    if (!this.isSeen || this.isScreen || isNew || !this.#mids.includes(mid)) return false;
    const { camera, away } = this.about;
    return !away && (camera ? camera.state === "on" : this.isShown);
  }

  wake() {
    this.#seenAt = performance.now();
    this.#frames.wake(this.#seenAt);
    this.#goOn();
  }

  /** A picture is one that moves: browsers go on showing the last frame of one that
   * stands still. Asked several times a second, with what is known of our `line`;
   * returns the words that are new, if any, for who cannot see them. */
  judge(line = this.#line) {
    this.#line = line;
    if (!this.#isInView) return "";
    const now = performance.now();
    this.#frames.look(now);
    const age = this.#frames.age(now);
    const { state, what, whose } = judge({
      ...this.about, line, age, isScreen: this.isScreen, onFor: now - this.#onAt, rate: this.#frames.rate(now),
      stuck: this.#mids.some((mid) => line.stuck?.includes(mid)),
      hasTrack: this.hasPicture,
      lines: this.#video.videoHeight && Math.min(this.#video.videoHeight, this.#video.videoWidth),
      shownLines: this.#video.clientHeight,
    });
    const wasShown = this.isShown;
    if (this.element.dataset.state !== state) setState(this.element, state);
    if (this.isShown && !wasShown) this.#shownAt = now;
    return this.#tell(what, whose, age);
  }

  #tell(what, whose, age) {
    const note = this.#note;
    const [before, ofWhom] = [note.dataset.state, note.querySelector('[data-part="whose"]')];
    if (before !== what) {
      setState(note, what);
      note.hidden = !what;
    }
    if (ofWhom.dataset.state !== whose) {
      setState(ofWhom, whose);
      ofWhom.hidden = !whose;
    }
    if (what === "old") note.querySelector('[data-part="age"]').textContent = Math.floor(age / 1_000);
    const isNews = before !== what && ["old", "none"].includes(what) && !["old", "none"].includes(before);
    return isNews ? `${this.about.name} : ${note.innerText.replace(/\s+/g, " ").trim()}` : "";
  }
}

/** Gives an element these tracks and no others; true when it has to play them. Always
 * a new stream: one that was without a track for a moment plays no later one. */
function fill(element, tracks) {
  const before = element.srcObject?.getTracks() ?? [];
  if (before.length === tracks.length && tracks.every((track) => before.includes(track))) return false;
  element.srcObject = tracks.length ? new MediaStream(tracks) : null;
  return tracks.length > 0;
}
