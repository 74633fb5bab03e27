import { Element } from "./element.js";

const EARTH_KM = 6371;

/** "Near me": asks for the place only when pressed, sorts the stores by distance and
 * writes it beside them. The place never leaves the browser. */
class Near extends Element {
  connected() {
    const button = this.part("near");
    if (!button || !navigator.geolocation) return;
    button.hidden = false;
    this.on(button, "click", this.ask);
  }

  ask() {
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => this.sort(coords),
      () => this.say(this.refuse()),
      { timeout: 10_000, maximumAge: 600_000 },
    );
  }

  refuse() {
    this.part("near").textContent = this.dataset.refused;
    return this.dataset.refused;
  }

  sort({ latitude, longitude }) {
    const places = this.parts("place").map((row) => {
      const [lat, lon] = row.dataset.point.split(" ").map(Number);
      const away = row.dataset.point ? distance(latitude, longitude, lat, lon) : Infinity;
      return { row, away };
    });
    places.sort((one, other) => one.away - other.away);
    for (const { row, away } of places) {
      if (away < Infinity) row.querySelector('[data-part="away"]').textContent = km(away);
      this.part("list").append(row);
    }
    this.say(this.dataset.sorted);
  }
}

function distance(lat, lon, otherLat, otherLon) {
  const rad = (degrees) => (degrees * Math.PI) / 180;
  const across = Math.sin(rad(otherLat - lat) / 2) ** 2;
  const along = Math.sin(rad(otherLon - lon) / 2) ** 2;
  const share = across + Math.cos(rad(lat)) * Math.cos(rad(otherLat)) * along;
  return 2 * EARTH_KM * Math.asin(Math.sqrt(share));
}

function km(value) {
  const digits = { maximumFractionDigits: value < 10 ? 1 : 0 };
  const number = value.toLocaleString(document.documentElement.lang, digits);
  return `${number} km`;
}

customElements.define("vv-near", Near);
