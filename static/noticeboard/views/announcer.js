/** What a screen reader is told: seldom, together, and only in an emergency at once. */
import { byId } from "./dom.js";
import { fill, gettext, ngettext } from "./text.js";

const PAUSE = 3_000; // at most one polite announcement in this time

export class Announcer {
  #waiting = [];
  #arrived = 0;
  #critical = 0;
  #timer;
  #last = -PAUSE;

  /** Say it when the last one has been heard. */
  say(text) {
    this.#waiting.push(text);
    this.#plan();
  }

  /** A new notification: counted, and told with those that come at the same time. */
  arrival(level) {
    this.#arrived += 1;
    if (level === "critical") this.#critical += 1;
    this.#plan();
  }

  /** Interrupts: for what is critical, and for being signed out. */
  interrupt(text) {
    byId("urgent").textContent = text;
  }

  #plan() {
    this.#timer ??= setTimeout(() => this.#flush(), Math.max(100, this.#last + PAUSE - Date.now()));
  }

  #flush() {
    this.#timer = undefined;
    this.#last = Date.now();
    const texts = [...this.#waiting, ...this.#counted()];
    this.#waiting = [];
    byId("polite").textContent = texts.join(" ");
  }

  #counted() {
    const [count, critical] = [this.#arrived, this.#critical];
    this.#arrived = this.#critical = 0;
    if (!count) return [];
    const text = ngettext("%(count)s new notification", "%(count)s new notifications", count);
    if (!critical) return [fill(text, { count })];
    return [fill(gettext("%(new)s, %(critical)s critical"), { new: fill(text, { count }), critical })];
  }
}
