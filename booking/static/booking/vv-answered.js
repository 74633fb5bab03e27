import { Element } from "../visavis/element.js";

/** Says once that somebody looks at the page that a mail led to. A GET changes nothing,
 * and what opens links for a mail server does not stay to look. */
class Answered extends Element {
  connected() {
    if (document.visibilityState === "visible") this.tell();
    else this.on(document, "visibilitychange", this.tell);
  }

  tell() {
    const form = this.querySelector("form");
    if (!form || this.told || document.visibilityState !== "visible") return;
    this.told = true;
    fetch(form.action, { method: "POST", body: new FormData(form) }).catch(() => {});
    // Told: neither a bookmark nor a shared address shall say it again.
    history.replaceState(history.state, "", location.pathname + location.hash);
  }
}

customElements.define("vv-answered", Answered);
