/** Keeps a connection up: over which transport, when to try again, what to call it meanwhile. */
import { Backoff } from "./backoff.js";
import { Timers } from "./env.js";
import { Ladder } from "./ladder.js";
import { Lookout } from "./lookout.js";
import { reachable } from "./requests.js";

const WAKES = ["online", "offline", "visibilitychange", "pagehide", "pageshow"];
const HEALTHY = 30_000; // up for so long, and earlier failures are forgotten
const ATTEMPTS = 3; // failures before "offline" is said, if plain requests fail too
const OFFLINE = 20_000; // between tries while the browser says so
const OUT = "signed-out";
const OLD = "update"; // the server refuses this page's version
const FINAL = { 401: OUT, 403: OUT, 4401: OUT, 426: OLD, 4426: OLD };
const PLANNED = new Set([1012, 4408, 4409]); // the server said: come back

export class Keeper {
  link;
  attempt = 0;
  retryAt = null;
  since = null;
  #state = "connecting";
  #paused = false;
  #known = false; // it has been up
  #stale = false;
  #unreachable = false;
  #holds = 0;
  #next; // what the retry timer will do
  #turn = 0; // tells who awaited something that it is too late
  #listening = new AbortController();

  /**
   * `owner` has start(name, linkOwner) → Link, plain() → URL and welcomes(frame) → boolean, and
   * hears ready(frame), frame(frame), unreadable() (the cursor), lost() and changed().
   */
  constructor(owner, transports, env) {
    Object.assign(this, { owner, env });
    this.ladder = new Ladder(transports, env);
    this.backoff = new Backoff(env);
    this.timers = new Timers(env);
    this.lookout = new Lookout(this);
    const { signal } = this.#listening;
    for (const type of WAKES) {
      env.window.addEventListener(type, () => this.#woken(type), { signal });
    }
  }

  get state() {
    return this.#paused && this.up ? "paused" : this.#state;
  }

  get up() {
    return this.#state === "live" || this.#state === "delayed";
  }

  open = () => {
    this.#drop();
    this.link = this.owner.start(this.ladder.current, this);
  };

  reopen() {
    if (this.#state === "closed") return;
    this.backoff.reset();
    this.#set(this.up ? "reconnecting" : "connecting");
    this.open();
  }

  pause(paused) {
    this.#paused = paused;
    this.owner.changed();
  }

  close() {
    this.#listening.abort();
    this.stop("closed");
  }

  stop(state) {
    this.#drop();
    this.#set(state);
  }

  /** No connection until `task` has succeeded; `done` gets its result. */
  async hold(task, done) {
    this.#drop();
    this.#set("reconnecting");
    const turn = this.#turn;
    try {
      const result = await task();
      if (turn !== this.#turn) return;
      done(result);
      this.#later(this.#holds++ ? this.backoff.next() : 0);
    } catch (error) {
      if (turn !== this.#turn) return;
      if (FINAL[error.status]) return this.stop(FINAL[error.status]);
      this.env.log(error);
      this.#retry(error.retryAfter, () => this.hold(task, done));
    }
  }

  adopt(link, frame) {
    this.link?.close();
    this.link = link;
    link.owner = this;
    this.ready(link, frame);
  }

  ready(link, frame) {
    if (!this.owner.welcomes(frame)) return this.stop(OUT);
    this.ladder.won(link.name);
    this.attempt = 0;
    this.since = this.env.now();
    this.#known = true;
    this.#unreachable = false;
    this.timers.set("healthy", HEALTHY, () => this.#healthy());
    this.lookout.plan();
    this.owner.ready(frame);
    this.#set(link.name === "poll" ? "delayed" : "live");
  }

  frame(frame) {
    this.owner.frame(frame);
  }

  ended(why) {
    this.#drop();
    const { status, code = status, come_back, after } = why;
    if (FINAL[code] || come_back === false) return this.stop(FINAL[code] ?? OUT);
    if (status === 400) return this.owner.unreadable();
    if (why.unreachable || status) this.#unreachable = !status;
    this.#stale = Boolean(why.stale);
    const planned = after > 0 || why.offline || PLANNED.has(code);
    if (planned || !this.ladder.strike()) this.#retry(after);
    else if (this.ladder.proved) this.#doubt();
    else this.#stepDown();
  }

  #healthy() {
    this.ladder.forgive();
    this.backoff.reset();
    this.#holds = 0;
  }

  /** It did work: blame the transport only if the server answers a plain request. */
  async #doubt() {
    this.#worse();
    const turn = this.#turn;
    const status = await reachable(this.env, this.owner.plain());
    if (turn !== this.#turn) return;
    this.#unreachable = !status;
    if (FINAL[status]) return this.stop(FINAL[status]);
    if (status && status < 500) this.ladder.down();
    else this.ladder.forgive();
    this.#retry();
  }

  /** The first way down is quick: the page waits for its first connection. */
  #stepDown() {
    if (this.ladder.down() || this.#known) return this.#retry();
    this.attempt += 1;
    this.#later(0);
  }

  #retry(after = 0, next = this.open) {
    this.attempt += 1;
    const delay = this.backoff.next() + after;
    this.#later(this.env.online() ? delay : Math.max(delay, OFFLINE), next);
    this.#worse();
  }

  #later(ms, next = this.open) {
    this.#next = next;
    this.retryAt = this.env.now() + ms;
    this.timers.set("retry", ms, () => this.#go());
  }

  #go() {
    const next = this.#next;
    this.#next = undefined;
    next();
  }

  #worse() {
    const offline = !this.env.online() || (this.attempt >= ATTEMPTS && this.#unreachable);
    const word = this.#stale ? "stale" : this.#known ? "reconnecting" : "connecting";
    this.#set(offline ? "offline" : word);
  }

  #woken(type) {
    if (this.#state === OUT || this.#state === OLD) return;
    if (type === "offline") {
      if (this.link) this.link.end({ offline: true });
      else this.#worse();
    } else if (type === "pagehide") {
      // A page in the back/forward cache must hold no connection; the next event opens one.
      this.#drop();
      this.#next = this.open;
    } else if (!this.env.hidden()) {
      if (this.#next) return this.#go();
      if (!this.link?.wake()) this.link?.check();
      if (this.up) this.lookout.hurry();
    }
  }

  #drop() {
    this.#turn += 1;
    this.timers.clear();
    this.lookout.stop();
    this.link?.close();
    this.link = this.#next = undefined;
    this.since = this.retryAt = null;
    this.owner.lost();
  }

  #set(state) {
    this.#state = state;
    this.owner.changed();
  }
}
