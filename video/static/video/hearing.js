/** What the room tells us, and what follows from it on the page. */

export class Hearing {
  /** `parts`: people, stage, chat, line, media, connection, words (data-say-…), say,
   * show(why), showLine(line); `prompt` where one may be asked to show. */
  constructor(parts) {
    Object.assign(this, parts);
  }

  hear(message) {
    const act = ACTS[message.type];
    if (act) act.call(this, message);
  }

  /** "%s is here", with the name of whom it is about. */
  announce({ name }, words) {
    this.say(this.words[`say${words}`].replace("%s", name));
  }

  hush(message) {
    if (message.participant.id === this.people.me) this.ownSilence();
    this.show("alone");
  }

  ownSilence() {
    this.line.mutedBy(this.people.mine);
    this.media.silence(Boolean(this.people.mine));
  }

  meet({ participant: person }) {
    if (this.people.meet(person)) this.announce(person, person.role === "supervisor" ? "Supervisor" : "Joined");
    this.show("alone");
  }

  miss({ participant: person }) {
    this.people.miss(person);
    this.announce(person, "Away");
    this.show("alone");
  }
}

const ACTS = {
  welcome(message) {
    this.people.welcome(message);
    this.chat.restore(message.history, message.you);
    this.ownSilence();
    this.media.tellMicrophone();
    this.line.setSoundOnly(false);
    for (const person of message.participants) this.announce(person, "Joined");
    this.show("alone");
  },
  slots({ slots, wanted }) {
    this.stage.setSlots(slots, this.connection.trackOf);
    this.connection.want(wanted);
  },
  chat(message) {
    this.showLine(message);
  },
  typing(message) {
    this.chat.draft(message);
  },
  pictures({ paused }) {
    this.line.setSoundOnly(paused);
  },
  microphone(message) {
    this.people.turnMicrophone(message);
    this.show("alone");
  },
  asked({ by }) {
    this.prompt?.ask(by.name);
  },
  error({ code }) {
    if (code === "locked") this.ownSilence();
    else this.chat.refuse();
  },
  joined: Hearing.prototype.meet,
  back: Hearing.prototype.meet,
  resumed: Hearing.prototype.meet,
  away: Hearing.prototype.miss,
  interrupted: Hearing.prototype.miss,
  left({ participant: person, reason }) {
    // Who comes back by another way is here in a moment.
    if (reason === "replaced") return;
    this.people.lose(person);
    this.chat.draft({ from: person.id, text: "" });
    this.announce(person, "Left");
    this.show("left");
  },
  muted(message) {
    this.people.mute(message);
    this.hush(message);
  },
  unmuted(message) {
    this.people.unmute(message);
    this.hush(message);
  },
};
