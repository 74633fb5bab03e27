/** What is pressed in the room, and what follows from it. */
import { Speaker } from "./devices.js";
import { canGoFull, goFull, standBeside } from "./views.js";

export class Presses {
  #unread = 0;

  /** `parts`: room (whose events are heard), media, monitor, connection, people, and the elements
   * stage, controls, chat, line, more, keys; `asked` are the words for who was asked;
   * `leave()`. */
  constructor(parts) {
    Object.assign(this, parts);
    this.speaker = new Speaker(this.stage, (news) => this.line.device("speaker", news));
    this.more.showsWhat(() => ({ ...this.media.current, audiooutput: this.speaker.chosen }));
    this.more.setWhole(this.stage.isWhole);
    this.more.setSigns(this.media.signs);
    if (!canGoFull()) this.keys.without("full");
    for (const [name, act] of Object.entries(ACTS)) {
      this.room.on(this.room, `vv-${name}`, (event) => act.call(this, event.detail));
    }
  }

  /** Whoever was muted by staff asks the room first; it says no where it is locked. */
  async pressMicrophone() {
    const open = await this.media.toggleMicrophone();
    if (open && this.people.mine) this.connection.send({ type: "unmute" });
  }

  askCustomer() {
    const { customer } = this.people;
    if (!customer) return;
    this.connection.send({ type: "ask", participant: customer.id, what: "camera" });
    this.room.say(this.asked);
  }

  async answerPrompt(answer) {
    if (answer === "rear") await this.media.turnCamera();
    else if (answer === "yes" && !this.media.camera) await this.media.toggleCamera();
  }

  /** The first unread one is said; the number stands beside the button. */
  countUnread(number) {
    if (number && !this.#unread) this.room.say(this.room.dataset.sayUnread);
    this.controls.setUnread((this.#unread = number));
  }

  toggleMore() {
    const hadFocus = this.more.contains(document.activeElement);
    const open = this.more.toggle();
    this.controls.setMore(open, !open && hadFocus);
    if (open && this.#chatIsOver) this.controls.setChat(this.chat.toggle());
  }

  toggleChat() {
    const open = this.chat.toggle();
    this.controls.setChat(open);
    if (open && this.#chatIsOver && !this.more.hidden) this.controls.setMore(this.more.toggle());
  }

  /** Beside the customer's picture there is room for one panel. */
  get #chatIsOver() {
    return !this.chat.hidden && !this.chat.hasAttribute("data-stays");
  }

  /** Pressed without a wish it is the other way than now. */
  showWhole(wish) {
    const is = wish ?? !this.stage.isWhole;
    this.stage.showWhole(is);
    this.more.setWhole(is);
    this.room.say(is ? this.room.dataset.sayWhole : this.room.dataset.sayFilled);
  }

  async standBeside() {
    if (!(await standBeside(this.stage.mainVideo))) this.room.say(this.room.dataset.sayNoPicture);
  }

  async choose({ kind, id }) {
    await (kind === "audiooutput" ? this.speaker.choose(id) : this.media.choose(kind, id));
    this.more.refresh();
  }
}

const ACTS = {
  microphone: Presses.prototype.pressMicrophone,
  camera() {
    this.media.toggleCamera();
  },
  turn() {
    this.media.turnCamera();
  },
  device({ act, kind }) {
    this.media[act](kind);
  },
  screen() {
    this.media.toggleScreen();
  },
  show: Presses.prototype.answerPrompt,
  chat: Presses.prototype.toggleChat,
  typing(text) {
    this.connection.send({ type: "typing", text });
  },
  unread: Presses.prototype.countUnread,
  order(order) {
    this.connection.send(order);
  },
  ask: Presses.prototype.askCustomer,
  more: Presses.prototype.toggleMore,
  choose: Presses.prototype.choose,
  noise(on) {
    this.media.quieten(on);
  },
  blur(on) {
    this.media.blur(on);
  },
  signs(on) {
    this.media.sign(on);
    this.monitor.sign(on);
  },
  whole: Presses.prototype.showWhole,
  beside: Presses.prototype.standBeside,
  full() {
    goFull(document.documentElement);
  },
  keys() {
    this.keys.open();
  },
  leave() {
    this.leave();
  },
};
