/**
 * What was written and is not at the server yet: sent one after another, again and again until it
 * is there, always under the same key, so that the server makes one post of it. Survives a reload.
 */
const FIRST = 1_000; // ms before the second try
const LONGEST = 15_000;
const SOON = new Set(["too_many", "slow_mode"]); // sent too soon
// The server may have had it, or will take it later: only these are worth another try.
const PASSING = new Set(["unreachable", "lost", "unavailable", "busy"]);

const passing = ({ code = "" }) => PASSING.has(code) || code.startsWith("http_5");

/** 32 random letters: `crypto.randomUUID` is not there on plain HTTP. */
export function newKey(random = (bytes) => crypto.getRandomValues(bytes)) {
  return [...random(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Outbox {
  #entries;
  #running = false;
  #timer;
  #tries = 0;

  /**
   * `send({text, reply, key})` gives a promise of `{id}` or rejects with RequestError. `storage`
   * keeps what waits, under `name`. `onChange()` is called after every change, `onSent(answer)`
   * before that for what the server has, `onLimited({text, reply}, key, ms, slow)` for what was
   * sent too soon: it is out of here then.
   */
  constructor(calls, { storage, name, env }) {
    Object.assign(this, { calls, storage, name, env });
    this.#entries = this.#kept().map((entry) => ({ ...entry, state: "waiting" }));
  }

  /** `{key, text, reply, state: "waiting" | "sending" | "sent" | "failed", id, error}`, oldest first. */
  entries() {
    return this.#entries;
  }

  /** `reply` is the post that it answers: `{id, sender, text}` or null. */
  add({ text, reply = null }, key = newKey()) {
    this.#entries = [...this.#entries, { key, text, reply, state: "waiting" }];
    this.#changed();
    this.flush();
  }

  /** Try again what has failed for good. */
  again(key) {
    this.#set(key, { state: "waiting", error: undefined });
    this.flush();
  }

  drop(key) {
    this.#entries = this.#entries.filter((entry) => entry.key !== key);
    this.#changed();
  }

  /** Forget what was sent and is there: `there(id)`. */
  arrived(there) {
    this.#entries = this.#entries.filter(({ state, id }) => state !== "sent" || !there(id));
  }

  /** Now: there is a connection again. */
  flush() {
    this.env.clearTimeout(this.#timer);
    if (!this.#running) this.#run();
  }

  async #run() {
    this.#running = true;
    for (let entry = this.#next(); entry; entry = this.#next()) {
      if (!(await this.#send(entry))) break;
    }
    this.#running = false;
  }

  #next() {
    return this.#entries.find(({ state }) => state === "waiting");
  }

  /** Whether the next one may go. */
  async #send({ key, text, reply }) {
    this.#set(key, { state: "sending" });
    try {
      const answer = await this.calls.send({ text, reply, key });
      this.#tries = 0;
      this.calls.onSent(answer);
      this.#set(key, { state: "sent", id: answer.id });
      return true;
    } catch (error) {
      return this.#failed({ key, text, reply }, error);
    }
  }

  #failed({ key, text, reply }, error) {
    if (SOON.has(error.code)) {
      this.drop(key);
      const pause = error.retryAfter || FIRST;
      this.#timer = this.env.setTimeout(() => this.flush(), pause);
      this.calls.onLimited({ text, reply }, key, pause, error.code === "slow_mode");
      return false;
    }
    if (!passing(error)) {
      this.#set(key, { state: "failed", error });
      return true;
    }
    this.#set(key, { state: "waiting" });
    const pause = Math.min(LONGEST, FIRST * 2 ** this.#tries++);
    const wait = Math.max(error.retryAfter ?? 0, pause * (0.5 + this.env.random() / 2));
    this.#timer = this.env.setTimeout(() => this.flush(), wait);
    return false;
  }

  #set(key, fields) {
    this.#entries = this.#entries.map((entry) => (entry.key === key ? { ...entry, ...fields } : entry));
    this.#changed();
  }

  #changed() {
    try {
      const open = this.#entries.filter(({ state }) => state !== "sent");
      const kept = open.map(({ key, text, reply }) => ({ key, text, reply }));
      if (kept.length) this.storage?.setItem(this.name, JSON.stringify(kept));
      else this.storage?.removeItem(this.name);
    } catch {
      // Without storage it waits as long as the page is open.
    }
    this.calls.onChange?.();
  }

  #kept() {
    try {
      return JSON.parse(this.storage?.getItem(this.name)) ?? [];
    } catch {
      return [];
    }
  }
}
