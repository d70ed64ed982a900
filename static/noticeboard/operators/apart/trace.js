/** A trace of one person: what the log tells him, and which of his connections are past it. */
import { byId } from "../../views/dom.js";
import { fill, gettext, ngettext } from "../../views/text.js";
import { rows } from "./rows.js";

const MINUTE = 60_000;
const REFRESH = 1_000;
const MOST = 200; // rows that are kept, the newest

export class Trace {
  #ask;
  #events = [];
  #connections = [];
  #cursor;
  #until = 0;

  /** `ask(cursor)` → what came after it; undefined for the cursor to begin at. */
  constructor(ask) {
    this.#ask = ask;
    byId("trace").hidden = false;
    byId("trace-start").addEventListener("click", () => this.#start());
  }

  /** The person's connections as they are now. */
  connections(there) {
    this.#connections = there;
    this.#show();
  }

  async #start() {
    if (this.#until) return;
    this.#until = Date.now() + MINUTE;
    this.#events = [];
    this.#cursor = undefined;
    byId("trace-line").textContent = gettext("Tracing…");
    await this.#next();
  }

  async #next() {
    try {
      const { cursor, events } = await this.#ask(this.#cursor);
      this.#cursor = cursor;
      this.#events = [...events.reverse(), ...this.#events].slice(0, MOST);
      this.#show();
    } catch (error) {
      return this.#end(error.detail);
    }
    if (Date.now() >= this.#until) return this.#end(this.#count());
    setTimeout(() => this.#next(), REFRESH);
  }

  #end(line) {
    this.#until = 0;
    byId("trace-line").textContent = line;
  }

  #count() {
    const count = this.#events.length;
    return fill(ngettext("%(count)s event", "%(count)s events", count), { count });
  }

  #show() {
    const all = this.#connections.length;
    const told = this.#events.map((each) => {
      const past = this.#connections.filter(({ at }) => at >= each.seq).length;
      const values = { past, all };
      const text = each.internal ? gettext("internal") : fill(gettext("%(past)s of %(all)s"), values);
      return { ...each, shown: { ...each.shown, past: text } };
    });
    rows("events", "event-template", told);
  }
}
