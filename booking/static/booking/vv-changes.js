import { Element } from "../visavis/element.js";

/** A bar that saves: says what was changed in its form, asks before the page is left with
 * that, and saves by Ctrl+S. Without this it is the bar with its two buttons. */
class Changes extends Element {
  connected() {
    this.form = this.closest("form");
    this.was = this.values();
    this.on(this.form, "input", this.follow);
    this.on(this.form, "change", this.follow);
    this.on(this.form, "reset", () => setTimeout(() => this.follow()));
    this.on(this.form, "submit", () => (this.sent = true));
    this.on(window, "beforeunload", this.ask);
    this.on(window, "pageshow", () => (this.sent = false));
    this.on(document, "keydown", this.save);
  }

  /** By the words of its label, what stands in each field. */
  values() {
    const found = new Map();
    for (const field of this.form.elements) {
      if (!field.name || !field.labels?.length || field.type === "file") continue;
      if (field.form !== this.form || field.type === "submit") continue;
      const ticks = field.type === "checkbox" || field.type === "radio";
      const group = ticks && field.closest("fieldset")?.querySelector("legend");
      const words = (group || field.labels[0]).textContent.trim();
      const value = ticks && !field.checked ? "" : field.value;
      found.set(words, `${found.get(words) ?? ""} ${value}`);
    }
    return found;
  }

  follow() {
    const now = this.values();
    this.changed = [...now.keys()].filter((words) => now.get(words) !== this.was.get(words));
    const count = this.changed.length;
    const said = count > 1 ? this.dataset.many.replace("0", count) : this.dataset.one;
    const text = count ? `${said} ${this.changed.join(", ")}` : "";
    if (this.part("words").textContent !== text) this.part("words").textContent = text;
  }

  ask(event) {
    if (this.changed?.length && !this.sent) event.preventDefault();
  }

  save(event) {
    if (event.key !== "s" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    this.form.requestSubmit();
  }
}

customElements.define("vv-changes", Changes);
