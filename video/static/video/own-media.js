/** One's own sound, picture and screen: opened, muted, turned round, given back.
 *
 * A device may take its time to open, so what is wanted of it meanwhile waits: it is
 * never opened twice, and whoever leaves before it is open leaves nothing on.
 */
import { choices, choose, hasTwoCameras, nextCamera, openDevice, openScreen } from "./devices.js";
import { VoiceWatch } from "./voice.js";

export class OwnMedia {
  #connection;
  #stage;
  #controls;
  #facing = "user";
  #chosen = null;
  #silenced = false;
  #voice;
  #turns = { audio: Promise.resolve(), video: Promise.resolve() };

  /** `hint(state)` is told when somebody speaks unheard, see voice.js. */
  constructor(connection, stage, controls, hint) {
    this.#connection = connection;
    this.#stage = stage;
    this.#controls = controls;
    this.#voice = new VoiceWatch(hint);
  }

  /** As chosen in the device check. */
  async start(cameraFirst) {
    const wanted = choices(cameraFirst);
    await this.#setMicrophone(wanted.microphone);
    await this.#setCamera(wanted.camera);
  }

  /** Who has left is neither seen nor heard, and the camera's light goes out. */
  async stop() {
    await this.#setMicrophone(false);
    await this.#setCamera(false);
    await this.stopScreen();
  }

  get camera() {
    return Boolean(this.#connection.tracks.video);
  }

  /** True when the person wants to be heard again. */
  async toggleMicrophone() {
    await this.#inTurn("audio", () => {
      const { audio } = this.#connection.tracks;
      if (!audio) return this.#openMicrophone(true);
      audio.enabled = this.#silenced || !audio.enabled;
    });
    this.#showMicrophone();
    return Boolean(this.#connection.tracks.audio?.enabled);
  }

  /** The others see why they hear nothing of us; a new connection has to be told. */
  tellMicrophone() {
    this.#connection.send({ type: "microphone", open: Boolean(this.#connection.tracks.audio?.enabled) });
  }

  /** Staff have muted us in the room, or no longer: the button says what is true. */
  silence(silenced) {
    this.#silenced = silenced;
    this.#showMicrophone();
  }

  async toggleCamera() {
    await this.#inTurn("video", async () => {
      const on = !this.camera;
      await this.#openCamera(on);
      choose({ camera: on });
    });
  }

  async turnCamera() {
    await this.#inTurn("video", async () => {
      this.#facing = this.#facing === "user" ? "environment" : "user";
      this.#chosen = await nextCamera(this.#connection.tracks.video);
      await this.#openCamera(true);
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

  #inTurn(kind, act) {
    this.#turns[kind] = this.#turns[kind].catch(() => {}).then(act);
    return this.#turns[kind];
  }

  #setMicrophone = (on) => this.#inTurn("audio", () => this.#openMicrophone(on));
  #setCamera = (on) => this.#inTurn("video", () => this.#openCamera(on));

  async #openMicrophone(on) {
    const { track } = await this.#replace("audio", on, "user", () => this.#setMicrophone(false));
    this.#voice.watch(track);
    this.#showMicrophone();
  }

  async #openCamera(on) {
    const { track, problem } = await this.#replace("video", on, this.#facing, () => this.#setCamera(false));
    this.#stage.showSelf(track, this.#facing === "user");
    this.#controls.setCamera(track ? "on" : problem ? "missing" : "off");
    this.#controls.offerTurn(Boolean(track) && (await hasTwoCameras()));
  }

  #showMicrophone() {
    const { audio } = this.#connection.tracks;
    const open = Boolean(audio?.enabled) && !this.#silenced;
    this.#voice.setOpen(open);
    this.tellMicrophone();
    this.#controls.setMicrophone(audio ? (open ? "open" : "muted") : "missing");
  }

  /** `unplugged` is called when the device goes away by itself. */
  async #replace(kind, on, facing, unplugged) {
    this.#connection.tracks[kind]?.stop();
    const opened = on ? await openDevice(kind, facing, kind === "video" ? this.#chosen : null) : { track: null, problem: null };
    opened.track?.addEventListener("ended", unplugged);
    await this.#connection.replaceTrack(kind, opened.track);
    return opened;
  }
}
