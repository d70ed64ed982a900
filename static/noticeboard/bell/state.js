/** What all bells of a page show: one store, kept right by one line. */
import { Backoff } from "../client/backoff.js";
import { position } from "../client/cursor.js";
import { browser, Timers } from "../client/env.js";
import { createInbox } from "../inbox.js";
import { Line } from "./line.js";

const SPREAD = 3_000; // ms, within which the bells of everybody ask for what an event did not say
const DAY = 86_400_000; // a browser's timer holds 24 of them at most
const CAP = 100; // the store counts no further
const BARRED = [401, 403];

const states = new Map();

/** The state for what the server has written into a bell; the same for all bells of a user. */
export function stateOf(config) {
  const key = `${config.urls.inbox} ${config.user}`;
  if (!states.has(key)) states.set(key, new State(config));
  return states.get(key);
}

export class State {
  #timers;
  #backoff;
  #subscribers = new Set();
  #restarts = 0;
  #line;
  #number; // what is unread in truth, where the store counts no further

  /** The newest items are loaded, not only their number. */
  full = false;
  /** Nobody is signed in any more. */
  over = false;

  constructor({ snapshot, limit, number, ...config }, env) {
    const { BroadcastChannel, navigator } = globalThis;
    this.config = config;
    this.limit = limit;
    this.#number = number;
    this.env = { ...browser(), BroadcastChannel, locks: navigator?.locks, ...env };
    this.store = createInbox(snapshot, { now: this.env.now });
    this.#timers = new Timers(this.env);
    this.#backoff = new Backoff(this.env);
    this.store.subscribe(() => this.#tell());
    this.full = snapshot.items.length >= limit || !snapshot.more;
    const owner = {
      take: (event) => this.#take(event),
      snapshot: (end) => this.#until(end),
      changed: () => this.#tell(),
      out: () => this.#out(),
    };
    const { user, ticket, urls } = config;
    const given = { env: this.env, urls, user, ticket };
    this.#line = new Line(given, snapshot.cursor, new Timers(this.env), owner);
    this.#settle(this.store.tick());
  }

  /** "live", or why what is shown may be old. */
  get state() {
    return this.env.online() ? this.#line.state : "offline";
  }

  get leads() {
    return this.#line.leads;
  }

  /** How many are unread; beyond what the store counts, as the server said last. */
  get number() {
    const count = this.store.unread();
    return count < CAP ? count : Math.max(CAP, this.#number);
  }

  /** Call `hears.changed()` after every change and `hears.arrived(item)`; returns what ends that. */
  subscribe(hears) {
    this.#subscribers.add(hears);
    return () => this.#subscribers.delete(hears);
  }

  /** How many of the newest were not seen yet; the rest is not counted. */
  unseen() {
    const { seen_to } = this.store.state;
    const fresh = ({ unread, position, receipt }) => unread && position > seen_to && !receipt?.seen_at;
    return this.store.items().slice(0, this.limit).filter(fresh).length;
  }

  /** Take a snapshot. Rejects with the response where there is none. */
  load = () => this.#load(false);

  close() {
    this.#line.close();
    this.#timers.clear();
  }

  #take(event) {
    const { type, data } = event;
    this.#settle(this.store.apply(event));
    if (this.store.unread() >= CAP) this.#count();
    if (type !== "notification.created" || !data.inbox) return;
    for (const { arrived } of this.#subscribers) arrived(data);
  }

  /** Soon, and once for all that come until then. */
  #count() {
    this.#timers.set("count", SPREAD * (1 + this.env.random()), async () => {
      this.#number = (await this.#get(this.config.urls.unread).catch(() => ({}))).unread ?? CAP;
      this.#tell();
    });
  }

  async #get(url) {
    const headers = { Accept: "application/json" };
    const response = await this.env.fetch(url, { headers, cache: "no-store", redirect: "error" });
    if (BARRED.includes(response.status)) this.#line.out();
    if (!response.ok) throw response;
    return response.json();
  }

  /** Undefined if a newer one is on its way. */
  async #load(restart, end) {
    if (restart) this.#restarts += 1;
    const turn = this.#restarts;
    const snapshot = await this.#get(`${this.config.urls.inbox}?limit=${this.limit}`);
    if (turn !== this.#restarts || position(snapshot.cursor) < position(end)) return undefined;
    this.full = true;
    this.#settle(this.store.replace(snapshot, { restart }));
    return snapshot.cursor;
  }

  /** Again and again, until there is one; with `end`, one that reaches it and begins anew. */
  async #until(end) {
    while (!this.over) {
      const cursor = await this.#load(Boolean(end), end).catch(() => undefined);
      if (cursor) {
        this.#backoff.reset();
        return cursor;
      }
      await new Promise((go) => this.env.setTimeout(go, this.#backoff.next()));
    }
    return undefined;
  }

  #settle({ resync }) {
    const next = this.store.nextChange();
    const ms = next === null ? DAY : Math.min(DAY, next - this.env.now() + 1);
    this.#timers.set("clock", Math.max(0, ms), () => this.#settle(this.store.tick()));
    if (resync) this.#timers.set("resync", this.env.random() * SPREAD, () => this.#until());
  }

  #out() {
    this.over = true;
    this.#timers.clear();
    this.#tell();
  }

  #tell() {
    for (const { changed } of this.#subscribers) changed();
  }
}
