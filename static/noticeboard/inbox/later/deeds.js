/**
 * What the reader does, on its way to the server: one after another, each under a key of its own,
 * so that nothing is done twice. Without a network it waits here, also over a reload; what the
 * server then refuses is given up: the server is right.
 */
import { request, RequestError } from "../../client/requests.js";
import { gettext } from "../../views/text.js";
import { keeping } from "./kept.js";
import { said, opposite } from "./opposites.js";
import { Undo } from "./undo.js";

const MOST = 200; // that wait
const PAUSE = 5_000; // between tries
const TIMEOUT = 15_000;
const LATER = new Set([0, 401, 429, 503]); // not refused, only not now

/** 32 letters: `crypto.randomUUID` is not there on plain HTTP. */
const newKey = () =>
  [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");

export class Deeds {
  #owner;
  #undo;
  #kept;
  #line = Promise.resolve();
  #waiting = new Map(); // by key
  #backs = new Map();
  #flying = new Set(); // sent, and not answered yet
  #timer;

  /** `owner` has env, store, inbox (address), csrf, user, announcer, refresh(), refused(deed, error). */
  constructor(owner) {
    this.#owner = owner;
    this.#undo = new Undo(owner.announcer);
    this.#kept = keeping(owner.user);
    owner.env.window.addEventListener("online", () => this.#flush());
  }

  /**
   * Send `deed`, which is shown already; `takeBack()` shows it no longer. `told` gives the bar,
   * with what its items were `before`. Resolves with the server's answer or `{waiting: true}`.
   */
  async do(deed, takeBack, { told, before = [] }) {
    const mine = { ...deed, key: newKey() };
    this.#flying.add(mine);
    this.#changed();
    const bar = told && this.#undo.show(said(deed), this.#back(mine, before, takeBack));
    try {
      const answer = await this.#queue(() => this.#deliver(mine, takeBack));
      if (answer.waiting && bar) bar.say(`${said(deed)} ${gettext("Will sync when online")}`);
      return answer;
    } catch (error) {
      if (bar) bar.end();
      takeBack();
      this.#owner.refresh().catch(() => {}); // an event may have come in between
      throw error;
    } finally {
      this.#flying.delete(mine);
      this.#changed();
    }
  }

  /** Take the last one back, while the bar says what it was. */
  undo() {
    this.#undo.press();
  }

  /** Go on with what an earlier page has left. */
  async resume() {
    for (const deed of await (await this.#kept).all()) this.#waiting.set(deed.key, deed);
    this.#changed();
    this.#owner.store.pend();
    this.#owner.store.tick();
    this.#flush();
  }

  /** What undoes a deed, or null where nothing does. */
  #back(deed, before, takeBack) {
    const others = opposite(deed, before);
    if (!others.length) return null;
    return async () => {
      const waiting = this.#waiting.get(deed.key);
      if (waiting) {
        await this.#drop(waiting);
        takeBack();
      } else {
        for (const { action, ...payload } of others) this.#owner.perform(action, payload);
      }
      this.#owner.undone(before.map(({ id }) => id));
    };
  }

  #queue(run) {
    const done = this.#line.then(run);
    this.#line = done.catch(() => {});
    return done;
  }

  async #deliver(deed, takeBack) {
    if (this.#waiting.size) return this.#keep(deed, takeBack);
    try {
      return await this.#post(deed);
    } catch (error) {
      if (error.code !== "unreachable" && error.status !== 503) throw error;
      return this.#keep(deed, takeBack);
    }
  }

  #post({ key, action, ids, until, cursor, filter }) {
    const { env, inbox, csrf } = this.#owner;
    const body = { read_all: { cursor, ...filter }, snooze: { ids, until } }[action] ?? { ids };
    const fetch = (url, init) => env.fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT) });
    return request({ ...env, fetch }, `${inbox}${action}/`, { body, csrf, key });
  }

  async #keep(deed, takeBack) {
    if (this.#waiting.size >= MOST) throw new RequestError({ code: "unreachable" });
    const n = await (await this.#kept).add(deed);
    this.#waiting.set(deed.key, { ...deed, n });
    this.#backs.set(deed.key, takeBack);
    this.#changed();
    this.#plan();
    return { waiting: true };
  }

  #plan() {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#flush(), PAUSE);
  }

  #flush() {
    return this.#queue(() => this.#alone(() => this.#send()));
  }

  /** Other pages of the browser send what is kept too. */
  #alone(run) {
    const { locks } = navigator;
    return locks ? locks.request(`noticeboard deeds ${this.#owner.user}`, run) : run();
  }

  async #send() {
    if (!this.#waiting.size) return;
    for (const deed of await (await this.#kept).all()) {
      try {
        await this.#post(deed);
      } catch (error) {
        if (LATER.has(error.status)) return void this.#plan();
        this.#backs.get(deed.key)?.();
        this.#owner.refused(deed, error);
      }
      await this.#drop(deed);
    }
    this.#waiting.clear();
    this.#changed();
    await this.#owner.refresh();
  }

  async #drop({ key, n }) {
    await (await this.#kept).remove(n);
    this.#waiting.delete(key);
    this.#backs.delete(key);
    this.#changed();
  }

  /** A snapshot knows nothing of what waits; a reload has to ask for it. */
  #changed() {
    const { store, env, flag } = this.#owner;
    const one = ({ action, filter, ...deed }) => ({ ...deed, action: filter ? "read" : action });
    const flying = [...this.#flying].filter(({ key }) => !this.#waiting.has(key));
    store.pending = [...this.#waiting.values(), ...flying].map(one);
    try {
      if (this.#waiting.size) env.storage?.setItem(flag, "1");
      else env.storage?.removeItem(flag);
    } catch {
      // Without storage it waits as long as the page is open.
    }
  }
}
