/** Tells of a connection that is lost for long, and of its return with what was missed. */
import { fill, gettext, ngettext } from "./text.js";

const LOST = 10_000; // ms; a shorter one is not worth a word
const CAUGHT_UP = 2_000; // after the return; until then comes what was missed
const UP = ["live", "delayed", "paused"];
const ENDED = ["signed-out", "update"]; // told in other words

export class Outage {
  #announcer;
  #timer;
  #up;
  #told = false;
  #missed = 0;

  /** When what is shown was last known to be right, in ms. */
  fresh = Date.now();

  constructor(announcer) {
    this.#announcer = announcer;
  }

  /** The connection has another state. */
  state(state) {
    const up = UP.includes(state);
    if (up) this.fresh = Date.now();
    if (ENDED.includes(state)) clearTimeout(this.#timer);
    else if (up !== this.#up) this.#turned(up);
    this.#up = up;
  }

  #turned(up) {
    clearTimeout(this.#timer);
    if (!up) this.#timer = setTimeout(() => this.#lost(), LOST);
    else if (this.#told) this.#timer = setTimeout(() => this.#back(), CAUGHT_UP);
  }

  /** An event has come; whether it was missed while there was no connection. */
  heard({ type, data }) {
    if (this.#told && type === "notification.created" && data.inbox) this.#missed += 1;
    return this.#told;
  }

  #lost() {
    if (!this.#told) this.#announcer.say(gettext("Connection lost. Trying again."));
    this.#told = true;
  }

  #back() {
    const count = this.#missed;
    const text = ngettext(
      "Back online. %(count)s new notification.",
      "Back online. %(count)s new notifications.",
      count,
    );
    this.#announcer.say(count ? fill(text, { count }) : gettext("Back online."));
    this.#told = false;
    this.#missed = 0;
  }
}
