/** All that the client takes from the browser: tests give their own. */
export function browser() {
  const { document, navigator, location } = globalThis;
  return {
    WebSocket: globalThis.WebSocket,
    EventSource: globalThis.EventSource,
    fetch: (...args) => globalThis.fetch(...args),
    setTimeout: (run, ms) => globalThis.setTimeout(run, ms),
    clearTimeout: (timer) => globalThis.clearTimeout(timer),
    now: Date.now,
    random: Math.random,
    storage: storage(),
    window: globalThis.addEventListener ? globalThis : new EventTarget(),
    base: location?.href,
    cookie: () => document?.cookie ?? "",
    online: () => navigator?.onLine !== false,
    hidden: () => document?.visibilityState === "hidden",
    log: (error) => console.error(error),
  };
}

/** localStorage, or nothing: its name alone throws where cookies are blocked. */
function storage() {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}

/** Timers by name: setting one again moves it. */
export class Timers {
  #running = new Map();

  constructor(env) {
    this.env = env;
  }

  set(name, ms, run) {
    this.clear(name);
    this.#running.set(name, this.env.setTimeout(run, ms));
  }

  /** One, or all. */
  clear(name) {
    for (const each of name ? [name] : [...this.#running.keys()]) {
      this.env.clearTimeout(this.#running.get(each));
      this.#running.delete(each);
    }
  }
}
