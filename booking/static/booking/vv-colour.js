import { Element } from "../visavis/element.js";

/** Puts the browser's own chooser of colours beside the field of the code: each follows
 * the other. Without this the code is typed. */
class Colour extends Element {
  connected() {
    this.code = this.querySelector("input");
    this.picker = document.createElement("input");
    this.picker.type = "color";
    this.picker.className = "pick";
    this.picker.ariaLabel = this.dataset.label;
    this.prepend(this.picker);
    this.follow();
    this.on(this.code, "input", this.follow);
    this.on(this.picker, "input", this.write);
    this.on(this.code.form, "reset", () => setTimeout(() => this.follow()));
  }

  follow() {
    const code = this.code.value.trim().replace(/^#?/, "#");
    if (/^#[0-9a-f]{6}$/i.test(code)) this.picker.value = code;
  }

  write() {
    this.code.value = this.picker.value.toUpperCase();
    this.code.dispatchEvent(new Event("change", { bubbles: true }));
  }

  disconnected() {
    this.picker.remove();
  }
}

customElements.define("vv-colour", Colour);
