/** What people write to each other. A line stands among the others when it has come
 * back from the room: then everybody has it, in the same order. Until then it shows as
 * on its way (chat-lines.js). With "letters as I type" the line that is being written
 * shows at once; screen readers hear whole lines only. */
import { Element } from "../visavis/element.js";
import { Lines, Outgoing } from "./chat-lines.js";
import { setState } from "./states.js";

const LETTERS_EVERY = 250;
/** Lines on their way that are written out; of more there is the number. */
const SHOWN = 2;
const KEY = "visavis.letters";
/** Pixels from the end within which one reads the newest line. */
const NEAR = 48;

class Chat extends Element {
  #lines = new Lines();
  #drafts = new Map();
  #typed = null;
  #out;
  #unread = 0;
  #inView = false;

  connected() {
    const { text } = this.part("form").elements;
    this.on(this.part("form"), "submit", (event) => {
      event.preventDefault();
      const words = text.value.trim();
      if (words) this.#write(words);
    });
    this.on(text, "input", () => this.part("letters").checked && this.#soon());
    this.part("letters").checked = sessionStorage.getItem(KEY) === "on";
    this.on(this.part("letters"), "change", () => {
      const on = this.part("letters").checked;
      sessionStorage.setItem(KEY, on ? "on" : "off");
      this.#tell("typing", on ? text.value : "");
    });
    const seen = new IntersectionObserver(([place]) => this.#look((this.#inView = place.isIntersecting)));
    seen.observe(this.part("end"));
    this.on(document, "visibilitychange", () => this.#look());
  }

  /** `send(message)` says whether it went out. */
  sendBy(send) {
    this.#out = new Outgoing(send, () => this.#showWaiting());
  }

  #write(words) {
    clearTimeout(this.#typed);
    this.#typed = null;
    this.part("form").elements.text.value = "";
    this.part("refused").hidden = true;
    this.#out.add(words);
  }

  /** Many letters, few messages: at most four a second, the last one always. */
  #soon() {
    this.#typed ??= setTimeout(() => {
      this.#typed = null;
      // Half of a character may be there; the room would refuse it.
      const { value } = this.part("form").elements.text;
      this.#tell("typing", value.toWellFormed?.() ?? value);
    }, LETTERS_EVERY);
  }

  /** The room did not take a line: it comes back into the field, with the reason. */
  refuse(code) {
    const words = this.#out.refuse(code);
    if (words === null) return;
    const { text } = this.part("form").elements;
    text.value = [words, text.value].filter(Boolean).join(" ");
    setState(this.part("refused"), code);
    this.part("refused").hidden = false;
  }

  /** The end of all that was written so far: only what is new is added, and heard. */
  restore(told, me) {
    for (const from of this.#drafts.keys()) this.draft({ from, text: "" });
    const { added, goes, missed, taken } = this.#lines.meet(told, me);
    if (goes) this.part("lines").replaceChildren();
    for (const line of added) this.#append(line, line.from === me);
    this.#out.greet(taken);
    if (missed) this.#look((this.#unread += missed));
  }

  /** A new line; what nobody has seen here is counted until it is read. */
  add(line, mine) {
    this.draft({ from: line.from, text: "" });
    this.#append(line, mine);
    if (mine) this.#out.confirm(line.text);
    else this.#look((this.#unread += 1));
  }

  /** Who has scrolled up to read is left there. */
  #append({ from, name, text }, mine) {
    this.#lines.push({ from, text });
    const log = this.part("log");
    const follows = mine || log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
    const line = this.#line(mine ? this.dataset.mine : name, text);
    line.classList.toggle("mine", mine);
    this.part("lines").append(line);
    if (follows) log.scrollTop = log.scrollHeight;
  }

  /** Read is what stands in a window that somebody looks at. */
  #look() {
    if (this.#inView && !this.hidden && !document.hidden) this.#unread = 0;
    this.#tell("unread", this.#unread);
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

  /** True when it is open now. Where it is always open one is led to it. */
  toggle() {
    this.hidden = !this.hidden && !this.hasAttribute("data-stays");
    if (!this.hidden) this.part("form").elements.text.focus();
    return !this.hidden;
  }

  #showWaiting() {
    const { lines } = this.#out;
    const shown = lines.slice(0, SHOWN).map((text) => this.#line(this.dataset.mine, text));
    this.part("waiting").replaceChildren(...shown);
    this.part("sending").hidden = !lines.length;
    this.part("left").textContent = lines.length > SHOWN ? lines.length : "";
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
