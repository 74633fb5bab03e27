/** Dragging a visit over the day's grid: a second way beside the "Move…" page.
 *
 * The grid's rows last five minutes. A drop fills the page's own form and sends it, so
 * the server decides and refuses in words, as for everybody. A finger scrolls; who has
 * no mouse, or none to hold still, has "Move…".
 */
import { Element } from "../visavis/element.js";

const FAR_ENOUGH = 6;
const ROW = 5 * 60 * 1000;

class Drag extends Element {
  #held = null;

  connected() {
    this.on(this, "pointerdown", this.#press);
    this.on(this, "pointermove", this.#move);
    this.on(this, "pointerup", this.#drop);
    this.on(this, "pointercancel", this.#letGo);
    this.on(this, "dragstart", (event) => event.preventDefault());
    this.on(document, "keydown", (event) => event.key === "Escape" && this.#letGo());
    this.on(this, "click", this.#click, { capture: true });
    for (const visit of this.parts("visit")) visit.classList.add("can-drag");
  }

  #press(event) {
    const visit = event.target.closest('[data-part="visit"]');
    if (!visit || event.button !== 0 || event.pointerType === "touch") return;
    const box = visit.getBoundingClientRect();
    this.#held = {
      visit,
      grip: event.clientY - box.top,
      from: { x: event.clientX, y: event.clientY },
      pointer: event.pointerId,
      target: null,
      moved: false,
    };
  }

  #move(event) {
    const held = this.#held;
    if (!held) return;
    const dx = event.clientX - held.from.x;
    const dy = event.clientY - held.from.y;
    if (!held.moved && Math.hypot(dx, dy) < FAR_ENOUGH) return;
    if (!held.moved) this.#lift(held);
    held.visit.style.translate = `${dx}px ${dy}px`;
    held.target = this.#targetAt(event, held);
    this.#show(held.target);
  }

  #lift(held) {
    held.moved = true;
    held.visit.classList.add("dragged");
    this.setPointerCapture(held.pointer);
  }

  /** The column under the pointer, and the row under the upper edge of the visit. */
  #targetAt(event, held) {
    for (const column of this.parts("column")) {
      const box = column.getBoundingClientRect();
      if (event.clientX < box.left || event.clientX >= box.right) continue;
      const rows = Number(this.dataset.rows);
      const row = Math.round((event.clientY - held.grip - box.top) / (box.height / rows));
      if (row < 0 || row >= rows) return null;
      const at = new Date(Date.parse(this.dataset.start) + row * ROW);
      return { column, at };
    }
    return null;
  }

  #show(target) {
    for (const column of this.parts("column")) {
      column.classList.toggle("drop-here", column === target?.column);
    }
    const words = target ? this.#words(target) : "";
    const note = this.part("target");
    note.hidden = !target;
    if (note.textContent !== words) note.textContent = words;
  }

  #words({ column, at }) {
    const hour = at.toLocaleTimeString(document.documentElement.lang, {
      timeZone: this.dataset.zone,
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    });
    return `${hour} · ${column.getAttribute("aria-label")}`;
  }

  #drop() {
    const held = this.#held;
    if (held?.moved && held.target && this.#isElsewhere(held)) {
      this.say(this.#words(held.target));
      this.#send(held);
    } else if (held && !held.moved) {
      this.#held = null;
    } else {
      this.#letGo();
    }
  }

  #isElsewhere({ visit, target }) {
    const stays = visit.closest('[data-part="column"]') === target.column;
    return !stays || Date.parse(visit.dataset.startsAt) !== target.at.getTime();
  }

  #send({ visit, target }) {
    const form = this.part("form");
    form.action = visit.dataset.move;
    form.elements.start.value = target.at.toISOString();
    form.elements.staff_member.value = target.column.dataset.member;
    form.elements.channel.value = visit.dataset.channel;
    form.elements.version.value = visit.dataset.version;
    form.submit();
  }

  #letGo() {
    const held = this.#held;
    if (!held) return;
    held.visit.style.translate = "";
    held.visit.classList.remove("dragged");
    this.#show(null);
    // The click that ends a drag comes after this.
    setTimeout(() => (this.#held = null));
  }

  /** A drag is no click: the visit is not opened by it. */
  #click(event) {
    if (this.#held?.moved) event.preventDefault();
  }
}

customElements.define("vv-drag", Drag);
