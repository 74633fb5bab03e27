import { Element } from "../visavis/element.js";

const DAY_MS = 86_400_000;
const SKIPPED = new Set(["hidden", "file", "password", "submit", "button"]);

/** Keeps what is typed into the form on this device, for a day, until it is booked: a lost
 * line, a reload or an hour that ran out costs no word. Hidden fields are not kept. Where
 * the browser lets nothing be kept, nothing is said and nothing is lost but that. */
class Typed extends Element {
  connected() {
    this.form = this.querySelector("form");
    this.key = `typed:${this.dataset.key}`;
    if (!this.form || !this.dataset.key) return;
    this.fill();
    this.on(this.form, "input", this.keep);
    this.on(this.form, "change", this.keep);
  }

  get fields() {
    return [...this.form.elements].filter((field) => field.name && !SKIPPED.has(field.type));
  }

  keep() {
    const kept = this.fields.map(({ name, type, value, checked }) =>
      isTick(type) ? [name, value, checked] : [name, value],
    );
    try {
      localStorage.setItem(this.key, JSON.stringify({ at: Date.now(), kept }));
    } catch {
      /* Storage is shut or full. */
    }
  }

  /** What the server wrote stands: it is newer than what was kept. */
  fill() {
    const kept = this.read();
    if (this.fields.some((field) => !isTick(field.type) && field.type !== "select-one" && field.value)) return;
    for (const [name, value, checked] of kept) {
      const field = this.fields.find((one) => one.name === name && (!isTick(one.type) || one.value === value));
      if (!field) continue;
      if (isTick(field.type)) field.checked = checked;
      else field.value = value;
      if (checked ?? value) field.closest("details")?.setAttribute("open", "");
    }
  }

  read() {
    try {
      const { at, kept } = JSON.parse(localStorage.getItem(this.key) ?? "{}");
      if (at > Date.now() - DAY_MS) return kept;
      localStorage.removeItem(this.key);
    } catch {
      /* Storage is shut, or somebody else wrote there. */
    }
    return [];
  }
}

function isTick(type) {
  return type === "checkbox" || type === "radio";
}

customElements.define("vv-typed", Typed);
