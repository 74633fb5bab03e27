/** The loudspeaker through which the others are heard, where a browser lets one choose.
 *
 * One that is pulled out would leave us in silence: the system's own takes its place
 * until it is there again.
 */
import { choices, choose, outputs } from "./devices.js";

export const canChooseSpeaker = () => "setSinkId" in HTMLMediaElement.prototype;

export class Speaker {
  /** The chosen one's id; nothing is the system's own. */
  chosen = "";
  #used = "";
  #stage;
  #changed;

  /** `changed(news)` hears of what was not pressed: `other` or `returned`. */
  constructor(stage, changed) {
    [this.#stage, this.#changed] = [stage, changed];
    if (!canChooseSpeaker()) return;
    navigator.mediaDevices?.addEventListener?.("devicechange", () => this.#compare());
    this.chosen = choices(false).audiooutput ?? "";
    if (this.chosen) this.#use(this.chosen);
  }

  async choose(id) {
    choose({ audiooutput: (this.chosen = id) });
    await this.#use(id);
  }

  #use(id) {
    this.#used = id;
    return this.#stage.hearThrough(id);
  }

  async #compare() {
    const found = await outputs();
    if (!found || !this.chosen) return;
    const isThere = found.some((one) => one.deviceId === this.chosen);
    const wanted = isThere ? this.chosen : "";
    if (wanted === this.#used) return;
    await this.#use(wanted);
    this.#changed(isThere ? "returned" : "other");
  }
}
