/** One person's place on the stage, or their screen: picture, sound, name, state. */
import { setState } from "./states.js";

export class Tile {
  #stream = new MediaStream();
  #tracks = [];
  #video;
  #blocked;
  #state = "sound";

  /** Cloned from `template`; `blocked(bool)` hears whether the browser lets it play. */
  constructor(template, person, { isScreen, blocked }) {
    this.isScreen = isScreen;
    this.#blocked = blocked;
    this.element = template.content.firstElementChild.cloneNode(true);
    this.element.classList.toggle("screen", isScreen);
    this.#video = this.element.querySelector("video");
    this.#video.srcObject = this.#stream;
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
    for (const track of tracks) {
      if (!this.#tracks.includes(track)) track.onmute = track.onunmute = () => this.#fill();
    }
    this.#tracks = tracks;
    this.#fill();
  }

  /** A picture that never came holds up the sound beside it: it joins with its first frame. */
  #fill() {
    const wanted = this.#tracks.filter((track) => track.kind === "audio" || !track.muted);
    for (const old of this.#stream.getTracks()) if (!wanted.includes(old)) this.#stream.removeTrack(old);
    for (const track of wanted) if (!this.#stream.getTrackById(track.id)) this.#stream.addTrack(track);
    this.#judge();
    if (wanted.length) this.play();
  }

  async play() {
    try {
      await this.#video.play();
      this.#blocked(false);
    } catch (error) {
      // A browser that was never clicked on this page plays no sound by itself.
      if (error.name === "NotAllowedError") this.#blocked(true);
    }
  }

  remove() {
    this.#video.srcObject = null;
    this.element.remove();
  }

  /** A picture is one that comes: a track without frames is muted by the browser. */
  #judge() {
    const moving = this.#stream.getVideoTracks().some((track) => !track.muted) && this.#video.videoWidth > 0;
    const state = this.about.away ? "away" : moving ? "picture" : "sound";
    this.#state = state;
    setState(this.element, this.#state);
  }
}
