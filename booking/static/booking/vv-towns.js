import { Element } from "../visavis/element.js";
import { isPressed } from "../visavis/pressed.js";

/** Asks for the towns of a postcode while the address is written: the only one is filled
 * in, several are offered. Without this the page says so once the form is sent. */
class Towns extends Element {
  connected() {
    const [postcode, city] = ["postcode", "city"].map((name) => this.querySelector(`[name="${name}"]`));
    Object.assign(this, { postcode, city, country: postcode.form.elements.country });
    this.asked = this.postcode.value;
    this.on(this.postcode, "input", this.follow);
    this.on(this.city, "change", this.ask);
    this.on(this.country, "change", this.ask);
  }

  follow() {
    const code = this.postcode.value.trim();
    if (code.length < 5 || code === this.asked) return;
    this.asked = code;
    this.ask({ fill: true });
  }

  async ask({ fill = false } = {}) {
    const typed = { postcode: this.postcode.value.trim(), country: this.country.value };
    const city = fill && this.city.value === this.filled ? "" : this.city.value;
    const address = `${this.dataset.from}?${new URLSearchParams({ ...typed, city })}`;
    const answer = await fetch(address).catch(() => null);
    const found = answer?.ok ? await answer.text() : null;
    // The town is left by pressing the button below, which must not move meanwhile.
    if (isPressed()) await new Promise((go) => addEventListener("pointerup", () => setTimeout(go), { once: true }));
    // An answer that was overtaken would speak of another postcode.
    if (found === null || this.postcode.value.trim() !== typed.postcode) return;
    this.part("found").innerHTML = found;
    if (fill) this.fill();
  }

  fill() {
    // Somebody may have begun to write the town while the answer was on its way.
    if (this.city.value && this.city.value !== this.filled) return;
    const names = new Set([...this.querySelectorAll("#towns option")].map((one) => one.value));
    this.filled = names.size === 1 ? [...names][0] : "";
    if (this.city.value === this.filled) return;
    this.city.value = this.filled;
    // What is typed next replaces it, where somebody was about to write.
    if (document.activeElement === this.city) this.city.select();
    this.city.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

customElements.define("vv-towns", Towns);
