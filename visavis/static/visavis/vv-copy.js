import { Element } from "./element.js";

const SAID_FOR = 6_000;

/** Turns a link into "copy": pressed, it puts its address on the clipboard and says so
 * for six seconds.
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
    this.say(this.dataset.done);
    this.label(this.dataset.done);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.label(this.usual), SAID_FOR);
  }

  label(text) {
    const words = this.part("words");
    this.usual ??= words?.textContent;
    if (words) words.textContent = text;
  }
}

customElements.define("vv-copy", Copy);
