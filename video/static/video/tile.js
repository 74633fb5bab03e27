/** One person's place on the stage, or their screen: picture, sound, name, state.
 *
 * Sound and picture have an element each: one that carries both plays nothing before
 * the picture's first frame, and whose camera is off never sends one.
 */
import { setState } from "./states.js";

const FROZEN_AFTER = 2_000;

export class Tile {
  isBlocked = false;
  #sound;
  #video;
  #blocked;
  #frames = 0;
  #movedAt = -FROZEN_AFTER;

  /** Cloned from `template`; `blocked()` hears that `isBlocked` has changed: whether
   * the browser refuses to play the sound. */
  constructor(template, person, { isScreen, blocked }) {
    this.isScreen = isScreen;
    this.#blocked = blocked;
    this.element = template.content.firstElementChild.cloneNode(true);
    this.element.classList.toggle("screen", isScreen);
    this.#sound = this.element.querySelector("audio");
    this.#video = this.element.querySelector("video");
    this.show(person);
  }

  get person() {
    return this.about.id;
  }

  show(person) {
    this.about = person;
    this.element.dataset.participant = person.id;
    this.element.dataset.role = person.role;
    this.#video.setAttribute("aria-label", this.#video.dataset.label.replace("%s", person.name));
    for (const name of this.element.querySelectorAll("[data-name]")) name.textContent = person.name;
    const cut = this.element.querySelector('[data-part="cut"]');
    cut.textContent = cut.dataset.label.replace("%s", person.name);
    this.element.querySelector('[data-part="muted"]').hidden = !(person.muted || person.quiet) || this.isScreen;
    this.judge();
  }

  setTracks(tracks) {
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

  remove() {
    this.#sound.srcObject = this.#video.srcObject = null;
    this.element.remove();
    this.#block(false);
  }

  #block(is) {
    this.isBlocked = is;
    this.#blocked();
  }

  /** A picture is one that moves: the last frame of a camera that is off stands still,
   * and browsers go on showing it. A screen may stand still. Asked several times a
   * second. */
  judge() {
    const frames = this.#video.getVideoPlaybackQuality().totalVideoFrames;
    const now = performance.now();
    if (frames > this.#frames) this.#movedAt = now;
    this.#frames = frames;
    const lives = this.isScreen ? this.#video.videoWidth > 0 : now - this.#movedAt < FROZEN_AFTER;
    const shown = lives && this.#video.srcObject !== null;
    const state = this.about.away ? "away" : shown ? "picture" : "sound";
    if (this.element.dataset.state !== state) setState(this.element, state);
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
