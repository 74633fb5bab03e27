/** Tells the room which pictures this page shows, how large, and who is pinned. */
const LOOK_EVERY = 300;
/** Milliseconds after which less is believed; more is told at once. */
const LESS_AFTER = 1_000;
const TELL_EVERY = 500;

const nameOf = ({ participant, source }) => `${participant} ${source}`;

function isMore(before, now) {
  const known = new Map(before.map((one) => [nameOf(one), one]));
  return now.some((one) => {
    const { lines, pinned } = known.get(nameOf(one)) ?? { lines: Infinity, pinned: false };
    return one.lines > lines || one.pinned !== pinned;
  });
}

export class Showing {
  #pictures;
  #send;
  #told = [];
  #toldAt = -TELL_EVERY;
  #wish = "[]";
  #since = 0;
  #timer;

  /** `pictures()` are the stage's: {participant, source, lines, pinned}; `send` says
   * whether a message went out. */
  constructor(pictures, send) {
    [this.#pictures, this.#send] = [pictures, send];
    this.#timer = setInterval(() => this.look(), LOOK_EVERY);
    document.addEventListener("visibilitychange", this);
  }

  handleEvent = () => this.look();

  stop() {
    clearInterval(this.#timer);
    document.removeEventListener("visibilitychange", this);
  }

  begin() {
    this.#told = [];
  }

  look() {
    const [now, pictures] = [performance.now(), this.#pictures()];
    const wish = JSON.stringify(pictures);
    if (wish !== this.#wish) [this.#wish, this.#since] = [wish, now];
    if (wish === JSON.stringify(this.#told)) return;
    const isDue = now - this.#since >= LESS_AFTER || isMore(this.#told, pictures);
    if (!isDue || now - this.#toldAt < TELL_EVERY) return;
    if (!this.#send({ type: "shows", pictures })) return;
    [this.#told, this.#toldAt] = [pictures, now];
  }
}
