/** Several pages of one browser: they share its clock, locks, lines, storage and requests. */
import { share } from "../../../static/noticeboard/sharing/index.js";
import { cursor, fakeBrowser, settled } from "./browser.js";

/** Web Locks, as the pages of a share use them. */
class FakeLocks {
  #queue = [];
  #holders = new Map();

  request(name, { signal, steal }, run) {
    return new Promise((resolve, reject) => {
      const one = { name, run, resolve, reject };
      signal?.addEventListener("abort", () => this.#abort(one));
      if (steal) {
        this.#holders.get(name)?.reject(new DOMException("", "AbortError"));
        this.#grant(one);
      } else {
        this.#queue.push(one);
        setImmediate(() => this.#next(name));
      }
    });
  }

  #abort(one) {
    if (!this.#queue.includes(one)) return;
    this.#queue = this.#queue.filter((each) => each !== one);
    one.reject(new DOMException("", "AbortError"));
  }

  #next(name) {
    const next = this.#queue.find((one) => one.name === name);
    if (this.#holders.has(name) || !next) return;
    this.#queue = this.#queue.filter((one) => one !== next);
    this.#grant(next);
  }

  #grant(one) {
    const { name } = one;
    this.#holders.set(name, one);
    setImmediate(async () => {
      one.resolve(await one.run());
      if (this.#holders.get(name) !== one) return;
      this.#holders.delete(name);
      this.#next(name);
    });
  }
}

/** BroadcastChannels; a frozen page hears nothing. */
class Lines {
  open = new Set();

  constructor() {
    const lines = this;
    this.Line = class {
      constructor(name) {
        this.name = name;
        lines.open.add(this);
      }
      postMessage(data) {
        if (!lines.open.has(this)) throw new DOMException("", "InvalidStateError");
        for (const line of lines.open) {
          if (line === this || line.name !== this.name) continue;
          setImmediate(() => lines.open.has(line) && line.onmessage({ data }));
        }
      }
      close() {
        lines.open.delete(this);
      }
    };
  }
}

/** A browser; `open(options)` opens a page in it. */
export function fakeTabs() {
  const browser = fakeBrowser();
  const locks = new FakeLocks();
  const { Line } = new Lines();
  const tabs = [];

  async function open({ env, ...options } = {}) {
    const page = { hidden: false, slow: false, frozen: false };
    const window = new EventTarget();
    const got = [];
    const states = [];
    const own = {
      ...browser.env,
      window,
      locks,
      BroadcastChannel: class extends Line {
        set onmessage(hear) {
          this.heard = (event) => page.frozen || hear(event);
        }
        get onmessage() {
          return this.heard;
        }
      },
      setTimeout: (run, ms) =>
        browser.clock.setTimeout(() => page.slow || page.frozen || run(), ms),
      hidden: () => page.hidden,
      ...env,
    };
    const client = share({
      cursor: cursor(5),
      env: own,
      onEvent: ({ cursor: at }) => got.push(Number.parseInt(at, 10)),
      onState: ({ state }) => state === states.at(-1) || states.push(state),
      ...options,
    });
    const fire = async (type) => {
      window.dispatchEvent(new Event(type));
      await settle();
    };
    const look = async (hidden) => {
      page.hidden = hidden;
      await fire("visibilitychange");
    };
    const tab = { client, page, got, states, fire, look };
    tabs.push(tab);
    await settle();
    return tab;
  }

  /** What goes back and forth between pages, done. */
  async function settle() {
    for (let round = 0; round < 6; round++) await settled();
  }

  const connected = () => browser.sockets.filter(({ closed }) => !closed);
  return { ...browser, open, settle, tabs, connected };
}

/** `count` pages, the first of which is live over WebSocket. */
export async function liveTabs(count, options = {}) {
  const all = fakeTabs();
  for (let number = 0; number < count; number++) {
    await all.open(options);
    if (number === 0) all.sockets[0].ready(cursor(5));
  }
  await all.settle();
  return all;
}
