/** The panel of what is not needed at every moment: people, devices, the picture. */
import { Element } from "../visavis/element.js";
import { allDevices, canChooseSpeaker } from "./devices.js";
import { canGoFull, canStandBeside } from "./views.js";

class More extends Element {
  #current = () => ({});

  connected() {
    const tell = (name, detail) => this.dispatchEvent(new CustomEvent(`vv-${name}`, { detail, bubbles: true }));
    this.on(this, "change", ({ target }) => {
      if (target.dataset.device) tell("choose", { kind: target.dataset.device, id: target.value });
      else if (["noise", "blur", "whole", "signs"].includes(target.dataset.part)) tell(target.dataset.part, target.checked);
    });
    for (const name of ["beside", "full", "keys"]) this.on(this.part(name), "click", () => tell(name));
    this.on(this.part("close"), "click", () => tell("more"));
    this.on(this, "keydown", (event) => event.key === "Escape" && tell("more"));
    this.on(navigator.mediaDevices, "devicechange", () => this.refresh());
    this.on(document, "fullscreenchange", () =>
      this.part("full").setAttribute("aria-pressed", String(Boolean(document.fullscreenElement))),
    );
    this.part("beside").hidden = !canStandBeside();
    this.part("full").hidden = !canGoFull();
    this.part("noise-row").hidden = !navigator.mediaDevices?.getSupportedConstraints?.().noiseSuppression;
  }

  /** `current()` says what is used: the ids by kind, `noise`, `blur` (null where it
   * cannot be had). */
  showsWhat(current) {
    this.#current = current;
  }

  /** True when it is open now. */
  toggle() {
    this.hidden = !this.hidden;
    if (this.hidden) return false;
    this.refresh();
    this.querySelector("h2").focus();
    return true;
  }

  setWhole(is) {
    this.part("whole").checked = is;
  }

  setSigns(is) {
    this.part("signs").checked = is;
  }

  /** What is plugged in just now, and which of it is used. */
  async refresh() {
    if (this.hidden) return;
    const [devices, current] = [await allDevices(), this.#current()];
    for (const select of this.querySelectorAll("[data-device]")) {
      this.#fill(select, devices.filter((one) => one.kind === select.dataset.device), current[select.dataset.device]);
    }
    const speakers = devices.filter((one) => one.kind === "audiooutput");
    this.part("speaker-row").hidden = !canChooseSpeaker() || speakers.length < 2;
    this.part("noise").checked = current.noise;
    this.part("blur-row").hidden = current.blur === null;
    this.part("blur").checked = Boolean(current.blur);
  }

  /** Who has the list open just now is not disturbed: it is left where nothing is new. */
  #fill(select, devices, used) {
    const names = devices.map(({ deviceId, label }, number) => [deviceId, label || `${select.dataset.unnamed} ${number + 1}`]);
    const isListed = devices.some((one) => one.deviceId === "default");
    if (select.dataset.usual && !isListed) names.unshift(["", select.dataset.usual]);
    const isNew = JSON.stringify(names) !== select.dataset.names;
    if (isNew) select.replaceChildren(...names.map(([id, name]) => new Option(name, id)));
    select.dataset.names = JSON.stringify(names);
    select.disabled = names.length < 1;
    if (names.some(([id]) => id === used)) select.value = used;
  }
}

customElements.define("vv-more", More);
