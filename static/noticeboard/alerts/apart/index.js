/** What reaches a reader who does not look: desktop notifications and tones. */
import { own } from "../own.js";
import { Desktop } from "./desktop.js";
import { beSeen } from "./seen.js";
import { sound } from "./sound.js";

export class Alerts {
  #desktop;

  constructor(address) {
    this.#desktop = new Desktop(address);
    // Both need a page of a secure address.
    if (navigator.locks) beSeen();
  }

  /** `aloud` and `shown` say what the notification and the preferences allow. */
  arrive(item, { aloud, shown }) {
    const { desktop, sound: on, volume } = own();
    if (on && aloud) sound(item.level, volume);
    if (desktop && shown) this.#desktop.show(item, { silent: !on });
  }

  keep(wanted) {
    this.#desktop.keep(wanted);
  }
}
