import { Element } from "./element.js";

/** The bar's words follow the chosen hour, and the visitor's own zone is told when it
 * is not the store's. Without this the bar says "Continue" and the store's zone. */
class Times extends Element {
  connected() {
    this.on(this, "change", this.follow);
    this.follow();
    this.tellZone();
  }

  follow() {
    const chosen = this.querySelector("input[name=start]:checked");
    const go = this.part("go");
    if (!chosen || !go) return;
    go.textContent = `${this.dataset.continue} · ${chosen.dataset.words}`;
    this.say(`${chosen.dataset.words}, ${this.dataset.chosen}`);
  }

  tellZone() {
    const line = this.part("zone");
    const hour = this.querySelector(".plate time") ?? this.querySelector("time");
    const mine = Intl.DateTimeFormat().resolvedOptions().timeZone;
    if (!line || !hour || !mine) return;
    const there = this.hourIn(line.dataset.zone, hour.dateTime);
    const here = this.hourIn(mine, hour.dateTime);
    if (there === here) return;
    const told = document.createElement("b");
    told.textContent = ` ${there} = ${here} (${mine.split("/").pop().replaceAll("_", " ")})`;
    line.append(told);
  }

  hourIn(timeZone, instant) {
    const options = { hour: "2-digit", minute: "2-digit", timeZone };
    return new Intl.DateTimeFormat("fr-FR", options).format(new Date(instant));
  }
}

customElements.define("vv-times", Times);
