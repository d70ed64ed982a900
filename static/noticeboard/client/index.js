/** The client: one place in the log, kept moving over whichever transport works. */
import { position } from "./cursor.js";
import { browser } from "./env.js";
import { Keeper } from "./keeper.js";
import { ORDER } from "./ladder.js";
import { Link } from "./link.js";
import { Requests } from "./requests.js";
import * as longpoll from "./transports/longpoll.js";
import * as poll from "./transports/poll.js";
import * as sse from "./transports/sse.js";
import * as websocket from "./transports/websocket.js";

const MODULES = { websocket, sse, longpoll, poll };
export const DEFAULTS = { topics: [], transports: ORDER, use: "auto", csrf: "csrftoken", pollSeconds: 15 };
export const URLS = {
  ws: "/ws/",
  sse: "/events/",
  poll: "/api/events/",
  inbox: "/api/inbox/",
  rooms: "/api/rooms/",
  signals: "/api/signals/",
  calls: "/api/calls/",
};

/**
 * Connect and stay connected: `onEvent(event)` gets each event once and in order, whatever is cut
 * on the way; `onSignal(event)` those outside the log; `onState(client)` every change; and
 * `onReset({reason, cursor})` takes a snapshot and returns (a promise of) its cursor. With `user`
 * (an id, or null for a visitor) a server that takes the page for somebody else's signs it out.
 * `ticket` is the page's, and lets its first connection in quickly; each brings the next one's.
 */
export const connect = (options) => new Client(options);

class Client {
  #options;
  #env;
  #requests;
  #keeper;
  #functions = new Map();
  #hearing = [];
  #ticket;

  /** Of the last event processed, not received. */
  cursor;

  constructor({ url, cursor = "", ticket, env, ...options }) {
    this.#options = { ...DEFAULTS, ...options, url: { ...URLS, ...url } };
    this.#env = { ...browser(), ...env };
    this.#requests = new Requests(this.#options, this.#env);
    this.cursor = cursor;
    this.#ticket = ticket;
    const owner = {
      start: (name, linkOwner) => this.#start(name, linkOwner),
      plain: () => this.#address("poll"),
      welcomes: ({ user }) => [undefined, user].includes(this.#options.user),
      ready: (frame) => {
        this.cursor ||= frame.cursor;
        this.#requests.client = frame.client;
        this.#ticket = frame.ticket;
      },
      frame: (frame) => this.#frame(frame),
      unreadable: () => this.#reset({ reason: "bad_cursor", cursor: "" }),
      lost: () => this.#requests.lost(),
      changed: () => this.#give("onState", this),
    };
    this.#keeper = new Keeper(owner, this.#options.transports, this.#env);
    this.#keeper.ladder.use(this.#options.use);
    this.#keeper.open();
  }

  /** One of the chip's nine, or closed. */
  get state() {
    return this.#keeper.state;
  }

  /** Of the connection: by it the server speaks to this page alone. */
  get id() {
    return this.#requests.client;
  }

  get transport() {
    return this.#keeper.ladder.current;
  }

  /** Failures since it was up. */
  get attempt() {
    return this.#keeper.attempt;
  }

  /** When the next try is, in ms, or null. */
  get retryAt() {
    return this.#keeper.retryAt;
  }

  /** Since when it is up, in ms, or null. */
  get since() {
    return this.#keeper.since;
  }

  /** Perform an action: a promise of the server's answer, rejected with RequestError. */
  async send(action, payload = {}) {
    try {
      const answer = await this.#requests.perform(this.#keeper.link?.send, action, payload);
      this.wake();
      return answer;
    } catch (error) {
      if (error.status === 401) this.#keeper.stop("signed-out");
      throw error;
    }
  }

  /** Send a signal event over the socket, and wait for nothing; false where there is none. */
  tell(payload) {
    const send = this.#keeper.link?.send;
    send?.(JSON.stringify({ do: "signal", ...payload }));
    return Boolean(send);
  }

  /** Ask now, where the server does not push. */
  wake() {
    this.#keeper.link?.wake();
  }

  /** Let the server call `fn(arguments)` by this name, for (a promise of) its answer. */
  handle(name, fn) {
    this.#functions.set(name, fn);
  }

  /** Hear the signal events of one type; a function that ends it. */
  onSignal(type, fn) {
    const one = { type, fn };
    this.#hearing.push(one);
    return () => (this.#hearing = this.#hearing.filter((each) => each !== one));
  }

  /** Only this transport; "auto" for the best that works. */
  use(name) {
    this.#keeper.ladder.use(name);
    this.reconnect();
  }

  /** Now; after a sign-out too. */
  reconnect() {
    this.#keeper.reopen();
  }

  /** Events still come; the state says that they are not shown. */
  pause(paused = true) {
    this.#keeper.pause(paused);
  }

  /** For good. */
  close() {
    this.#keeper.close();
  }

  #address(path) {
    return new URL(this.#options.url[path], this.#env.base);
  }

  #start(name, owner) {
    const { path, resume } = MODULES[name];
    const { topics, pollSeconds } = this.#options;
    const url = this.#address(path);
    for (const topic of topics) url.searchParams.append("topic", topic);
    if (this.cursor) url.searchParams.set(resume, this.cursor);
    if (this.#ticket) url.searchParams.set("ticket", this.#ticket);
    const given = { url, env: this.#env, cursor: () => this.cursor, pollSeconds };
    return new Link(name, MODULES[name], owner, given);
  }

  #frame(frame) {
    const { link } = this.#keeper;
    if (this.#requests.settle(frame)) return;
    if (frame.signal) return this.#signal(frame);
    if (frame.control === "reset") return this.#reset(frame);
    // A better transport that takes over begins with what the old one may have brought.
    if (position(frame.cursor) <= position(this.cursor)) return;
    if (!frame.control) this.#give("onEvent", frame);
    if (link !== this.#keeper.link) return;
    this.cursor = frame.cursor;
    if (frame.control) link.send?.(JSON.stringify({ do: "got", cursor: this.cursor }));
  }

  #signal(frame) {
    if (frame.type === "call") return this.#call(frame.data);
    this.#give("onSignal", frame);
    for (const { type, fn } of this.#hearing) if (type === frame.type) this.#try(fn, frame);
  }

  async #call({ ref: call, function: name, arguments: given }) {
    const answer = { call };
    try {
      const run = this.#functions.get(name);
      if (!run) throw new Error(`No function "${name}"`);
      answer.ok = (await run(given)) ?? null;
    } catch (error) {
      answer.error = String(error?.message ?? error);
    }
    this.send("answer", answer).catch(this.#env.log);
  }

  /** Nothing flows until the page has its snapshot; then from there. */
  #reset(frame) {
    this.#keeper.hold(
      () => this.#options.onReset?.(frame),
      (cursor) => (this.cursor = cursor ?? frame.cursor),
    );
  }

  /** What the page cannot handle must not stop what comes behind. */
  #give(callback, value) {
    this.#try((given) => this.#options[callback]?.(given), value);
  }

  #try(run, value) {
    try {
      run(value);
    } catch (error) {
      this.#env.log(error);
    }
  }
}
