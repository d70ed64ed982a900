/** One run: sets the clock, starts it at the server, and reads it over four connections. */
import { connect } from "../client/index.js";
import { request } from "../client/requests.js";
import { browser } from "../client/env.js";
import { counting } from "./counting.js";
import { Exchange } from "./exchange.js";
import { clockOffset, result, Tally } from "./statistics.js";

export const NAMES = ["websocket", "sse", "longpoll", "poll"];
const PINGS = 8;
const WARM_UP = 2_000; // ms: what is slow only because it is the first is not counted
const LOOK = 1_000;
const NOTHING = { requests: 0, answers: 0, empty: 0, body: 0, wire_in: 0, wire_out: 0, connections: 0 };

/** Our clock in ms since 1970, but one that is not set back and has fractions. */
const now = () => performance.timeOrigin + performance.now();

class Line {
  tally = new Tally();
  exchange = new Exchange(now);
  ups = new Set();
  state = "connecting";

  constructor(name) {
    this.name = name;
  }

  open({ topic, cursor }, pollSeconds, take) {
    this.client = connect({
      env: counting(this.exchange.log()),
      topics: [topic],
      cursor,
      pollSeconds,
      transports: [this.name],
      use: this.name,
      onEvent: (event) => event.type === "lab.tick" && take(event.data),
      onReset: (frame) => frame.cursor,
      onState: ({ state, since }) => {
        this.state = state;
        if (["live", "delayed"].includes(state)) this.ups.add(since);
      },
    });
  }
}

export class Run {
  #config;
  #env = browser();
  #told = { sent: 0, emitting: true, traffic: {} };
  #looking;
  lines = NAMES.map((name) => new Line(name));
  background = []; // [from, to] in ms since 1970
  /** n → when the server sent it, in ms by our clock. */
  emitted = new Map();
  state = "starting";

  /** `plan` is what the server's `Plan` is; `onEnd(run)` is called once. */
  constructor(config, plan, onEnd) {
    Object.assign(this, { plan, onEnd });
    this.#config = config;
  }

  async start() {
    await this.#ping();
    const { run, csrf_cookie: csrf } = this.#config;
    this.#told = await request(this.#env, run, { body: this.plan, csrf });
    this.begin = this.#told.time - this.clock.offset; // by our clock
    for (const line of this.lines) {
      line.open(this.#told, this.plan.poll_seconds, (data) => this.#take(line, data));
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

  /** The results, one object per transport. */
  rows() {
    return this.lines.map(({ name, tally, exchange, ups, state }) =>
      result(name, {
        tally,
        sent: this.sent,
        over: this.state === "finished",
        body: exchange.bytes,
        wire: this.#told.traffic[name] ?? NOTHING,
        reconnects: Math.max(0, ups.size - 1),
        state,
      }),
    );
  }

  /** End it: all work at the server has ended when the promise is fulfilled. */
  async stop() {
    if (this.state !== "running") return;
    this.state = "stopping";
    clearTimeout(this.#looking);
    document.removeEventListener("visibilitychange", this.#turned);
    removeEventListener("pagehide", this.#left);
    for (const { client } of this.lines) client.close();
    const { stop, csrf_cookie: csrf } = this.#config;
    const body = { topic: this.#told.topic };
    this.#told = await request(this.#env, stop, { body, csrf }).catch(() => this.#told);
    this.state = "finished";
    this.onEnd(this);
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
    const counts = at - this.first >= this.#warmUp && !document.hidden && !this.#wasHidden(at);
    line.tally.record(n, at - this.begin, now() - at, counts);
  }

  get #warmUp() {
    return Math.min(WARM_UP, this.plan.seconds * 200);
  }

  #wasHidden(at) {
    return this.background.some(([from, to]) => at >= from - 1_000 && at <= to + 1_000);
  }

  #turned = () => {
    if (document.hidden) this.background.push([now(), Infinity]);
    else if (this.background.length) this.background.at(-1)[1] = now();
  };

  #left = () => {
    const { stop, csrf_cookie: csrf } = this.#config;
    const fetch = (url, init) => globalThis.fetch(url, { ...init, keepalive: true });
    const body = { topic: this.#told.topic };
    request({ ...this.#env, fetch }, stop, { body, csrf }).catch(() => {});
  };

  /** Once a second; over when all that was sent has come, or has had time to. */
  async #look() {
    const told = await request(this.#env, this.#config.run).catch(() => undefined);
    if (this.state !== "running") return;
    if (told) this.#told = told;
    if (!this.#told.emitting) {
      this.ended ??= now();
      const all = this.lines.every(({ tally }) => tally.received >= this.sent);
      if (all || now() - this.ended > (2 * this.plan.poll_seconds + 3) * 1000) return this.stop();
    }
    this.#looking = setTimeout(() => this.#look(), LOOK);
  }
}
