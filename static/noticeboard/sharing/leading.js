/** The page with the connection: runs the client, and tells the others all that it hears. */
import { Timers } from "../client/env.js";
import { connect } from "../client/index.js";
import { Calls } from "./calls.js";
import { Memory } from "./memory.js";

const BEAT = 10_000;
const OFFER = 3_000; // for so long the lead is offered to one page only
const POLLS = ["longpoll", "poll"];

export class Leading {
  #owner;
  #client;
  #timers;
  #term;
  #over = false;
  #memory = new Memory();
  #calls;
  #offered = -Infinity;

  constructor(owner, cursor) {
    this.#owner = owner;
    this.#timers = new Timers(owner.env);
    this.#memory.restart(cursor);
    this.#client = connect({
      ...owner.options,
      cursor,
      use: owner.choice,
      onEvent: (event) => {
        this.#memory.add(event);
        this.#say("event", { event });
        owner.event(event);
      },
      onSignal: (frame) => {
        this.#say("signal", { frame });
        owner.signal(frame);
      },
      onReset: (frame) => this.#reset(frame),
      onState: () => this.#changed(),
    });
    this.#calls = new Calls(this.#client, owner.functions, (frame) => this.#say("call", frame));
  }

  get cursor() {
    return this.#client.cursor;
  }

  get status() {
    return this.#client;
  }

  start() {
    this.handles();
    this.#announce();
    this.#beat();
  }

  send(action, payload) {
    return this.#client.send(action, payload);
  }

  tell(payload) {
    return this.#client.tell(payload);
  }

  use(name) {
    this.#client.use(name);
    this.#owner.choice = name;
    this.#changed();
  }

  reconnect() {
    this.#client.reconnect();
  }

  handles() {
    this.#calls.own();
  }

  /** It was hidden, or came into view. */
  looked() {
    this.#changed();
  }

  hear({ term, do: what, from, ...frame }) {
    if (term) return;
    switch (what) {
      case "join":
        this.#calls.add(from, frame.names);
        this.#memory.mark(this.cursor);
        return this.#say("welcome", {
          to: from,
          events: this.#memory.after(frame.cursor),
          ...this.#told(),
        });
      case "handles":
        return this.#calls.add(from, frame.names);
      case "gone":
        return this.#calls.drop(from) && this.#announce();
      case "ask":
        return this.#asked(from, frame.seen);
      case "reconnect":
        return this.reconnect();
      case "use":
        return this.use(frame.name);
      case "wake":
        return this.#client.wake();
      case "tell":
        return this.tell(frame.payload);
      case "called":
        return this.#calls.settle(frame);
    }
  }

  close() {
    this.#over = true;
    this.#timers.clear();
    this.#client.close();
  }

  #say(what, frame) {
    this.#owner.say({ do: what, term: this.#term, ...frame });
  }

  #told() {
    const { state, transport, attempt, retryAt, since, id, cursor } = this.#client;
    const tired = POLLS.includes(transport) && this.#owner.env.hidden();
    const { choice } = this.#owner;
    return { cursor, tired, choice, status: { state, transport, attempt, retryAt, since, id } };
  }

  /** From now on the others go by this one, each from its own cursor. */
  #announce() {
    this.#term = Math.max(this.#owner.env.now(), this.#owner.term + 1);
    this.#owner.term = this.#term;
    this.#say("lead", this.#told());
  }

  #beat() {
    this.#memory.mark(this.cursor);
    this.#say("beat", { cursor: this.cursor });
    this.#timers.set("beat", BEAT, () => this.#beat());
  }

  #changed() {
    if (this.#over || !this.#term) return;
    if (this.#client.state === "signed-out") {
      this.#say("out");
      return this.#owner.out();
    }
    this.#say("status", this.#told());
    this.#owner.changed();
  }

  async #reset(frame) {
    this.#memory.restart();
    this.#say("reset", { frame });
    const cursor = (await this.#owner.options.onReset?.(frame)) ?? frame.cursor;
    this.#memory.restart(cursor);
    // Who came meanwhile stands somewhere before: what lies between is not told here.
    this.#timers.set("announce", 0, () => this.#announce());
    return cursor;
  }

  /** A page that is looked at needs a connection that works, and better timers than a hidden one. */
  #asked(from, seen) {
    const { env } = this.#owner;
    if (seen && this.#client.retryAt) this.#client.reconnect();
    if (seen && this.#told().tired && env.now() - this.#offered > OFFER) {
      this.#offered = env.now();
      this.#say("yours", { to: from });
    }
    this.#beat();
  }
}
