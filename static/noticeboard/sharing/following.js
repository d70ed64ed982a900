/** A page without a connection: hears the one that leads, and asks it for what only that can do. */
import { Timers } from "../client/env.js";
import { Requests } from "../client/requests.js";
import { Place } from "./place.js";
import { Silence } from "./silence.js";

const YOUNG = 10_000; // ms; for so long a page knows better than the one that leads who is signed in

export class Following {
  #owner;
  #place;
  #requests;
  #timers;
  #silence;
  #began;

  constructor(owner, cursor, status = { state: "connecting" }) {
    this.#owner = owner;
    this.status = { attempt: 0, retryAt: null, since: null, id: "", ...status };
    this.#timers = new Timers(owner.env);
    this.#silence = new Silence(owner, this.#timers);
    this.#place = new Place(owner, this.#timers, cursor);
    this.#requests = new Requests(owner.options, owner.env);
    this.#requests.client = this.status.id;
    this.#began = owner.env.now();
  }

  get cursor() {
    return this.#place.cursor;
  }

  start() {
    this.#place.join();
    this.#silence.start();
  }

  /** By HTTP: the page that leads may be frozen when something is done on this one. */
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
    // Of another page that follows, or of one that has lost the lead and does not know it yet.
    if (!(term >= known)) return;
    this.#owner.term = term;
    this.#silence.broken();
    if (term > known && what !== "welcome") this.#place.join();
    switch (what) {
      case "lead":
      case "status":
        return this.#told(frame);
      case "welcome":
        this.#told(frame);
        return this.#place.welcome(frame);
      case "event":
        return this.#place.event(frame.event);
      case "beat":
        return this.#place.moved(frame.cursor);
      case "signal":
        return this.#owner.signal(frame.frame);
      case "reset":
        return this.#place.reset(frame.frame);
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
    this.#place.leave();
    this.#timers.clear();
  }

  #told({ status, choice, tired }) {
    this.status = status;
    this.#owner.choice = choice;
    this.#requests.client = status.id;
    this.#owner.changed();
    if (tired) this.looked();
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
