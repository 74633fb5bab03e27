/** Keys of the room, as its own list says: the list is what they are read from. */
import { Element } from "../visavis/element.js";
import { choices, choose } from "./devices.js";

/** Where a letter is a letter. */
const TYPED_INTO = "input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable]";

class Keys extends Element {
  #acts = new Map();

  connected() {
    for (const row of this.querySelectorAll("[data-key]")) this.#acts.set(row.dataset.key, row.dataset.press);
    this.part("used").checked = choices(false).keys !== false;
    this.on(this.part("used"), "change", () => choose({ keys: this.part("used").checked }));
    this.on(document, "keydown", this.#hear);
  }

  open() {
    this.part("dialog").showModal();
  }

  /** What this browser cannot do is not listed. */
  without(...presses) {
    for (const press of presses) {
      const row = this.querySelector(`[data-press="${press}"]`);
      this.#acts.delete(row.dataset.key);
      row.hidden = row.previousElementSibling.hidden = true;
    }
  }

  #hear(event) {
    const press = this.#acts.get(event.key.toLowerCase());
    const isMeant = !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat && !event.isComposing;
    if (!press || !isMeant || !this.part("used").checked || this.part("dialog").open) return;
    if (event.target.closest?.(TYPED_INTO)) return;
    event.preventDefault();
    this.dispatchEvent(new CustomEvent(`vv-${press}`, { bubbles: true }));
  }
}

customElements.define("vv-keys", Keys);
