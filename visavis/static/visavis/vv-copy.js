import { Element } from "./element.js";

/** Copies a link's address and says so for six seconds. Without a clipboard it stays a
 * link. */
class Copy extends Element {
  connected() {
    if (navigator.clipboard) this.on(this.part("copy"), "click", this.copy);
  }

  async copy(event) {
    event.preventDefault();
    const { text, done } = this.dataset;
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const { href } = this.part("copy");
      if (href) location.assign(href);
      return;
    }
    this.say(done);
    const words = this.part("words");
    if (!words) return;
    this.usual ??= words.textContent;
    words.textContent = done;
    setTimeout(() => (words.textContent = this.usual), 6_000);
  }
}

customElements.define("vv-copy", Copy);
