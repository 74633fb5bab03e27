/** Half a minute without each other: the visit goes on by telephone, by itself where the
 * number is known. A line that is back in time stops it; who is not reached by us either
 * is rescued by the server, which hears as little of them. Whoever does not come in at
 * all is offered the telephone, and may wait on. */

const AFTER = { reconnecting: 30_000, connecting: 45_000 };

export class Rescue {
  #form;
  #offer;
  #done;
  #state = "";
  #timer = 0;

  /** `form()` is the one that turns the visit into a call, or null; `offer()` shows it
   * where somebody has to write a number; `done()` when it is a call now. */
  constructor({ form, offer, done }) {
    this.#form = form;
    this.#offer = offer;
    this.#done = done;
  }

  /** Each state of the room. */
  watch(state) {
    if (state === this.#state) return;
    this.#state = state;
    clearTimeout(this.#timer);
    const act = state === "connecting" ? this.#offer : () => this.#go();
    this.#timer = AFTER[state] ? setTimeout(act, AFTER[state]) : 0;
  }

  async #go() {
    const form = this.#form();
    if (form?.checkValidity() && (await this.#send(form))) this.#done();
    else if (form) this.#offer();
  }

  /** A refusal leads back to this page. */
  async #send(form) {
    const wanted = this.#timer;
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form) }).catch(() => null);
    return Boolean(answer?.ok) && new URL(answer.url).pathname !== location.pathname && wanted === this.#timer;
  }
}
