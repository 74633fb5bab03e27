/** What the room tells us, and what follows from it on the page. */

export class Hearing {
  /** `parts`: people, stage, chat, line, media, connection, words (data-say-…), say,
   * show(); `prompt` where one may be asked to show. */
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
    this.show();
  }

  ownSilence() {
    this.line.mutedBy(this.people.mine);
    this.media.silence(Boolean(this.people.mine));
  }

  meet({ participant: person }) {
    if (this.people.meet(person)) this.announce(person, person.role === "supervisor" ? "Supervisor" : "Joined");
    this.show();
  }

  miss({ participant: person, type }) {
    if (this.people.miss(person, type)) this.announce(person, "Away");
    this.show();
  }

  /** `gap` is over; another one of theirs may go on. */
  end(gap, { participant: person }) {
    this.people.hear(person, gap);
    this.show();
  }
}

const OF_CHAT = ["bad_text", "too_fast", "too_large", "too_long"];
const ACTS = {
  welcome(message) {
    this.people.welcome(message);
    this.chat.restore(message.history, message.you);
    this.ownSilence();
    this.media.tellMicrophone();
    this.media.tellCamera();
    this.media.tellSigns();
    for (const person of message.participants) this.announce(person, "Joined");
    this.show();
  },
  slots({ slots, wanted }) {
    this.stage.setSlots(slots, this.connection.trackOf);
    this.connection.want(wanted);
  },
  chat(message) {
    this.chat.add(message, message.from === this.people.me);
  },
  typing(message) {
    this.chat.draft(message);
  },
  pictures({ paused, limited = false }) {
    this.line.setSoundOnly(paused);
    this.stage.setLine({ paused, limited });
  },
  microphone(message) {
    this.people.turnMicrophone(message);
    this.show();
  },
  signs(message) {
    this.people.turnSigns(message);
    if (message.signs) this.announce(message.participant, "Signs");
    this.show();
  },
  camera(message) {
    this.people.turnCamera(message);
    this.show();
  },
  asked({ by }) {
    this.prompt?.ask(by.name);
  },
  error({ code }) {
    if (code === "locked") this.ownSilence();
    else if (OF_CHAT.includes(code)) this.chat.refuse(code);
  },
  joined: Hearing.prototype.meet,
  back(message) {
    this.end("away", message);
  },
  resumed(message) {
    this.end("interrupted", message);
  },
  away: Hearing.prototype.miss,
  interrupted: Hearing.prototype.miss,
  left({ participant: person, reason }) {
    // Who comes back by another way is here in a moment.
    if (reason === "replaced") return;
    if (this.people.lose(person, reason)) this.announce(person, "Left");
    this.chat.draft({ from: person.id, text: "" });
    this.show();
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
