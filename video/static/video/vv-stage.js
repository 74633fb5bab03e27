/** The other person's picture and sound, one's own picture, and the line's state. */
import { Element } from "../visavis/element.js";
import { setState } from "./states.js";

const LISTEN_EVERY = 300;
const VOICE_FROM = 0.02;

class Stage extends Element {
  #listening;
  #stream = new MediaStream();
  #moving = false;
  #others = 0;
  #absence = "connecting";

  connected() {
    // A stream without a picture yet would hold up the page's load for as long.
    if (document.readyState === "complete") this.#attach();
    else this.on(window, "load", this.#attach);
    this.on(this.part("unmute"), "click", this.#play);
  }

  disconnected() {
    clearInterval(this.#listening);
  }

  /** A ring round the picture while `level()` says that somebody speaks. */
  ringBy(level) {
    this.#listening = setInterval(() => this.classList.toggle("talk", level() > VOICE_FROM), LISTEN_EVERY);
  }

  #attach() {
    this.part("remote").srcObject = this.#stream;
    this.#play();
  }

  /** A track of the other side, of this connection: the one before has ended. */
  addTrack(track) {
    for (const old of this.#stream.getTracks()) {
      if (old.kind === track.kind) this.#stream.removeTrack(old);
    }
    this.#stream.addTrack(track);
    if (this.part("remote").srcObject) this.#play();
  }

  showSelf(track) {
    const self = this.part("self");
    self.hidden = !track;
    self.srcObject = track ? new MediaStream([track]) : null;
  }

  /** How many others are here; `why` tells what became of one who is not. */
  setOthers(count, why = "alone") {
    this.#others = count;
    this.#absence = why;
    this.#show();
  }

  /** What a room without connection shows: connecting, reconnecting or ended. */
  setAbsence(state) {
    this.#others = 0;
    this.#moving = false;
    this.#absence = state;
    this.#show();
  }

  setQuality({ line, pictures }) {
    this.#moving = pictures;
    this.#show();
    const shown = this.closest("vv-room").querySelector('[data-part="quality"]');
    shown.hidden = !line;
    if (line && shown.dataset.state !== line) setState(shown, line);
  }

  #show() {
    const state = this.#others ? "sound" : this.#absence;
    const absence = this.part("absence");
    absence.hidden = this.#moving && (this.#others > 0 || this.#absence === "alone");
    if (absence.dataset.state !== state) setState(absence, state);
    this.part("remote").classList.toggle("dim", !absence.hidden);
  }

  async #play() {
    try {
      await this.part("remote").play();
      this.part("unmute").hidden = true;
    } catch (error) {
      // A browser that was never clicked on this page plays no sound by itself.
      this.part("unmute").hidden = error.name !== "NotAllowedError";
    }
  }
}

customElements.define("vv-stage", Stage);
