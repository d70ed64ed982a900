/** A page without a connection: hears the one that leads, from its own cursor on. */
import { Backoff } from "../client/backoff.js";
import { position } from "../client/cursor.js";
import { Timers } from "../client/env.js";
import { Requests } from "../client/requests.js";
import { missed } from "./missed.js";
import { Silence } from "./silence.js";

const YOUNG = 10_000; // ms; for so long a page knows better than the one that leads who is signed in
const BARRED = [401, 403];

export class Following {
  #owner;
  #requests;
  #timers;
  #silence;
  #backoff;
  #began;
  #held = null; // events that come while older ones are asked for; null when there are none
  #live = false;
  #resetting = false;
  #turn = 0;

  constructor(owner, cursor, status = { state: "connecting" }) {
    this.#owner = owner;
    this.cursor = cursor;
    this.status = { attempt: 0, retryAt: null, since: null, id: "", ...status };
    this.#timers = new Timers(owner.env);
    this.#silence = new Silence(owner, this.#timers);
    this.#backoff = new Backoff(owner.env);
    this.#requests = new Requests(owner.options, owner.env);
    this.#requests.client = this.status.id;
    this.#began = owner.env.now();
  }

  start() {
    this.#join();
    this.#silence.start();
  }

  /** By HTTP: a page that leads may be frozen when something is done on this one. */
  async send(action, payload) {
    try {
      const answer = await this.#requests.perform(undefined, action, payload);
      this.#owner.say({ do: "wake" });
      return answer;
    } catch (error) {
      if (error.status === 401) this.#owner.out();
      throw error;
    }
  }

  /** Signals are many and may be lost: they go over the socket of the page that leads. */
  tell(payload) {
    const { transport, state } = this.status;
    const able = transport === "websocket" && state === "live";
    if (able) this.#owner.say({ do: "tell", payload });
    return able;
  }

  use(name) {
    this.#owner.choice = name;
    this.#owner.say({ do: "use", name });
  }

  reconnect() {
    this.#owner.say({ do: "reconnect" });
    this.#silence.ask();
  }

  handles() {
    this.#owner.say({ do: "handles", names: [...this.#owner.functions.keys()] });
  }

  looked() {
    if (!this.#owner.env.hidden()) this.#silence.ask();
  }

  hear({ term, do: what, ...frame }) {
    const known = this.#owner.term;
    if (!(term >= known)) return;
    this.#owner.term = term;
    this.#silence.broken();
    if (term > known && what !== "welcome") this.#join();
    switch (what) {
      case "lead":
      case "status":
        return this.#told(frame);
      case "welcome":
        this.#told(frame);
        return this.#welcome(frame);
      case "event":
        return this.#event(frame.event);
      case "beat":
        return this.#moved(frame.cursor);
      case "signal":
        return this.#owner.signal(frame.frame);
      case "reset":
        return this.#reset(frame.frame);
      case "yours":
        return this.#owner.steal();
      case "call":
        return this.#called(frame);
      case "out":
        // It may have led under a session before ours: then this page leads, and finds out.
        if (this.#owner.env.now() - this.#began > YOUNG) this.#owner.out();
    }
  }

  close() {
    this.#turn += 1;
    this.#timers.clear();
  }

  #join() {
    if (this.#resetting) return;
    this.#turn += 1;
    this.#live = false;
    this.#held = null;
    const names = [...this.#owner.functions.keys()];
    this.#owner.say({ do: "join", cursor: this.cursor, names });
  }

  #told({ status, choice, tired }) {
    this.status = status;
    this.#owner.choice = choice;
    this.#requests.client = status.id;
    this.#owner.changed();
    if (tired && !this.#owner.env.hidden()) this.#silence.ask();
  }

  #welcome({ events, cursor }) {
    if (this.#resetting) return;
    this.#turn += 1;
    if (events) this.#goOn(events, cursor);
    else this.#catchUp(cursor);
  }

  #goOn(events, cursor) {
    this.#backoff.reset();
    this.#live = true;
    this.#held = null;
    for (const event of events) this.#event(event);
    this.#moved(cursor);
  }

  #event(event) {
    if (this.#held) this.#held.push(event);
    else if (this.#live) this.#take(event);
  }

  #take(event) {
    if (position(event.cursor) <= position(this.cursor)) return;
    this.#owner.event(event);
    this.cursor = event.cursor;
  }

  /** All before it was told. */
  #moved(cursor) {
    if (this.#live && position(cursor) > position(this.cursor)) this.cursor = cursor;
  }

  /** Up to where the page that leads stood when it answered; what it hears meanwhile is held. */
  async #catchUp(end) {
    this.#held = [];
    const turn = this.#turn;
    try {
      for await (const answer of missed(this.#owner, this.cursor, end)) {
        if (turn !== this.#turn) return;
        const { user } = this.#owner.options;
        if (![undefined, answer.user].includes(user)) return this.#owner.out();
        if (answer.reset) return this.#reset({ reason: answer.reset, cursor: answer.cursor });
        for (const event of answer.events) this.#take(event);
        this.cursor = answer.cursor;
      }
      this.#goOn(this.#held, end);
    } catch (error) {
      if (turn !== this.#turn) return;
      if (error.status === 400) return this.#reset({ reason: "bad_cursor", cursor: "" });
      this.#failed(error, () => this.#join());
    }
  }

  /** Nothing counts until the page has its snapshot; then it joins from there. */
  async #reset(frame) {
    this.#live = false;
    this.#held = null;
    this.#resetting = true;
    const turn = ++this.#turn;
    try {
      const cursor = await this.#owner.options.onReset?.(frame);
      if (turn !== this.#turn) return;
      this.cursor = cursor ?? frame.cursor;
      this.#resetting = false;
      this.#join();
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#failed(error, () => this.#reset(frame));
    }
  }

  #failed({ status, retryAfter = 0 }, again) {
    if (BARRED.includes(status)) return this.#owner.out();
    this.#timers.set("again", this.#backoff.next() + retryAfter, again);
  }

  async #called({ ref, name, given }) {
    const answer = { do: "called", ref };
    try {
      answer.ok = (await this.#owner.functions.get(name)(given)) ?? null;
    } catch (error) {
      answer.error = String(error?.message ?? error);
    }
    this.#owner.say(answer);
  }
}
