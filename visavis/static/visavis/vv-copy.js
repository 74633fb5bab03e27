import { Element } from "./element.js";

/** Turns a link into "copy": pressed, it puts its address on the clipboard and says so.
 * Without this, or without a clipboard, it stays a link. */
class Copy extends Element {
  connected() {
    if (navigator.clipboard) this.on(this.part("copy"), "click", this.copy);
  }

  async copy(event) {
    event.preventDefault();
    try {
      await navigator.clipboard.writeText(this.dataset.text);
    } catch {
      const { href } = this.part("copy");
      if (href) location.assign(href);
      return;
    }
    const words = this.part("words");
    if (words) words.textContent = this.dataset.done;
    this.say(this.dataset.done);
  }
}

customElements.define("vv-copy", Copy);
