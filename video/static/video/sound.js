/** Sounds that the page makes, and those that a microphone hears. */

/** Two soft notes: to try the speaker, and to call somebody who waits. */
export function chime(context = new AudioContext()) {
  [659.3, 880].forEach((frequency, index) => {
    const start = context.currentTime + index * 0.28;
    const note = context.createOscillator();
    const volume = context.createGain();
    note.frequency.value = frequency;
    volume.gain.setValueAtTime(0, start);
    volume.gain.linearRampToValueAtTime(0.25, start + 0.03);
    volume.gain.exponentialRampToValueAtTime(0.001, start + 0.6);
    note.connect(volume).connect(context.destination);
    note.start(start);
    note.stop(start + 0.65);
  });
  setTimeout(() => context.close(), 1500);
}

/** Calls `heard` with 0 to 1 about ten times a second; returns how to stop. */
export function watchLevel(track, heard) {
  const context = new AudioContext();
  const analyser = context.createAnalyser();
  const samples = new Float32Array((analyser.fftSize = 1024));
  context.createMediaStreamSource(new MediaStream([track])).connect(analyser);
  const timer = setInterval(() => {
    // Before the first press on the page it hears nothing, which proves nothing.
    if (context.state !== "running") return;
    analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, value) => sum + value * value, 0) / samples.length;
    // −60 dB is a quiet room, −12 dB somebody who speaks up.
    heard(Math.min(1, Math.max(0, (10 * Math.log10(power + 1e-9) + 60) / 48)));
  }, 100);
  return () => {
    clearInterval(timer);
    context.close();
  };
}

const [SPEAKS_FROM, NOTHING_BELOW] = [0.45, 0.02];
/** Tenths of a second: of speech while muted, of not even a room's noise. */
const [SPOKEN, SILENT] = [12, 100];

/** Notices who speaks unheard: muted, or with a microphone that gives no sound.
 *
 * It listens to a copy of the track, for a muted one is silent to us as well. */
export class VoiceWatch {
  #hint;
  #open = true;
  #spoken = 0;
  #quiet = 0;
  #said = "";
  #stop = () => {};

  /** `hint` gets `muted`, `silent` or `` (all is well), on each change. */
  constructor(hint) {
    this.#hint = hint;
  }

  watch(track) {
    this.#stop();
    this.#stop = () => {};
    this.#spoken = this.#quiet = 0;
    this.#tell("");
    if (!track) return;
    const copy = track.clone();
    copy.enabled = true;
    const stop = watchLevel(copy, (level) => this.#hear(level));
    this.#stop = () => {
      stop();
      copy.stop();
    };
  }

  setOpen(open) {
    this.#open = open;
    this.#spoken = this.#quiet = 0;
    this.#tell("");
  }

  #hear(level) {
    this.#quiet = level < NOTHING_BELOW ? this.#quiet + 1 : 0;
    this.#spoken = level > SPEAKS_FROM ? this.#spoken + 1 : Math.max(0, this.#spoken - 0.5);
    if (!this.#open) this.#tell(this.#spoken >= SPOKEN ? "muted" : this.#said);
    else this.#tell(this.#quiet >= SILENT ? "silent" : "");
  }

  #tell(hint) {
    if (hint === this.#said) return;
    this.#said = hint;
    this.#hint(hint);
  }
}
