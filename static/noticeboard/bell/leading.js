/** The bell with the connection: tells the other pages of the browser what it hears. */
import { Memory } from "../sharing/memory.js";
import { Stream } from "./stream.js";

const BEAT = 10_000;

export class Leading {
  #line;
  #stream;
  #memory = new Memory();
  #term;
  #turn = 0;

  constructor(line) {
    this.#line = line;
    this.#memory.restart(line.cursor);
    this.#stream = new Stream(line.given, this, line.timers);
  }

  get cursor() {
    return this.#line.cursor;
  }

  get state() {
    return this.#stream.state;
  }

  start() {
    this.#announce();
    this.#beat();
    this.#stream.open();
  }

  close() {
    this.#turn += 1;
    this.#stream.close();
  }

  woken() {
    this.#stream.check();
  }

  hear({ term, do: what, from, cursor, seen }) {
    if (term) return;
    if (what === "join") {
      this.#memory.mark(this.cursor);
      this.#say("welcome", { to: from, events: this.#memory.after(cursor), ...this.#told() });
    } else if (what === "ask") {
      // A page can do more than a bell with a connection: it gets the lead.
      if (seen) this.#say("yours", { to: from });
      this.#beat();
    }
  }

  frame(frame) {
    if (frame.signal) return this.#say("signal", { frame });
    if (frame.control === "reset") return this.#reset(frame);
    if (frame.control) return this.#line.moved(frame.cursor);
    this.#memory.add(frame);
    this.#say("event", { event: frame });
    this.#line.take(frame);
  }

  /** Where no stream can be had, a snapshot at each attempt is what a bell shows. */
  async failed() {
    const turn = this.#turn;
    const cursor = await this.#line.snapshot();
    if (turn !== this.#turn) return;
    this.#line.moved(cursor);
    this.#memory.restart(cursor);
    this.#announce();
  }

  out() {
    this.#say("out");
    this.#line.out();
  }

  changed() {
    if (this.#term) this.#say("status", this.#told());
    this.#line.changed();
  }

  async #reset(frame) {
    this.#stream.close();
    this.#memory.restart();
    this.#say("reset", { frame });
    const turn = this.#turn;
    const cursor = await this.#line.snapshot(frame.cursor);
    if (turn !== this.#turn) return;
    this.#line.cursor = cursor;
    this.#memory.restart(cursor);
    this.#announce();
    this.#stream.open();
  }

  #announce() {
    this.#term = this.#line.nextTerm();
    this.#say("lead", this.#told());
  }

  #beat() {
    this.#memory.mark(this.cursor);
    this.#say("beat", { cursor: this.cursor });
    this.#line.timers.set("beat", BEAT, () => this.#beat());
  }

  #say(what, frame) {
    this.#line.say({ do: what, term: this.#term, ...frame });
  }

  /** "Tired" makes a page that is looked at ask for the lead. */
  #told() {
    const { id, state } = this.#stream;
    const status = { state, transport: "sse", attempt: 0, retryAt: null, since: null, id };
    return { cursor: this.cursor, tired: true, choice: "auto", status };
  }
}
