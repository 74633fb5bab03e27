/** Who is in the room: for everybody to read, for staff to mute, ask and put out. */
import { Element } from "../visavis/element.js";
import { setState } from "./states.js";

class People extends Element {
  connected() {
    this.on(this, "click", (event) => this.#press(event));
    this.on(this.part("invite"), "submit", (event) => this.#invite(event));
  }

  show(list) {
    const focused = this.contains(document.activeElement) ? document.activeElement.dataset : null;
    const rows = list.map((person) => this.#row(person));
    this.part("people").replaceChildren(...rows);
    this.part("alone").hidden = rows.length > 0;
    if (!focused?.who) return;
    this.querySelector(`[data-act="${focused.act}"][data-who="${focused.who}"]`)?.focus();
  }

  #row(person) {
    const row = this.part("row").content.firstElementChild.cloneNode(true);
    row.querySelector("[data-name]").textContent = person.name;
    for (const role of row.querySelectorAll("[data-role]")) role.hidden = role.dataset.role !== person.role;
    row.querySelector('[data-part="is-muted"]').hidden = !person.muted;
    row.querySelector('[data-part="is-quiet"]').hidden = person.muted || !person.quiet;
    for (const button of row.querySelectorAll("[data-act]")) {
      const { act } = button.dataset;
      const isOurs = ["adviser", "supervisor"].includes(person.role);
      button.hidden = act === "unmute" ? !person.muted : ["mute", "lock"].includes(act) ? person.muted : isOurs;
      button.dataset.who = person.id;
      button.setAttribute("aria-label", `${button.textContent.trim()} : ${person.name}`);
    }
    return row;
  }

  #press(event) {
    const { act, who } = event.target.closest("[data-act]")?.dataset ?? {};
    if (!act) return;
    if (act === "remove") return this.#remove(who);
    const orders = {
      mute: { type: "mute", muted: true },
      lock: { type: "mute", muted: true, locked: true },
      unmute: { type: "mute", muted: false },
      ask: { type: "ask", what: "camera" },
    };
    this.dispatchEvent(new CustomEvent("vv-order", { detail: { ...orders[act], participant: who }, bubbles: true }));
    if (act === "ask") this.say(this.dataset.asked);
  }

  async #remove(who) {
    const form = this.part("remove");
    form.elements.who.value = who;
    await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" }).catch(() => {});
  }

  /** The link comes as a piece of the page; leaving the page would end the call. */
  async #invite(event) {
    event.preventDefault();
    const form = event.target;
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) }).catch(() => null);
    this.part("invitation").innerHTML = answer?.ok ? await answer.text() : "";
    setState(this.part("no-invitation"), answer?.ok ? "" : answer?.status === 409 ? "full" : "failed");
    this.part("no-invitation").hidden = Boolean(answer?.ok);
    this.part("invitation").querySelector("input")?.select();
  }
}

customElements.define("vv-people", People);
