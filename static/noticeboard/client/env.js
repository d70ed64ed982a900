/** Everything the client takes from the browser, in one place: tests give their own. */
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
    log: (...args) => console.error(...args),
  };
}

/** localStorage, or nothing: reading the name alone throws where cookies are blocked. */
function storage() {
  try {
    return globalThis.localStorage;
  } catch {
    return undefined;
  }
}
