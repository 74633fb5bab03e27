/** The room: devices, connection, people and controls brought together. */
import { Element } from "../visavis/element.js";
import { RoomConnection } from "./connection.js";
import { OwnMedia } from "./own-media.js";
import { compare } from "./quality.js";
import { setRoomState, setState } from "./states.js";
import "./vv-chat.js";
import "./vv-controls.js";
import "./vv-stage.js";

const SAMPLE_EVERY = 2_000;

class Room extends Element {
  #connection;
  #media;
  #others = new Set();
  #me = "";
  #unread = 0;
  #before = { inbound: [], outbound: [] };
  #sampler;

  connected() {
    this.stage = this.querySelector("vv-stage");
    this.controls = this.querySelector("vv-controls");
    this.chat = this.querySelector("vv-chat");
    const { sessionsUrl: url, csrf, iceServers } = this.dataset;
    this.#connection = new RoomConnection({ url, csrf, iceServers: JSON.parse(iceServers) });
    this.#media = new OwnMedia(this.#connection, this.stage, this.controls);
    this.stage.ringBy(this.#connection.level);
    window.visavisRoom = { stats: () => this.#connection.stats() };
    this.on(this.#connection, "state", (event) => this.#becomes(event.detail));
    this.on(this.#connection, "track", (event) => this.stage.addTrack(event.detail));
    this.on(this.#connection, "message", (event) => this.#hear(event.detail));
    this.on(this, "vv-microphone", () => this.#media.toggleMicrophone());
    this.on(this, "vv-camera", () => this.#media.toggleCamera());
    this.on(this, "vv-chat", this.#toggleChat);
    this.on(this, "vv-leave", () => this.#connection.leave());
    this.on(this, "vv-say", (event) => this.chat.sent(this.#connection.send({ type: "chat", text: event.detail })));
    this.on(this.part("rejoin"), "click", this.#start);
    this.on(window, "pagehide", () => this.#connection.leave());
    this.on(window, "pageshow", (event) => event.persisted && location.reload());
    this.#sampler = setInterval(() => this.#sample(), SAMPLE_EVERY);
    this.#start();
  }

  disconnected() {
    clearInterval(this.#sampler);
  }

  async #start() {
    await this.#media.start(this.dataset.cameraFirst === "on");
    this.#connection.enter();
  }

  #toggleChat() {
    this.#unread = 0;
    if (this.chat.hidden) this.chat.open();
    else this.chat.hidden = true;
    this.controls.setChat(!this.chat.hidden, 0);
  }

  #becomes({ state, reason, kept }) {
    if (reason === "waiting" && this.dataset.waitingUrl) location.assign(this.dataset.waitingUrl);
    setRoomState(state);
    this.dataset.state = state;
    if (!kept) this.#others.clear();
    if (state === "connected") this.stage.setOthers(this.#others.size);
    else this.stage.setAbsence(state);
    const ended = this.part("ended");
    ended.hidden = state !== "ended";
    this.controls.show(state !== "ended");
    if (state !== "ended") return;
    setState(ended, reason);
    ended.focus();
    this.#media.stop();
  }

  #hear(message) {
    const person = message.participant;
    if (message.type === "welcome") {
      this.#me = message.you;
      this.#meet(message.participants);
    } else if (message.type === "chat") this.#showLine(message);
    else if (message.type === "error") this.chat.refuse();
    else if (["joined", "back", "resumed"].includes(message.type)) this.#meet([person]);
    else if (["away", "interrupted"].includes(message.type)) this.#miss(person, "away", this.dataset.sayAway);
    else if (message.type === "left" && message.reason !== "replaced") this.#miss(person, "left", this.dataset.sayLeft);
  }

  #meet(people) {
    const before = this.#others.size;
    for (const person of people) this.#others.add(person.id);
    if (this.#others.size > before) this.say(this.dataset.sayJoined);
    this.stage.setOthers(this.#others.size);
  }

  #miss(person, why, words) {
    this.#others.delete(person.id);
    this.say(words);
    this.stage.setOthers(this.#others.size, why);
  }

  #showLine(line) {
    this.chat.add(line, line.from === this.#me);
    if (!this.chat.hidden) return;
    this.#unread += 1;
    this.controls.setChat(false, this.#unread);
  }

  async #sample() {
    if (this.#connection.state !== "connected") return;
    const after = await this.#connection.stats();
    this.stage.setQuality(compare(this.#before, after));
    this.#before = after;
  }
}

customElements.define("vv-room", Room);
