/** What the client takes from the browser, counting and noting what goes through it. */
import { browser } from "../../client/env.js";

const size = (text) => new TextEncoder().encode(text).length;
const ticks = (text) => text.split('"type":"lab.tick"').length - 1;

// The lab is about what happens between cuts: nobody waits here for a server that is gone.
const CAP = 1_000;

/**
 * An `env` for one connection. `log` gets `bytes(count)`, `failed(reason)` for what ended it and was
 * not us, and for the picture `asked()` → a function to call with the answer's events,
 * `pushed(events)`, and `opened()`. `native`: by the browser's own EventSource, whose bytes nobody sees.
 */
export function counting(log, native) {
  return {
    ...browser(),
    cap: CAP,
    storage: undefined, // which transport works best is not learnt here
    WebSocket: socket(log),
    EventSource: native ? nativeSource(log) : streamSource(log),
    fetch: (url, init) => counted(log, url, init),
  };
}

function socket(log) {
  return class extends WebSocket {
    #over = false; // closed by us, or known to be
    #opened = false;
    #heard = false;

    constructor(...args) {
      super(...args);
      const opened = log.opened();
      this.addEventListener("open", () => {
        this.#opened = true;
        opened();
      });
      this.addEventListener("message", ({ data }) => {
        this.#heard = true;
        log.bytes(size(data));
        log.pushed(ticks(data));
      });
      this.addEventListener("close", ({ code }) => {
        if (!this.#over) log.failed({ kind: this.#opened ? "socket" : "handshake", code });
        this.#over = true;
      });
    }

    close(...args) {
      if (!this.#heard && !this.#over) log.failed({ kind: "silent" });
      this.#over = true;
      super.close(...args);
    }
  };
}

const streamSource = (log) =>
  class extends StreamSource {
    constructor(url) {
      super(url, log);
    }
  };

function nativeSource(log) {
  return class extends EventSource {
    constructor(url) {
      super(url);
      this.addEventListener("open", log.opened());
      this.addEventListener("message", ({ data }) => log.pushed(ticks(data)));
      this.addEventListener("error", () => log.failed({ kind: "source" }));
    }
  };
}

async function counted(log, url, init) {
  // Whether the server can be reached at all is asked for beside the run.
  if (!String(url).includes("topic=")) return fetch(url, init);
  const answered = log.asked();
  try {
    const response = await fetch(url, init);
    const text = await response.clone().text();
    log.bytes(size(text));
    answered(ticks(text));
    if (response.status >= 400) log.failed({ kind: "status", status: response.status });
    return response;
  } catch (error) {
    answered(0);
    log.failed({ kind: init?.signal?.aborted ? "silent" : "request" });
    throw error;
  }
}

/**
 * EventSource by fetch, because the browser's own does not say how many bytes came. Only what the
 * client's transport uses of it.
 */
export class StreamSource extends EventTarget {
  #control = new AbortController();
  #rest = "";

  constructor(url, log) {
    super();
    this.#read(url, log).catch(() => {
      log.failed({ kind: this.#control.signal.aborted ? "silent" : "request" });
    });
  }

  close() {
    this.#control.abort();
  }

  async #read(url, log) {
    try {
      const opened = log.opened();
      const { signal } = this.#control;
      const headers = { Accept: "text/event-stream" };
      const response = await fetch(url, { signal, headers, cache: "no-store" });
      if (response.ok) opened();
      else log.failed({ kind: "status", status: response.status });
      const reader = response.body.getReader();
      const decoder = new TextDecoder();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        log.bytes(part.value.length);
        const text = decoder.decode(part.value, { stream: true });
        log.pushed(ticks(text));
        if (response.ok) this.#take(text);
      }
      if (response.ok && !signal.aborted) log.failed({ kind: "ended" });
    } finally {
      this.onerror?.();
    }
  }

  #take(text) {
    const blocks = (this.#rest + text).split("\n\n");
    this.#rest = blocks.pop();
    for (const block of blocks) this.#block(block);
  }

  #block(block) {
    const fields = { event: "message", data: "", id: "" };
    for (const line of block.split("\n")) {
      const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
      if (name) fields[name] = value;
    }
    const event = new MessageEvent(fields.event, { data: fields.data, lastEventId: fields.id });
    if (fields.event === "message") this.onmessage?.(event);
    else this.dispatchEvent(event);
  }
}
