/** What people write to each other. A line shows when it has come back from the room:
 * then everybody has it, in the same order. With "letters as I type" the line that is
 * being written shows at once; screen readers hear whole lines only. */
import { Element } from "../visavis/element.js";

const LETTERS_EVERY = 250;
const KEY = "visavis.letters";

class Chat extends Element {
  #drafts = new Map();
  #typed = null;

  connected() {
    const { text } = this.part("form").elements;
    this.on(this.part("form"), "submit", (event) => {
      event.preventDefault();
      const words = text.value.trim();
      if (words) this.#tell("say", words);
    });
    this.on(text, "input", () => this.part("letters").checked && this.#soon());
    this.part("letters").checked = sessionStorage.getItem(KEY) === "on";
    this.on(this.part("letters"), "change", () => {
      const on = this.part("letters").checked;
      sessionStorage.setItem(KEY, on ? "on" : "off");
      this.#tell("typing", on ? text.value : "");
    });
  }

  /** Many letters, few messages: at most four a second, the last one always. */
  #soon() {
    this.#typed ??= setTimeout(() => {
      this.#typed = null;
      this.#tell("typing", this.part("form").elements.text.value);
    }, LETTERS_EVERY);
  }

  /** The room's answer to `vv-say`: whether the line could be sent. */
  sent(done) {
    this.part("refused").hidden = done;
    if (!done) return;
    clearTimeout(this.#typed);
    this.#typed = null;
    this.part("form").reset();
    this.part("letters").checked = sessionStorage.getItem(KEY) === "on";
  }

  refuse() {
    this.part("refused").hidden = false;
  }

  /** All that was written so far, instead of what stands here. */
  restore(lines, me) {
    for (const from of this.#drafts.keys()) this.draft({ from, text: "" });
    this.part("lines").replaceChildren();
    for (const line of lines) this.add(line, line.from === me);
  }

  add({ from, name, text }, mine) {
    this.draft({ from, text: "" });
    const line = this.#line(mine ? this.dataset.mine : name, text);
    line.classList.toggle("mine", mine);
    const lines = this.part("lines");
    lines.append(line);
    lines.scrollTop = lines.scrollHeight;
  }

  /** What somebody is writing just now; an empty text takes it away. */
  draft({ from, name, text }) {
    this.#drafts.get(from)?.remove();
    this.#drafts.delete(from);
    if (!text) return;
    const line = this.#line(name, text);
    this.#drafts.set(from, line);
    this.part("drafts").append(line);
  }

  open() {
    this.hidden = false;
    this.part("form").elements.text.focus();
  }

  #line(author, text) {
    const line = this.part("line").content.firstElementChild.cloneNode(true);
    line.querySelector('[data-part="author"]').textContent = author;
    line.querySelector('[data-part="text"]').textContent = text;
    return line;
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(`vv-${name}`, { detail, bubbles: true }));
  }
}

customElements.define("vv-chat", Chat);
