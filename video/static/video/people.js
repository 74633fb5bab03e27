/** Who is in the room beside us, whom staff have muted, and who muted themselves. */
export class People {
  me = "";
  others = new Map();
  muted = new Map();
  quiet = new Set();

  /** The room's greeting: everything anew. */
  welcome({ you, participants, muted = [], quiet = [] }) {
    this.me = you;
    this.others = new Map(participants.map((person) => [person.id, { ...person, away: false }]));
    this.muted = new Map(muted.map((one) => [one.participant, one]));
    this.quiet = new Set(quiet);
  }

  turnMicrophone({ participant, open }) {
    if (open) this.quiet.delete(participant.id);
    else this.quiet.add(participant.id);
  }

  forget() {
    this.others.clear();
  }

  /** True when they were not known yet. */
  meet(person) {
    const isNew = !this.others.has(person.id);
    if (person.id !== this.me) this.others.set(person.id, { ...person, away: false });
    return isNew && person.id !== this.me;
  }

  miss(person) {
    const known = this.others.get(person.id);
    if (known) known.away = true;
  }

  lose(person) {
    this.others.delete(person.id);
  }

  mute({ participant, by, locked }) {
    this.muted.set(participant.id, { participant: participant.id, by: by.name, locked });
  }

  unmute({ participant }) {
    this.muted.delete(participant.id);
  }

  get list() {
    return [...this.others.values()].map((person) => ({
      ...person, muted: this.muted.has(person.id), quiet: this.quiet.has(person.id),
    }));
  }

  get customer() {
    return this.list.find((person) => person.role === "customer") ?? null;
  }

  get mine() {
    return this.muted.get(this.me) ?? null;
  }
}
