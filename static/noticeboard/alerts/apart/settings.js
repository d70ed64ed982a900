/** The switches for this browser: desktop notifications with what the browser allows, and sound. */
import { setText, slot } from "../../views/dom.js";
import { keepOwn, own } from "../own.js";
import { ask, explain, permission } from "./permission.js";
import { play } from "./sound.js";

export class AlertSettings {
  #root;

  /** `root` is the element of `_alerts.html`. */
  constructor(root) {
    this.#root = root;
    const [desktop, sound, volume] = ["desktop", "sound", "volume"].map((name) => slot(root, name));
    desktop.addEventListener("change", () => this.#desktop(desktop.checked));
    sound.addEventListener("change", () => this.#sound(sound.checked));
    volume.addEventListener("change", () => keepOwn({ volume: Number(volume.value) }));
    slot(root, "play").addEventListener("click", () => this.#sample());
    addEventListener("storage", () => this.#show());
    document.addEventListener("noticeboard:own", () => this.#show());
    root.hidden = false;
    this.#show();
  }

  #show() {
    const set = own();
    const state = permission();
    const desktop = slot(this.#root, "desktop");
    desktop.checked = set.desktop && state === "granted";
    desktop.disabled = !["default", "granted"].includes(state);
    setText(slot(this.#root, "state"), explain(state));
    slot(this.#root, "state").dataset.state = state;
    slot(this.#root, "sound").checked = set.sound;
    slot(this.#root, "volume").value = set.volume;
  }

  async #desktop(on) {
    keepOwn({ desktop: on && (await ask()) === "granted" });
  }

  /** The sample says how it is, and lets this page be heard. */
  #sound(on) {
    keepOwn({ sound: on });
    if (on) this.#sample();
  }

  #sample() {
    play("default", Number(slot(this.#root, "volume").value));
  }
}
