/** A browser that tests hold in their hand: its clock, its sockets, its requests. */

/** Time that moves only when told to. */
export class Clock {
  #timers = new Map();
  #next = 1;
  time = Date.parse("2026-11-21T10:00:00Z");

  now = () => this.time;
  setTimeout = (run, ms) => {
    this.#timers.set(this.#next, { at: this.time + Math.max(0, ms), run });
    return this.#next++;
  };
  clearTimeout = (timer) => this.#timers.delete(timer);

  get waiting() {
    return this.#timers.size;
  }

  /** Let this many ms pass, running what is due in its order, and what follows from it. */
  async pass(ms) {
    const end = this.time + ms;
    await settled();
    for (;;) {
      const due = [...this.#timers].filter(([, { at }]) => at <= end);
      if (!due.length) break;
      const [timer, { at, run }] = due.reduce((a, b) => (b[1].at < a[1].at ? b : a));
      this.#timers.delete(timer);
      this.time = Math.max(this.time, at);
      run();
      await settled();
    }
    this.time = end;
  }
}

/** All that promises still have to do, done. */
export async function settled() {
  for (let round = 0; round < 3; round++) await new Promise((done) => setImmediate(done));
}

class FakeSocket {
  sent = [];
  closed = false;

  constructor(url) {
    this.url = new URL(url);
  }
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.closed = true;
  }
  receive(frame) {
    this.onmessage?.({ data: typeof frame === "string" ? frame : JSON.stringify(frame) });
  }
  drop(code = 1006) {
    this.closed = true;
    this.onclose?.({ code });
  }
  ready(cursor = "0.aaaaaa", heartbeat = 20) {
    this.receive({ control: "ready", cursor, client: "c1", heartbeat, user: 1 });
  }
  get after() {
    return this.url.searchParams.get("after");
  }
}

class FakeSource extends EventTarget {
  closed = false;

  constructor(url) {
    super();
    this.url = new URL(url);
  }
  close() {
    this.closed = true;
  }
  emit(name, data, lastEventId = "") {
    const event = Object.assign(new Event(name), { data: JSON.stringify(data), lastEventId });
    if (name === "message") this.onmessage?.(event);
    else this.dispatchEvent(event);
  }
  receive(event) {
    this.emit("message", event, event.cursor);
  }
  drop() {
    this.onerror?.(new Event("error"));
  }
  ready(cursor = "0.aaaaaa") {
    this.emit("stream-open", { cursor, client: "c1", heartbeat: 20, user: 1 }, cursor);
  }
  get after() {
    return this.url.searchParams.get("lastEventId");
  }
}

/** One request that waits for the test to answer it. */
class FakeRequest {
  done = false;

  constructor(url, init) {
    Object.assign(this, { url: new URL(url, "https://board.test/"), init });
    this.response = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    }).finally(() => (this.done = true));
    init.signal?.addEventListener("abort", () => this.reject(new DOMException("", "AbortError")));
  }
  async answer(body, { status = 200, headers = {} } = {}) {
    this.resolve(new Response(status === 304 ? null : JSON.stringify(body), { status, headers }));
    await settled();
  }
  async fail() {
    this.reject(new TypeError("Failed to fetch"));
    await settled();
  }
  get after() {
    return this.url.searchParams.get("after");
  }
  get wait() {
    return this.url.searchParams.get("wait");
  }
}

/** All of `client/env.js`, and lists of what was opened: `sockets`, `sources`, `requests`. */
export function fakeBrowser({ random = () => 0.5 } = {}) {
  const clock = new Clock();
  const sockets = [];
  const sources = [];
  const requests = [];
  const logged = [];
  const stored = new Map();
  const page = { online: true, hidden: false, cookie: "theme=dark; csrftoken=token%3D1" };
  const window = new EventTarget();
  const env = {
    WebSocket: class extends FakeSocket {
      constructor(url) {
        super(url);
        sockets.push(this);
      }
    },
    EventSource: class extends FakeSource {
      constructor(url) {
        super(url);
        sources.push(this);
      }
    },
    fetch(url, init = {}) {
      requests.push(new FakeRequest(url, init));
      return requests.at(-1).response;
    },
    setTimeout: clock.setTimeout,
    clearTimeout: clock.clearTimeout,
    now: clock.now,
    random,
    storage: {
      getItem: (key) => stored.get(key) ?? null,
      setItem: (key, value) => stored.set(key, value),
    },
    window,
    base: "https://board.test/inbox/",
    cookie: () => page.cookie,
    online: () => page.online,
    hidden: () => page.hidden,
    log: (error) => logged.push(error),
  };
  const fire = (type) => window.dispatchEvent(new Event(type));
  return { env, clock, sockets, sources, requests, logged, stored, page, fire };
}

/** An event of the log; its check follows from its seq. */
export const event = (seq, type = "order.changed", data = { seq }) => ({
  cursor: cursor(seq),
  type,
  time: "2026-11-21T10:00:00.000Z",
  data,
});

export const cursor = (seq) => `${seq}.${(seq + 0xaaaaaa).toString(16)}`;
