/** A bell without a connection: hears the page that leads, whichever kind of page that is. */
import { position } from "../client/cursor.js";
import { Silence } from "../sharing/silence.js";

export class Following {
  #line;
  #silence;
  #held; // events told while a snapshot is taken, or before the answer to our joining
  #live = false; // all up to the cursor was taken
  #turn = 0;

  state = "connecting";

  constructor(line) {
    this.#line = line;
    // Never as one that is looked at: a bell does not want the lead of a page.
    const { env } = line.given;
    const owner = { env: { ...env, hidden: () => true }, say: line.say, steal: () => line.steal() };
    this.#silence = new Silence(owner, line.timers);
  }

  start() {
    this.#join();
    this.#silence.start();
  }

  close() {
    this.#turn += 1;
  }

  woken() {
    this.#silence.ask();
  }

  hear({ term, do: what, cursor, events, event, status, frame }) {
    const known = this.#line.term;
    if (!(term >= known)) return;
    this.#line.term = term;
    this.#silence.broken();
    if (term > known && what !== "welcome") this.#join();
    if (status) this.#told(status);
    if (what === "welcome") this.#welcome(events, cursor);
    else if (what === "event") this.#event(event);
    else if (what === "beat" && this.#live) this.#line.moved(cursor);
    else if (what === "reset") this.#again(frame.cursor);
    else if (what === "out") this.#line.out();
  }

  #join() {
    this.#turn += 1;
    this.#live = false;
    this.#held = undefined;
    this.#line.say({ do: "join", cursor: this.#line.cursor, names: [] });
  }

  #welcome(events, cursor) {
    if (events) this.#goOn(events, cursor);
    else this.#again(cursor);
  }

  #goOn(events, cursor) {
    this.#turn += 1;
    this.#live = true;
    this.#held = undefined;
    for (const event of events) this.#line.take(event);
    this.#line.moved(cursor);
  }

  #event(event) {
    if (this.#live) this.#line.take(event);
    else this.#held?.push(event);
  }

  /** A snapshot instead of what was missed: one that reaches `end`, what is told meanwhile on top. */
  async #again(end) {
    const turn = ++this.#turn;
    this.#live = false;
    this.#held = [];
    const cursor = await this.#line.snapshot(end);
    if (turn !== this.#turn) return;
    this.#line.cursor = cursor;
    this.#goOn(this.#held, position(end) > position(cursor) ? end : cursor);
  }

  #told({ state }) {
    if (this.state === state) return;
    this.state = state;
    this.#line.changed();
  }
}
