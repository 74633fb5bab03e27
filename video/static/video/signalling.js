/** Our seat's few calls to the server, as /api/docs/ describes them. */

/** Refusals after which asking again is no use, and how the room then ends. */
const FINAL = {
  room_not_open: "over",
  goes_on_by_phone: "by_phone",
  not_found: "over",
  not_admitted: "waiting",
  seat_taken: "replaced",
  room_full: "full",
  offer_refused: "failed",
};

export class Signalling {
  #url;
  #csrf;
  #seat = null;

  constructor({ url, csrf }) {
    this.#url = url;
    this.#csrf = csrf;
  }

  /** The next offer takes the seat anew instead of resuming it. */
  forget() {
    this.#seat = null;
  }

  /** The answer to an offer. The error's `final` is set where no try can help. */
  async offer(sdp) {
    const body = { type: "offer", sdp, ...(this.#seat && { resume: this.#seat.resume }) };
    const headers = { ...this.#headers(), "Content-Type": "application/json" };
    const response = await fetch(this.#address(), { method: "POST", headers, body: JSON.stringify(body) });
    const content = await response.json().catch(() => ({}));
    if (!response.ok) throw Object.assign(new Error(content.code), { final: FINAL[content.code] });
    this.#seat = { session: content.session, resume: content.resume };
    return { type: "answer", sdp: content.sdp };
  }

  /** The answer to a new offer of the same session; throws when it takes too long. */
  async renew(sdp, within) {
    const response = await fetch(this.#address(this.#seat.session), {
      method: "PATCH",
      headers: { ...this.#headers(), "Content-Type": "application/json", "Resume-Secret": this.#seat.resume },
      body: JSON.stringify({ type: "offer", sdp }),
      signal: AbortSignal.timeout(within),
    });
    if (!response.ok) throw new Error(`the session was not renewed: ${response.status}`);
    return { type: "answer", sdp: (await response.json()).sdp };
  }

  /** Give the seat back; `keepalive` lets the call outlive a page that closes. */
  async leave() {
    const seat = this.#seat;
    this.#seat = null;
    if (!seat) return;
    const headers = { ...this.#headers(), "Resume-Secret": seat.resume };
    await fetch(this.#address(seat.session), { method: "DELETE", headers, keepalive: true }).catch(() => {});
  }

  #address(session) {
    const address = new URL(this.#url, location.href);
    if (session) address.pathname += `/${session}`;
    return address;
  }

  #headers() {
    return { Accept: "application/json", "X-CSRFToken": this.#csrf };
  }
}
