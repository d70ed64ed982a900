/** What the client takes from the browser, counting and noting what goes through it. */
import { browser } from "../client/env.js";

const size = (text) => new TextEncoder().encode(text).length;

/**
 * An `env` for one connection. `log` gets `bytes(count)`, and for the picture `asked()` → a
 * function to call with the answer's events, `pushed(events)`, and `opened()`.
 */
export function counting(log) {
  class CountedSocket extends WebSocket {
    constructor(...args) {
      super(...args);
      this.addEventListener("open", log.opened());
      this.addEventListener("message", ({ data }) => {
        log.bytes(size(data));
        log.pushed(ticks(data));
      });
    }
  }
  return {
    ...browser(),
    storage: undefined, // which transport works best is not learnt here
    WebSocket: CountedSocket,
    EventSource: class extends StreamSource {
      constructor(url) {
        super(url, log);
      }
    },
    async fetch(...args) {
      const answered = log.asked();
      const response = await fetch(...args).catch((error) => {
        answered(0);
        throw error;
      });
      const text = await response.clone().text();
      log.bytes(size(text));
      answered(ticks(text));
      return response;
    },
  };
}

const ticks = (text) => text.split('"type":"lab.tick"').length - 1;

/**
 * EventSource by fetch, because the browser's own does not say how many bytes came. Only what the
 * client's transport uses of it.
 */
export class StreamSource extends EventTarget {
  #control = new AbortController();
  #rest = "";

  constructor(url, log) {
    super();
    this.#read(url, log).catch(() => {});
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
      const reader = response.body.getReader();
      const decoder = new TextDecoder();
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        log.bytes(part.value.length);
        const text = decoder.decode(part.value, { stream: true });
        log.pushed(ticks(text));
        if (response.ok) this.#take(text);
      }
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
