/** Our seat's few calls to the server, as /api/docs/ describes them. */
import { refusal } from "./endings.js";

/** An offer without an answer may still be taken by the server so long after. */
const DOUBT = 60_000;

export class Signalling {
  #url;
  #csrf;
  #seat = null;
  #stay = {};
  #lostAt = -DOUBT;

  constructor({ url, csrf }) {
    this.#url = url;
    this.#csrf = csrf;
  }

  /** The next offer takes the seat anew instead of resuming it. */
  forget() {
    this.#seat = null;
  }

  /** Whether an offer of ours may have been taken behind our back. */
  get inDoubt() {
    return performance.now() - this.#lostAt < DOUBT;
  }

  /** The answer to an offer; throws when none came `within` so many milliseconds. The
   * error's `final` is set where no try can help. */
  async offer(sdp, within) {
    const stay = this.#stay;
    const body = { type: "offer", sdp, ...(this.#seat && { resume: this.#seat.resume }) };
    const [status, content] = await this.#ask("POST", this.#address(), body, within);
    if (status !== 201) throw Object.assign(new Error(content.code), { final: refusal(status, content.code) });
    const seat = { session: content.session, resume: content.resume };
    if (stay === this.#stay) this.#seat = seat;
    else await this.#giveBack(seat); // left meanwhile: nobody sits here
    return { type: "answer", sdp: content.sdp };
  }

  /** The answer to a new offer of the same session; throws when it takes too long. */
  async renew(sdp, within) {
    const { session, resume } = this.#seat;
    const [status, content] = await this.#ask("PATCH", this.#address(session), { type: "offer", sdp }, within, resume);
    if (status !== 200) throw new Error(`the session was not renewed: ${status}`);
    return { type: "answer", sdp: content.sdp };
  }

  /** Give the seat back, also one that is being asked for. */
  async leave() {
    const seat = this.#seat;
    this.#seat = null;
    this.#stay = {};
    if (seat) await this.#giveBack(seat);
  }

  async #ask(method, address, body, within, resume = null) {
    const headers = { ...this.#headers(resume), "Content-Type": "application/json" };
    const signal = AbortSignal.timeout(within);
    try {
      const response = await fetch(address, { method, headers, body: JSON.stringify(body), signal });
      return [response.status, await response.json().catch(() => ({}))];
    } catch (error) {
      if (method === "POST") this.#lostAt = performance.now();
      throw error;
    }
  }

  /** `keepalive` lets the call outlive a page that closes. */
  async #giveBack({ session, resume }) {
    const headers = this.#headers(resume);
    await fetch(this.#address(session), { method: "DELETE", headers, keepalive: true }).catch(() => {});
  }

  #address(session) {
    const address = new URL(this.#url, location.href);
    if (session) address.pathname += `/${session}`;
    return address;
  }

  #headers(resume) {
    return { Accept: "application/json", "X-CSRFToken": this.#csrf, ...(resume && { "Resume-Secret": resume }) };
  }
}
