/** The room: devices, connection, people and controls brought together. */
import { Element } from "../visavis/element.js";
import "../visavis/vv-copy.js";
import { RoomConnection } from "./connection.js";
import { showEnding } from "./endings.js";
import { Hearing } from "./hearing.js";
import { LineMonitor, reportTo } from "./monitor.js";
import { OwnMedia } from "./own-media.js";
import { People } from "./people.js";
import { Presses } from "./presses.js";
import { Rescue } from "./rescue.js";
import { Showing } from "./showing.js";
import { setRoomState } from "./states.js";
import "./vv-chat.js";
import "./vv-controls.js";
import "./vv-keys.js";
import "./vv-line.js";
import "./vv-more.js";
import "./vv-people.js";
import "./vv-prompt.js";
import "./vv-stage.js";

class Room extends Element {
  #connection;
  #media;
  #monitor;
  #rescue;
  #showing;
  #people = new People(this.dataset.role, this.dataset.before);
  #stay = null;
  #absence = "connecting";

  connected() {
    for (const name of ["stage", "controls", "chat", "people", "line", "prompt", "more", "keys"]) this[name] = this.querySelector(`vv-${name}`);
    const { sessionsUrl: url, csrf, iceServers } = this.dataset;
    const connection = (this.#connection = new RoomConnection({ url, csrf, iceServers: JSON.parse(iceServers) }));
    this.#media = new OwnMedia(connection, this.stage, this.controls, this.line);
    this.chat.sendBy((message) => connection.send(message));
    this.#monitor = new LineMonitor(connection, reportTo(this.dataset), this.stage.expects);
    this.#monitor.sign(this.#media.signs);
    this.stage.ringBy(connection.level);
    this.#showing = new Showing(() => this.stage.shown, (message) => connection.send(message));
    this.#rescue = new Rescue({
      form: () => this.line.phoneForm, offer: () => this.line.offerPhone(), done: () => connection.end("by_phone"),
    });
    window.visavisRoom = { stats: () => connection.stats() };
    this.on(connection, "begin", this.#begins);
    this.on(connection, "state", (event) => this.#becomes(event.detail));
    const hearing = new Hearing({
      people: this.#people, stage: this.stage, chat: this.chat, line: this.line, prompt: this.prompt,
      media: this.#media, connection, words: this.dataset, say: (words) => this.say(words),
      show: () => this.#show(),
    });
    this.on(connection, "message", (event) => hearing.hear(event.detail));
    this.on(this.#monitor, "line", (event) => this.#tellLine(event.detail));
    const { stage, controls, chat, line, more, keys } = this;
    const presses = new Presses({
      room: this, media: this.#media, monitor: this.#monitor, connection, people: this.#people, asked: this.people.dataset.asked,
      stage, controls, chat, line, more, keys, leave: () => this.#leave(),
    });
    if ("writing" in this.dataset) presses.toggleChat();
    this.on(this.part("rejoin"), "click", this.#start);
    this.on(window, "pagehide", this.#leave);
    this.on(window, "pageshow", (event) => event.persisted && location.reload());
    this.#start();
  }

  disconnected() {
    this.#monitor.stop();
    this.#showing.stop();
  }

  /** Whoever leaves, or starts again, before the devices are open does not enter. */
  async #start() {
    const stay = (this.#stay = {});
    await this.#media.start(this.dataset.cameraFirst === "on", "writing" in this.dataset);
    if (stay === this.#stay) this.#connection.enter();
  }

  #leave() {
    this.#stay = null;
    this.#connection.leave();
  }

  /** Ours and the others' pages say of each picture whose line it is. */
  #tellLine(found) {
    const { comes, sends, stuck, rung, limited, busy } = found;
    this.line.show({ ...found, camera: this.#media.camera });
    this.stage.setLine({ weak: Boolean(comes), stuck });
    this.#media.limitedBy(sends || rung !== "720p" || limited ? "line" : busy ? "device" : "");
  }

  /** A new life of the connection: what the one before told holds no longer. */
  #begins() {
    this.#people.begin();
    this.#showing.begin();
    this.stage.setSlots([]);
    this.line.setSoundOnly(false);
    this.stage.setLine({ paused: false, limited: false, weak: false, stuck: [] });
    this.prompt?.close();
  }

  #becomes({ state, reason, by }) {
    if (reason === "waiting" && this.dataset.waitingUrl) location.assign(this.dataset.waitingUrl);
    if (state !== "connected" && state !== this.dataset.state) this.line.rest();
    setRoomState(state);
    this.dataset.state = state;
    this.#absence = reason === "busy" ? "busy" : state;
    if (state === "ended") this.#begins();
    this.#show();
    this.#rescue.watch(state);
    this.controls.show(state !== "ended");
    showEnding(this.part("ended"), state === "ended" ? reason : null, by);
    if (state === "ended") this.#media.stop();
  }

  /** The page says what is so by now, whatever came first. */
  #show() {
    const { list, why, customerIs } = this.#people;
    const isIn = this.#absence === "connected";
    this.stage.setPeople(list, isIn ? why : this.#absence);
    this.people.show(list);
    this.querySelector("vv-door")?.setPresence(isIn ? customerIs : null);
  }
}

customElements.define("vv-room", Room);
