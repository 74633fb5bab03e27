/** One person's place on the stage, or their screen: picture, sound, name, state.
 *
 * Sound and picture have an element each: one that carries both plays nothing before
 * the picture's first frame, and whose camera is off never sends one.
 */
import { setState } from "./states.js";

export class Tile {
  isBlocked = false;
  #sound;
  #video;
  #streams = { audio: new MediaStream(), video: new MediaStream() };
  #blocked;

  /** Cloned from `template`; `blocked()` hears that `isBlocked` has changed: whether
   * the browser refuses to play the sound. */
  constructor(template, person, { isScreen, blocked }) {
    this.isScreen = isScreen;
    this.#blocked = blocked;
    this.element = template.content.firstElementChild.cloneNode(true);
    this.element.classList.toggle("screen", isScreen);
    this.#sound = this.element.querySelector("audio");
    this.#video = this.element.querySelector("video");
    this.#sound.srcObject = this.#streams.audio;
    this.#video.srcObject = this.#streams.video;
    // A track that carries nothing yet has no size: its picture is not there.
    for (const type of ["resize", "playing", "emptied"]) this.#video.addEventListener(type, () => this.#judge());
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
    this.element.querySelector('[data-part="muted"]').hidden = !(person.muted || person.quiet) || this.isScreen;
    this.#judge();
  }

  setTracks(tracks) {
    for (const track of tracks) track.onmute = track.onunmute = () => this.#judge();
    const ofKind = (kind) => tracks.filter((track) => track.kind === kind);
    if (fill(this.#streams.audio, ofKind("audio"))) this.play();
    if (fill(this.#streams.video, ofKind("video"))) this.#video.play().catch(() => {});
    this.#judge();
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

  /** A picture is one that comes: a track without frames is muted by the browser. */
  #judge() {
    const moving = this.#streams.video.getVideoTracks().some((track) => !track.muted) && this.#video.videoWidth > 0;
    setState(this.element, this.about.away ? "away" : moving ? "picture" : "sound");
  }
}

/** Makes a stream carry these tracks and no others; true when it got one. */
function fill(stream, tracks) {
  for (const old of stream.getTracks()) if (!tracks.includes(old)) stream.removeTrack(old);
  const added = tracks.filter((track) => !stream.getTrackById(track.id));
  for (const track of added) stream.addTrack(track);
  return added.length > 0;
}
