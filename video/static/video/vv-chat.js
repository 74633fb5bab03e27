/** What people write to each other. A line shows when it has come back from the room:
 * then everybody has it, in the same order. */
import { Element } from "../visavis/element.js";

class Chat extends Element {
  connected() {
    this.on(this.part("form"), "submit", (event) => {
      event.preventDefault();
      const text = this.part("form").elements.text.value.trim();
      if (text) this.dispatchEvent(new CustomEvent("vv-say", { detail: text, bubbles: true }));
    });
  }

  /** The room's answer to `vv-say`: whether the line could be sent. */
  sent(done) {
    this.part("refused").hidden = done;
    if (done) this.part("form").reset();
  }

  refuse() {
    this.part("refused").hidden = false;
  }

  add({ name, text }, mine) {
    const line = this.part("line").content.firstElementChild.cloneNode(true);
    line.classList.toggle("mine", mine);
    line.querySelector('[data-part="author"]').textContent = mine ? this.dataset.mine : name;
    line.querySelector('[data-part="text"]').textContent = text;
    const lines = this.part("lines");
    lines.append(line);
    lines.scrollTop = lines.scrollHeight;
  }

  open() {
    this.hidden = false;
    this.part("form").elements.text.focus();
  }
}

customElements.define("vv-chat", Chat);
