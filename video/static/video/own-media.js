/** One's own sound, picture and screen: opened, muted, turned round, given back.
 *
 * What is wanted of a device that still opens waits: it is never opened twice, and
 * whoever leaves before leaves nothing on.
 */
import { alreadyAllowed, blur, canBlur, choices, choose, hasTwoCameras, nextCamera, openScreen } from "./devices.js";
import { OwnDevice } from "./own-device.js";
import { VoiceWatch } from "./sound.js";

/** What the bar's buttons say of a state of own-device.js; whatever else is missing. */
const MICROPHONE = { live: "open", held: "paused", off: "missing" };
const CAMERA = { live: "on", held: "paused", off: "off" };

export class OwnMedia {
  #connection;
  #stage;
  #controls;
  #line;
  #facing = "user";
  #chosen = null;
  #preferred = null;
  #isClosed = false;
  #silenced = false;
  #limit = "";
  #noise = true;
  #blurred = false;
  #voice;
  #microphone;
  #camera;

  /** The `line` says when somebody speaks unheard, and what became of a device. */
  constructor(connection, stage, controls, line) {
    this.#connection = connection;
    this.#stage = stage;
    this.#controls = controls;
    this.#line = line;
    this.#voice = new VoiceWatch((hint) => line.hint(hint));
    this.#microphone = new OwnDevice("audio", (track) => this.#placeMicrophone(track), (news) => this.#hearOf(news));
    this.#camera = new OwnDevice("video", (track) => this.#placeCamera(track), (news) => this.#seeOf(news));
  }

  /** As chosen in the device check. A microphone that was refused there is not asked
   * for again; one that was closed in this room stays closed. Who writes needs none. */
  async start(cameraFirst, writes) {
    const wanted = choices(cameraFirst);
    this.#noise = wanted.noise !== false;
    this.#blurred = wanted.blur === true;
    this.#preferred = wanted.videoinput ?? null;
    this.#isClosed = wanted.closed === location.pathname;
    const may = !writes && (wanted.microphone || (await alreadyAllowed("audio")));
    const miss = () => (writes ? this.#microphone.close() : this.#microphone.miss(wanted.problem || "refused"));
    await this.#microphone.inTurn(() => (may ? this.#openMicrophone() : miss()));
    await this.#camera.inTurn(() => (wanted.camera ? this.#openCamera() : this.#camera.close()));
  }

  /** Who has left is neither seen nor heard, and the camera's light goes out. */
  async stop() {
    await this.#microphone.inTurn(() => this.#microphone.close());
    await this.#camera.inTurn(() => this.#camera.close());
    await this.stopScreen();
  }

  get camera() {
    return Boolean(this.#connection.tracks.video);
  }

  get #isHeard() {
    return this.#microphone.state === "live" && !this.#isClosed;
  }

  /** True when the person is heard again. */
  async toggleMicrophone() {
    await this.#microphone.inTurn(async () => {
      const { track, state } = this.#microphone;
      this.#isClosed = Boolean(track) && !this.#isClosed && !this.#silenced;
      choose({ closed: this.#isClosed ? location.pathname : "" });
      if (state !== "live" && !this.#isClosed) await this.#openMicrophone();
      else if (track) track.enabled = !this.#isClosed;
    });
    this.#showMicrophone();
    if (this.#isClosed) this.#line.device("microphone", "");
    return this.#isHeard;
  }

  /** The others see why they hear nothing of us; a new connection has to be told. */
  tellMicrophone() {
    this.#connection.send({ type: "microphone", open: this.#isHeard });
  }

  /** The others see why they see little or nothing of us, too. */
  tellCamera() {
    const state = { live: "on", held: "held" }[this.#camera.state] ?? "off";
    this.#connection.send({ type: "camera", state, limit: state === "on" ? this.#limit : "" });
  }

  /** Whether we speak in signs. */
  get signs() {
    return choices(false).signs === location.pathname;
  }

  sign(on) {
    choose({ signs: on ? location.pathname : "" });
    this.#hint(this.#camera.track);
    this.tellSigns();
  }

  tellSigns() {
    this.#connection.send({ type: "signs", signs: this.signs });
  }

  #hint(track) {
    if (track) track.contentHint = this.signs ? "motion" : "";
  }

  /** `line`, `device` or nothing: what holds our picture down. */
  limitedBy(limit) {
    if (limit === this.#limit) return;
    this.#limit = limit;
    this.tellCamera();
  }

  /** Staff have muted us in the room, or no longer: the button says what is true. */
  silence(silenced) {
    this.#silenced = silenced;
    this.#showMicrophone();
  }

  async toggleCamera() {
    await this.#camera.inTurn(async () => {
      const on = this.#camera.state === "off" || !this.#camera.track;
      await (on ? this.#openCamera() : this.#camera.close());
      choose({ camera: on });
    });
  }

  /** What is missing or taken, asked for once more by a press. */
  retry(kind) {
    const device = kind === "microphone" ? this.#microphone : this.#camera;
    return device.inTurn(() => (kind === "microphone" ? this.#openMicrophone() : this.#openCamera()));
  }

  /** The person goes on without: what is missing stays off for good. */
  without(kind) {
    choose(kind === "microphone" ? { closed: location.pathname } : { camera: false });
    if (kind === "camera") return this.#camera.inTurn(() => this.#camera.close());
    this.#isClosed = true;
    if (this.#microphone.track) this.#microphone.track.enabled = false;
    this.#hearOf("");
  }

  /** Ids of what is used, by kind, and what is done to it: `blur` is null where the
   * camera cannot. */
  get current() {
    const idOf = (device, kind) => device.track?.getSettings().deviceId ?? choices(false)[kind];
    return {
      audioinput: idOf(this.#microphone, "audioinput"), videoinput: idOf(this.#camera, "videoinput"),
      noise: this.#noise, blur: canBlur(this.#camera.track) ? this.#blurred : null,
    };
  }

  /** Another microphone or camera, in the middle of a sentence: the connection stays as
   * it is. A camera that is off is the next one to be turned on. */
  async choose(kind, id) {
    choose({ [kind]: id });
    if (kind === "audioinput") {
      return this.#microphone.inTurn(() => this.#microphone.choose({ device: id, noise: this.#noise }));
    }
    [this.#chosen, this.#preferred] = [null, id];
    await this.#camera.inTurn(async () => {
      if (!this.#camera.isWanted) return;
      await this.#camera.choose({ facing: this.#facing, device: id });
      this.#facing = this.#camera.track?.getSettings().facingMode ?? this.#facing;
      this.#controls.setTurned(this.#facing === "environment");
      this.#seeOf("");
    });
  }

  /** Browsers take noise away from a new track only. */
  quieten(noise) {
    choose({ noise: (this.#noise = noise) });
    return this.#microphone.inTurn(() => this.#microphone.isWanted && this.#openMicrophone());
  }

  async blur(on) {
    choose({ blur: (this.#blurred = on) });
    await blur(this.#camera.track, on);
  }

  async turnCamera() {
    await this.#camera.inTurn(async () => {
      this.#facing = this.#facing === "user" ? "environment" : "user";
      this.#preferred = null;
      this.#chosen = await nextCamera(this.#connection.tracks.video);
      await this.#openCamera();
      this.#controls.setTurned(this.#facing === "environment");
    });
  }

  async toggleScreen() {
    if (this.#connection.tracks.screen) return this.stopScreen();
    const track = await openScreen();
    if (!track) return;
    if (this.#connection.state === "ended") return track.stop();
    track.addEventListener("ended", () => this.stopScreen());
    this.#controls.setScreen(true);
    await this.#connection.share(track);
  }

  async stopScreen() {
    const { screen } = this.#connection.tracks;
    if (!screen) return;
    screen.stop();
    this.#controls.setScreen(false);
    await this.#connection.share(null);
  }

  #openCamera = () =>
    this.#camera.open({ facing: this.#facing, device: this.#chosen, before: this.#preferred });
  #openMicrophone = () => this.#microphone.open({ before: choices(false).audioinput, noise: this.#noise });

  /** What was closed by the person stays so, whichever device it is. */
  #placeMicrophone(track) {
    if (track) track.enabled = !this.#isClosed;
    return this.#connection.replaceTrack("audio", track);
  }

  async #placeCamera(track) {
    if (track && this.#blurred) await blur(track, true);
    this.#hint(track);
    await this.#connection.replaceTrack("video", track);
  }

  #hearOf(news) {
    const { state, track } = this.#microphone;
    this.#voice.watch(state === "live" ? track : null);
    this.#showMicrophone();
    this.#line.device("microphone", this.#isClosed ? "" : told(state, news));
  }

  #showMicrophone() {
    const { state } = this.#microphone;
    this.#voice.setOpen(this.#isHeard && !this.#silenced);
    this.tellMicrophone();
    const isMuted = this.#microphone.track && (this.#isClosed || (this.#silenced && state === "live"));
    this.#controls.setMicrophone(isMuted ? "muted" : (MICROPHONE[state] ?? "missing"));
  }

  async #seeOf(news) {
    const { state, track } = this.#camera;
    this.#stage.showSelf(state === "live" ? track : null, this.#facing === "user");
    this.#controls.setCamera(CAMERA[state] ?? "missing");
    this.tellCamera();
    this.#line.device("camera", told(state, news));
    this.#controls.offerTurn(Boolean(track) && (await hasTwoCameras()));
  }
}

/** There is nothing to say of what works as before, or is off as it is wanted. */
const told = (state, news) => (state === "live" ? news : state === "off" ? "" : state);
