/** Notices who speaks unheard: muted, or with a microphone that gives no sound.
 *
 * It listens to a copy of the track, for a muted one is silent to us as well.
 */
import { watchLevel } from "./sound.js";

const [SPEAKS_FROM, NOTHING_BELOW] = [0.45, 0.02];
const [SPOKEN, SILENT] = [12, 100];
/** Tenths of a second: of speech while muted, of not even a room's noise. */

export class VoiceWatch {
  #hint;
  #open = true;
  #spoken = 0;
  #quiet = 0;
  #said = "";
  #stop = () => {};

  /** `hint` gets `muted`, `silent` or `` (all is well), on each change. */
  constructor(hint) {
    this.#hint = hint;
  }

  watch(track) {
    this.#stop();
    this.#stop = () => {};
    this.#spoken = this.#quiet = 0;
    this.#tell("");
    if (!track) return;
    const copy = track.clone();
    copy.enabled = true;
    const stop = watchLevel(copy, (level) => this.#hear(level));
    this.#stop = () => {
      stop();
      copy.stop();
    };
  }

  setOpen(open) {
    this.#open = open;
    this.#spoken = this.#quiet = 0;
    this.#tell("");
  }

  #hear(level) {
    this.#quiet = level < NOTHING_BELOW ? this.#quiet + 1 : 0;
    this.#spoken = level > SPEAKS_FROM ? this.#spoken + 1 : Math.max(0, this.#spoken - 0.5);
    if (!this.#open) this.#tell(this.#spoken >= SPOKEN ? "muted" : this.#said);
    else this.#tell(this.#quiet >= SILENT ? "silent" : "");
  }

  #tell(hint) {
    if (hint === this.#said) return;
    this.#said = hint;
    this.#hint(hint);
  }
}
