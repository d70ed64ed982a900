/**
 * The client: one position in the log, kept moving over whichever transport works.
 *
 * It gives each event to `onEvent` once and in order, whatever is cut or changed on the way. The
 * cursor moves when an event was processed, not when it arrived. It knows no page and no store.
 */
import { Backoff } from "./backoff.js";
import { position } from "./cursor.js";
import { browser } from "./env.js";
import { reachable } from "./http.js";
import { Ladder, ORDER } from "./ladder.js";
import { Link } from "./link.js";
import { Lookout } from "./lookout.js";
import { Requests } from "./requests.js";
import { Timers } from "./timers.js";
import * as longpoll from "./transports/longpoll.js";
import * as poll from "./transports/poll.js";
import * as sse from "./transports/sse.js";
import * as websocket from "./transports/websocket.js";

const MODULES = { websocket, sse, longpoll, poll };
const URLS = {
  ws: "/ws/",
  sse: "/events/",
  poll: "/api/events/",
  inbox: "/api/inbox/",
  rooms: "/api/rooms/",
};
const DEFAULTS = { csrf: "csrftoken", pollSeconds: 15, topics: [] };
const HEALTHY = 30_000; // up for so long, and earlier failures are forgotten
const ATTEMPTS = 3; // failures after which "offline" is said, if plain requests fail too
const OFFLINE = 20_000; // while the browser says so; its "online" event comes sooner
const SIGNED_OUT = new Set([401, 403, 4401]);
const PLANNED = new Set([1012, 4408, 4409]); // the server said: come back

/**
 * Connect and stay connected. Every callback is optional:
 * `onEvent(event)`; `onSignal(event)` for events outside the log; `onState(client)` on each change;
 * `onReset({reason, cursor})`, which takes a snapshot and returns (a promise of) its cursor.
 */
export const connect = (options) => new Client(options);

class Client {
  #options;
  #env;
  #ladder;
  #requests;
  #backoff;
  #link; // the connection
  #lookout; // for a better one
  #next; // what the retry timer will do
  #turn = 0; // tells an awaited answer that something else was begun meanwhile
  #timers;
  #owner = {
    ready: (link, frame) => this.#ready(link, frame),
    frame: (link, frame) => this.#frame(frame),
    ended: (link, why) => this.#ended(link, why),
  };
  #listening = new AbortController();
  #state = "connecting";
  #paused = false;
  #unreachable = false;
  #stale = false;
  #resets = 0;
  #known = false; // it has been up at least once

  /** The last event processed: the server's token to continue from. */
  cursor;
  /** Failures since it was last up, when the next try is, and when it came up (ms) or null. */
  attempt = 0;
  retryAt = null;
  since = null;

  constructor({ url, cursor = "", transports = ORDER, env, ...rest }) {
    this.#env = { ...browser(), ...env };
    this.#options = { ...DEFAULTS, ...rest, url: { ...URLS, ...url } };
    this.#ladder = new Ladder(transports, this.#env);
    this.#requests = new Requests({ ...this.#options, env: this.#env });
    this.#backoff = new Backoff(this.#env);
    this.#timers = new Timers(this.#env);
    this.#lookout = new Lookout({
      env: this.#env,
      timers: this.#timers,
      start: (name, owner) => this.#start(name, owner),
      better: () => this.#ladder.better,
      found: (link, frame) => this.#adopt(link, frame),
    });
    this.cursor = cursor;
    const { signal } = this.#listening;
    for (const type of ["online", "offline", "visibilitychange", "pagehide", "pageshow"]) {
      this.#env.window.addEventListener(type, () => this.#woken(type), { signal });
    }
    this.#open();
  }

  /** connecting, live, delayed, paused, stale, reconnecting, offline, signed-out or closed. */
  get state() {
    return this.#paused && this.#up ? "paused" : this.#state;
  }

  get transport() {
    return this.#ladder.current;
  }

  /** Perform an action on the server; resolves with its answer, rejects with RequestError. */
  async send(action, payload = {}) {
    try {
      const answer = await this.#requests.perform(this.#link?.send, action, payload);
      this.#link?.wake();
      return answer;
    } catch (error) {
      if (error.status === 401) this.#stop("signed-out");
      throw error;
    }
  }

  /** Only this transport from now on; "auto" for the best that works. */
  use(name) {
    this.#ladder.use(name);
    this.reconnect();
  }

  /** Now, whatever the backoff says; after a sign-out too. */
  reconnect() {
    if (this.#state === "closed") return;
    this.#drop();
    this.#backoff.reset();
    this.#set(this.#up ? "reconnecting" : "connecting");
    this.#open();
  }

  /** The word of the user: events still come, the state says that they are not shown. */
  pause(paused = true) {
    this.#paused = paused;
    this.#tell();
  }

  /** For good. */
  close() {
    this.#listening.abort();
    this.#stop("closed");
  }

  get #up() {
    return this.#state === "live" || this.#state === "delayed";
  }

  get #stopped() {
    return this.#state === "signed-out" || this.#state === "closed";
  }

  #open() {
    this.#drop();
    this.#link = this.#start(this.transport, this.#owner);
  }

  #start(name, owner) {
    const { path, resume } = MODULES[name];
    const { url: urls, topics, pollSeconds } = this.#options;
    const url = new URL(urls[path], this.#env.base);
    for (const topic of topics) url.searchParams.append("topic", topic);
    if (this.cursor) url.searchParams.set(resume, this.cursor);
    const more = { env: this.#env, cursor: () => this.cursor, pollSeconds };
    return new Link(name, MODULES[name], url, owner, more);
  }

  #adopt(link, frame) {
    this.#link?.close();
    this.#link = link;
    link.owner = this.#owner;
    this.#ready(link, frame);
  }

  #ready(link, { cursor }) {
    this.#ladder.won(link.name);
    this.cursor ||= cursor;
    this.attempt = 0;
    this.retryAt = null;
    this.since = this.#env.now();
    this.#known = true;
    this.#unreachable = false;
    this.#timers.set("healthy", HEALTHY, () => this.#healthy());
    this.#lookout.plan();
    this.#set(link.name === "poll" ? "delayed" : "live");
  }

  #healthy() {
    this.#ladder.forgive();
    this.#backoff.reset();
    this.#resets = 0;
  }

  #frame(frame) {
    const link = this.#link;
    if (this.#requests.settle(frame)) return;
    if (frame.signal) return this.#give("onSignal", frame);
    if (frame.control === "reset") return this.#reset(frame);
    // A better transport that takes over begins with what the old one may have brought already.
    if (position(frame.cursor) <= position(this.cursor)) return;
    if (!frame.control) this.#give("onEvent", frame);
    if (link !== this.#link) return;
    this.cursor = frame.cursor;
    if (frame.control) link.send?.(JSON.stringify({ do: "got", cursor: this.cursor }));
  }

  /** One event that the page cannot handle must not stop the ones behind it. */
  #give(callback, frame) {
    try {
      this.#options[callback]?.(frame);
    } catch (error) {
      this.#env.log(error);
    }
  }

  /** Nothing flows until the page has its snapshot; then from there. */
  async #reset(frame) {
    this.#drop();
    this.#set("reconnecting");
    const turn = this.#turn;
    try {
      const cursor = await this.#options.onReset?.(frame);
      if (turn !== this.#turn) return;
      this.cursor = cursor ?? frame.cursor;
      this.#later(this.#resets++ ? this.#backoff.next() : 0, () => this.#open());
    } catch (error) {
      if (turn !== this.#turn) return;
      if (SIGNED_OUT.has(error.status)) return this.#stop("signed-out");
      this.#env.log(error);
      this.#retry(error.retryAfter, () => this.#reset(frame));
    }
  }

  #ended(link, why) {
    this.#drop();
    if (SIGNED_OUT.has(why.code ?? why.status) || why.come_back === false) {
      return this.#stop("signed-out");
    }
    if (why.status === 400) return this.#reset({ reason: "bad_cursor", cursor: "" });
    if (why.unreachable || why.status) this.#unreachable = Boolean(why.unreachable);
    this.#stale = Boolean(why.stale);
    const planned = why.after > 0 || why.offline || PLANNED.has(why.code);
    if (planned || !this.#ladder.strike()) this.#retry(why.after);
    else if (this.#ladder.proved) this.#doubt();
    else this.#stepDown();
  }

  /** It worked before: blame the transport only if the server answers a plain request. */
  async #doubt() {
    this.#worse();
    const turn = this.#turn;
    const status = await reachable(this.#env, new URL(this.#options.url.poll, this.#env.base));
    if (turn !== this.#turn) return;
    this.#unreachable = !status;
    if (SIGNED_OUT.has(status)) return this.#stop("signed-out");
    if (status && status < 500) this.#ladder.down();
    else this.#ladder.forgive();
    this.#retry();
  }

  /** The first way down is quick: the page waits for its first connection. */
  #stepDown() {
    const bottom = this.#ladder.down();
    if (bottom || this.#known) return this.#retry();
    this.attempt += 1;
    this.#later(0, () => this.#open());
  }

  #retry(after = 0, next = () => this.#open()) {
    this.attempt += 1;
    const delay = this.#backoff.next() + after;
    this.#later(this.#env.online() ? delay : Math.max(delay, OFFLINE), next);
    this.#worse();
  }

  #worse() {
    const offline = !this.#env.online() || (this.attempt >= ATTEMPTS && this.#unreachable);
    const word = this.#stale ? "stale" : this.#known ? "reconnecting" : "connecting";
    this.#set(offline ? "offline" : word);
  }

  #later(ms, next) {
    this.#next = next;
    this.retryAt = this.#env.now() + ms;
    this.#timers.set("retry", ms, () => this.#go());
  }

  #go() {
    const next = this.#next;
    this.#next = undefined;
    next?.();
  }

  #drop() {
    this.#turn += 1;
    this.#timers.clear();
    this.#lookout.stop();
    this.#requests.lost();
    this.#link?.close();
    this.#link = this.#next = undefined;
    this.since = null;
  }

  #stop(state) {
    this.#drop();
    this.retryAt = null;
    this.#set(state);
  }

  #woken(type) {
    if (this.#stopped) return;
    if (type === "offline") return this.#link ? this.#link.end({ offline: true }) : this.#worse();
    if (type === "pagehide") return this.#suspend();
    if (this.#env.hidden()) return;
    if (this.#next) return this.#go();
    if (!this.#link?.wake()) this.#link?.check();
    if (this.#up) this.#lookout.hurry();
  }

  /** A page in the back/forward cache must hold no connection; the next event opens one. */
  #suspend() {
    this.#drop();
    this.#next = () => this.#open();
  }

  #set(state) {
    this.#state = state;
    this.#tell();
  }

  #tell() {
    this.#give("onState", this);
  }
}
