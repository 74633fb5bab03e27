import { Element } from "../visavis/element.js";

const MARK = "kept ";

/** "Keep on this phone": a copy of the few facts that are needed without a network. It
 * is renewed at each visit of the page, dropped by a press, and dropped when the visit
 * is off or a day past; copies of other visits that are past go at the same time. */
class Keep extends Element {
  connected() {
    if (!navigator.serviceWorker || !window.caches) return;
    this.on(this.part("keep"), "click", this.keep);
    this.on(this.part("drop"), "click", this.drop);
    this.look();
  }

  get page() {
    return this.dataset.page;
  }

  async look() {
    await sweep((name) => until(name) <= Date.now());
    const isKept = await registered(this.page);
    if (isKept && this.dataset.copy) await this.renew();
    else if (isKept) await forget(this.page);
    this.hidden = !this.dataset.copy;
    if (!this.hidden) this.show(Boolean(await registered(this.page)));
  }

  async keep() {
    try {
      await navigator.serviceWorker.register(this.dataset.worker, { scope: this.page });
      await this.renew();
    } catch {
      await forget(this.page);
    }
    const isKept = Boolean(await registered(this.page));
    this.show(isKept);
    if (isKept) this.part("drop").focus();
    this.say(isKept ? this.dataset.done : this.dataset.failed);
  }

  async drop() {
    await forget(this.page);
    this.show(false);
    this.part("keep").focus();
  }

  /** What is kept becomes what is true now; nothing is, where nothing may be kept. */
  async renew() {
    const answer = await fetch(this.dataset.copy).catch(() => null);
    if (!answer) return;
    const ends = Number(answer.headers.get("X-Keep-Until")) * 1000;
    if (!answer.ok || !ends) return forget(this.page);
    const name = `${MARK}${this.page} ${ends}`;
    const cache = await caches.open(name);
    await cache.put(this.page, answer);
    await cache.add(this.dataset.style);
    await sweep((other) => pageOf(other) === this.page && other !== name);
  }

  show(isKept) {
    this.part("keep").hidden = isKept;
    this.part("drop").hidden = !isKept;
  }
}

const pageOf = (name) => name.split(" ")[1];
const until = (name) => Number(name.split(" ")[2]);

async function registered(page) {
  const found = await navigator.serviceWorker.getRegistration(page);
  return found && new URL(found.scope).pathname === page ? found : null;
}

async function forget(page) {
  await sweep((name) => pageOf(name) === page);
  await (await registered(page))?.unregister();
}

async function sweep(isGone) {
  for (const name of await caches.keys()) {
    if (!name.startsWith(MARK) || !isGone(name)) continue;
    await caches.delete(name);
    if (until(name) <= Date.now()) await (await registered(pageOf(name)))?.unregister();
  }
}

customElements.define("vv-keep", Keep);
