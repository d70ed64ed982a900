/** One of the four: a connection of the ordinary client, and all that is noted about it. */
import { connect } from "../../client/index.js";
import { counting } from "./counting.js";
import { Exchange } from "./exchange.js";
import { Tally } from "./statistics.js";

const UP = ["live", "delayed"];
const GIVEN_UP = 3; // failures in a row: it still tries, but nobody need wait for it

export class Line {
  tally = new Tally();
  /** Why it is not up, as `counting` says it; null while it is. */
  failure = null;
  /** How often it ended, or did not come up. */
  failed = 0;
  #failures = 0;
  #ups = new Set();
  #state = "connecting";
  #closed = false;

  constructor(name, now) {
    this.name = name;
    this.exchange = new Exchange(now);
  }

  /** `native`: by the browser's own EventSource, which does not show the bytes. */
  open({ topic, cursor }, { pollSeconds, native, take }) {
    this.native = native && this.name === "sse";
    this.client = connect({
      env: counting(this.exchange.log((reason) => this.#failed(reason)), native),
      topics: [topic],
      cursor,
      pollSeconds,
      transports: [this.name],
      use: this.name,
      onEvent: (event) => event.type === "lab.tick" && take(event.data),
      onReset: (frame) => frame.cursor,
      onState: (client) => this.#turned(client),
    });
  }

  /** The client's words, and `failed` for one that does not come up. */
  get state() {
    const hopeless = !this.#ups.size || this.#failures >= GIVEN_UP;
    return this.failure && hopeless ? "failed" : this.#state;
  }

  get reconnects() {
    return Math.max(0, this.#ups.size - 1);
  }

  /** Bytes of the bodies that came, null where the browser does not say. */
  get body() {
    return this.native ? null : this.exchange.bytes;
  }

  get wasUp() {
    return this.#ups.size > 0;
  }

  /** Now, if it only waits for its next try. */
  hurry() {
    if (this.client.retryAt !== null) this.client.reconnect();
  }

  close() {
    this.#closed = true;
    this.client.close();
  }

  #failed(reason) {
    if (this.#closed) return;
    this.failure = reason;
    this.failed += 1;
    this.#failures += 1;
  }

  #turned({ state, since }) {
    this.#state = state;
    if (!UP.includes(state)) return;
    this.#ups.add(since);
    this.failure = null;
    this.#failures = 0;
  }
}
