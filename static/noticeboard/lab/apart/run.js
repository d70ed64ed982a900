/** One run: sets the clock, starts it at the server, and reads it over four connections. */
import { request } from "../../client/requests.js";
import { browser } from "../../client/env.js";
import { Line } from "./line.js";
import { failure, NAMES } from "../names.js";
import { clockOffset, result } from "./statistics.js";

const PINGS = 8;
const WARM_UP = 2_000; // ms: what is slow only because it is the first is not counted
const LOOK = 1_000;
const AFTER = 3_000; // ms beyond two polls for what is on its way
const COUNTS = ["requests", "answers", "empty", "body", "sent", "wire_in", "wire_out", "connections", "cuts", "packed"];
const NOTHING = Object.fromEntries(COUNTS.map((name) => [name, 0]));

/** Our clock in ms since 1970, but one that is not set back and has fractions. */
const now = () => performance.timeOrigin + performance.now();

export class Run {
  #config;
  #env = browser();
  #told = { sent: 0, emitting: true, paused: false, traffic: {} };
  #looking;
  lines = NAMES.map((name) => new Line(name, now));
  background = []; // [from, to] in ms since 1970
  /** n → when the server sent it, in ms by our clock. */
  emitted = new Map();
  state = "starting";

  /** `plan` is what the server's `Plan` is; `onEnd(run)` is called once. */
  constructor(config, { plan, native }, onEnd) {
    Object.assign(this, { plan, native, onEnd });
    this.#config = config;
  }

  async start() {
    await this.#ping();
    this.#told = await this.#post("run", this.plan);
    this.begin = this.#told.time - this.clock.offset; // by our clock
    for (const line of this.lines) {
      const take = (data) => this.#take(line, data);
      line.open(this.#told, { pollSeconds: this.plan.poll_seconds, native: this.native, take });
    }
    this.state = "running";
    document.addEventListener("visibilitychange", this.#turned);
    addEventListener("pagehide", this.#left);
    this.#looking = setTimeout(() => this.#look(), LOOK);
  }

  get sent() {
    return this.#told.sent;
  }

  get events() {
    return this.#told.events ?? 0;
  }

  get paused() {
    return this.#told.paused;
  }

  /** In ms, how much of its beginning is not in the latencies. */
  get warmUp() {
    return Math.min(WARM_UP, this.plan.seconds * 200);
  }

  /** In ms, how long it has lasted. */
  get lasted() {
    return (this.over ?? now()) - this.begin;
  }

  /** The results, one object per transport. */
  rows() {
    return this.lines.map((line) =>
      result(line.name, {
        tally: line.tally,
        sent: this.sent,
        over: this.state === "finished",
        body: line.body,
        wire: this.#told.traffic[line.name] ?? NOTHING,
        reconnects: line.reconnects,
        failures: line.failed,
        state: line.state,
        reason: line.failure && failure(line.failure, line.wasUp),
      }),
    );
  }

  /** Let the server rest, or go on. */
  async pause(paused) {
    const told = await this.#post("pause", { topic: this.#told.topic, paused });
    if (this.state === "running") this.#told = told;
  }

  /** End it: all work at the server has ended when the promise is fulfilled. */
  async stop() {
    if (this.state !== "running") return;
    this.state = "stopping";
    this.over = now();
    clearTimeout(this.#looking);
    document.removeEventListener("visibilitychange", this.#turned);
    removeEventListener("pagehide", this.#left);
    for (const line of this.lines) line.close();
    this.#told = await this.#post("stop", { topic: this.#told.topic }).catch(() => this.#told);
    this.state = "finished";
    this.onEnd(this);
  }

  #post(name, body, env = this.#env) {
    return request(env, this.#config[name], { body, csrf: this.#config.csrf_cookie });
  }

  async #ping() {
    const pings = [];
    for (let each = 0; each < PINGS; each++) {
      const sent = now();
      const { time } = await request(this.#env, this.#config.time);
      pings.push({ sent, received: now(), time });
    }
    this.clock = clockOffset(pings);
  }

  #take(line, { n, sent_at: sentAt }) {
    const at = sentAt - this.clock.offset;
    this.emitted.set(n, at);
    this.first ??= at;
    const counts = at - this.first >= this.warmUp && !document.hidden && !this.#wasHidden(at);
    line.tally.record(n, at - this.begin, now() - at, counts);
  }

  #wasHidden(at) {
    return this.background.some(([from, to]) => at >= from - 1_000 && at <= to + 1_000);
  }

  #turned = () => {
    if (document.hidden) this.background.push([now(), Infinity]);
    else if (this.background.length) this.background.at(-1)[1] = now();
  };

  #left = () => {
    const fetch = (url, init) => globalThis.fetch(url, { ...init, keepalive: true });
    this.#post("stop", { topic: this.#told.topic }, { ...this.#env, fetch }).catch(() => {});
  };

  /** Once a second; over when all that was sent has come, or has had time to. */
  async #look() {
    const told = await request(this.#env, this.#config.run).catch(() => undefined);
    if (this.state !== "running") return;
    if (told) this.#told = told;
    if (!this.#told.emitting) {
      this.ended ??= now();
      const missing = this.lines.filter(({ tally }) => tally.received < this.sent);
      if (!missing.length || now() - this.ended > this.#patience) return this.stop();
      for (const line of missing) line.hurry();
    }
    this.#looking = setTimeout(() => this.#look(), LOOK);
  }

  get #patience() {
    const { poll_seconds: poll, latency, jitter } = this.plan;
    return 2 * (poll * 1_000 + latency + jitter) + AFTER;
  }
}
