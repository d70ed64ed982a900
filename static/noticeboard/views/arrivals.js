/** Hands what comes to toasts and the like, which are loaded with the first or the reader's sign. */
import { own } from "../alerts/own.js";
import { fill, gettext, heading } from "./text.js";
import { atFirstSign } from "./signs.js";

const WANTED = ["notification.created", "notification.retracted", "receipt.changed"];

export class Arrivals {
  #parts;
  #loading;
  #loaded;

  /** `parts` as those of `apart/arrivals.js`. */
  constructor(parts) {
    this.#parts = parts;
    const load = () => this.#load().catch(() => {});
    atFirstSign(load);
    if (own().desktop || own().sound) load();
  }

  /** An event: `seen` says that its row is before the reader's eyes, `late` that it was missed. */
  async heard(event, sight) {
    if (!WANTED.includes(event.type)) return;
    const all = await this.#load().catch(() => this.#failed(event));
    all?.heard(event, sight);
  }

  /** Take away what was handled, here or elsewhere. */
  refresh() {
    this.#loaded?.refresh();
  }

  #load() {
    this.#loading ??= this.#import();
    return this.#loading;
  }

  async #import() {
    try {
      const { Arrivals: All } = await import("./apart/arrivals.js");
      return (this.#loaded ??= new All(this.#parts));
    } catch (error) {
      this.#loading = undefined;
      throw error;
    }
  }

  /** The row is in the list; what is critical is told even so. */
  #failed({ type, data }) {
    if (type !== "notification.created" || data.level !== "critical") return;
    const text = gettext("Critical: %(title)s");
    this.#parts.announcer.interrupt(fill(text, { title: heading(data) }));
  }
}
