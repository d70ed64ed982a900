/**
 * One connection for the pages of a browser: one leads, and tells the others what it hears. The
 * lead is a Web Lock: the browser itself knows when its page has gone. Each page has a cursor of
 * its own, and goes on from there, whether it follows another page then or leads itself.
 */
import { browser } from "../client/env.js";
import { connect, DEFAULTS, URLS } from "../client/index.js";
import { Following } from "./following.js";
import { Leading } from "./leading.js";
import { Seat } from "./seat.js";

const VERSION = 1; // of what pages say to each other: a new one is another share
const MOVES = ["pagehide", "pageshow", "visibilitychange"];
const UP = ["live", "delayed"];

/**
 * As `connect`, with its options, but shared by the pages of this site, user and topics. Without
 * Web Locks (at insecure addresses) each page has its own connection.
 */
export function share(options) {
  const { BroadcastChannel, navigator } = globalThis;
  const env = { ...browser(), BroadcastChannel, locks: navigator?.locks, ...options.env };
  if (env.locks && env.BroadcastChannel) return new Shared({ ...DEFAULTS, ...options, env });
  const client = connect(options);
  import("./apart/alone.js").then(({ Alone }) => new Alone(client, env)).catch(env.log);
  return client;
}

class Shared {
  #owner;
  #name;
  #seat;
  #line;
  #role;
  #hearing = [];
  #paused = false;
  #away = false;

  // Of the connection; all pages that share it have the same `id`.
  static {
    for (const name of ["id", "transport", "attempt", "retryAt", "since"]) {
      Object.defineProperty(this.prototype, name, {
        get() {
          return this.#role.status[name];
        },
      });
    }
  }

  constructor({ cursor = "", ...options }) {
    const { user = null, topics, env } = options;
    const url = { ...URLS, ...options.url };
    const id = crypto.randomUUID();
    this.#name = ["noticeboard", VERSION, url.ws, user, ...[...topics].sort()].join(" ");
    this.#owner = {
      id,
      env,
      options: { ...options, url },
      choice: options.use, // of the transport, made on any of the pages
      term: 0, // of the newest lead that is known
      functions: new Map(),
      say: (frame) => this.#line?.postMessage(JSON.stringify({ from: id, ...frame })),
      event: (event) => this.#give("onEvent", event),
      signal: (frame) => this.#signal(frame),
      changed: () => this.#give("onState", this),
      steal: () => this.#seat.steal(),
      out: () => this.#leave("signed-out"),
    };
    this.#seat = new Seat(env.locks, this.#name, {
      taken: () => this.#play(Leading),
      lost: () => this.#follow(),
    });
    for (const type of MOVES) env.window.addEventListener(type, this.#moved);
    this.#role = new Following(this.#owner, cursor);
    this.#enter();
  }

  /** As the client's, of the connection that is shared; paused is only this page. */
  get state() {
    const { state } = this.#role.status;
    return this.#paused && UP.includes(state) ? "paused" : state;
  }

  get cursor() {
    return this.#role.cursor;
  }

  /** Of the transport, whichever page has made it. */
  get choice() {
    return this.#owner.choice;
  }

  /** Whether this page has the connection. */
  get leads() {
    return this.#role instanceof Leading;
  }

  send(action, payload = {}) {
    return this.#role.send(action, payload);
  }

  tell(payload) {
    return this.#role.tell(payload);
  }

  handle(name, fn) {
    this.#owner.functions.set(name, fn);
    this.#role.handles();
  }

  onSignal(type, fn) {
    const one = { type, fn };
    this.#hearing.push(one);
    return () => (this.#hearing = this.#hearing.filter((each) => each !== one));
  }

  use(name) {
    this.#role.use(name);
  }

  reconnect() {
    if (this.#line) this.#role.reconnect();
    else this.#enter();
  }

  pause(paused = true) {
    this.#paused = paused;
    this.#owner.changed();
  }

  close() {
    for (const type of MOVES) this.#owner.env.window.removeEventListener(type, this.#moved);
    this.#leave("closed");
  }

  #enter() {
    this.#line = new this.#owner.env.BroadcastChannel(this.#name);
    this.#line.onmessage = ({ data }) => {
      const { to, ...frame } = JSON.parse(data);
      if (!to || to === this.#owner.id) this.#role.hear(frame);
    };
    this.#follow();
  }

  #follow() {
    this.#play(Following);
    this.#seat.wait();
  }

  #play(Role) {
    const before = this.#role;
    before.close();
    this.#role = new Role(this.#owner, before.cursor);
    this.#role.start();
    this.#owner.changed();
  }

  #leave(state) {
    const { cursor, status } = this.#role;
    const { transport, id } = status;
    this.#role.close();
    this.#owner.say({ do: "gone" });
    this.#seat.leave();
    this.#line?.close();
    this.#line = undefined;
    this.#role = new Following(this.#owner, cursor, { state, transport, id });
    this.#owner.changed();
  }

  #moved = ({ type }) => {
    if (type === "pagehide" && this.#line) {
      // A page that holds or awaits a lock, or can be spoken to, is not kept for the way back.
      this.#away = true;
      this.#leave("connecting");
    } else if (type === "pageshow" && this.#away) {
      this.#away = false;
      this.#enter();
    } else if (type === "visibilitychange" && this.#line) {
      this.#role.looked();
    }
  };

  #signal(frame) {
    this.#give("onSignal", frame);
    for (const { type, fn } of this.#hearing) if (type === frame.type) this.#try(fn, frame);
  }

  #give(callback, value) {
    this.#try((given) => this.#owner.options[callback]?.(given), value);
  }

  #try(run, value) {
    try {
      run(value);
    } catch (error) {
      this.#owner.env.log(error);
    }
  }
}
