/** What one transport did in a run: what came, what did not, how long it took. No page, no network. */

/** The value below which the share `q` of sorted `values` lies (nearest rank); null of none. */
export function quantile(values, q) {
  if (!values.length) return null;
  return values[Math.min(values.length - 1, Math.max(0, Math.ceil(q * values.length) - 1))];
}

/**
 * How far the server's clock is ahead of ours, in ms: of the ping that was quickest. A ping is
 * `{sent, received, time}`, the last by the server's clock. `error` is what it may be wrong by.
 */
export function clockOffset(pings) {
  const best = pings.reduce((a, b) => (b.received - b.sent < a.received - a.sent ? b : a));
  const trip = best.received - best.sent;
  return { offset: best.time - (best.sent + trip / 2), error: trip / 2 };
}

export class Tally {
  /** n → how often it came. */
  #seen = new Map();
  #highest = 0;
  outOfOrder = 0;
  excluded = 0;
  /** `{n, at, ms}` of what counts: after the warm-up, while the tab was in front. */
  samples = [];

  /** Event `n`, sent at `at` ms after the run's first, came after `ms`. */
  record(n, at, ms, counts = true) {
    const before = this.#seen.get(n) ?? 0;
    this.#seen.set(n, before + 1);
    if (before) return;
    if (n < this.#highest) this.outOfOrder += 1;
    this.#highest = Math.max(this.#highest, n);
    if (counts) this.samples.push({ n, at, ms });
    else this.excluded += 1;
  }

  get received() {
    return this.#seen.size;
  }

  get duplicated() {
    return [...this.#seen.values()].reduce((sum, times) => sum + times - 1, 0);
  }

  /** Those that a later one has overtaken for good, or all that are missing once it is over. */
  lost(sent, over) {
    return (over ? sent : Math.min(sent, this.#highest)) - this.received;
  }

  /** p50, p95 and p99 in ms, null without a sample. */
  latency() {
    const sorted = this.samples.map(({ ms }) => ms).sort((a, b) => a - b);
    return { p50: quantile(sorted, 0.5), p95: quantile(sorted, 0.95), p99: quantile(sorted, 0.99) };
  }
}

const share = (part, whole) => (whole ? part / whole : null);

/**
 * One row of the results. `wire` is what the server counted, `body` the bytes that the page got,
 * null where nobody sees them; `reconnects` how often the connection came back, `reason` why it is
 * not up.
 */
export function result(name, { tally, sent, over, body, wire, reconnects, failures = 0, state, reason = null }) {
  const onWire = wire.wire_in + wire.wire_out;
  const { received } = tally;
  const polls = name === "poll" || name === "longpoll";
  return {
    transport: name,
    state,
    reason,
    received,
    expected: sent,
    lost: tally.lost(sent, over),
    duplicated: tally.duplicated,
    out_of_order: tally.outOfOrder,
    ...tally.latency(),
    requests: wire.requests,
    connections: wire.connections,
    reconnects,
    failures,
    cuts: wire.cuts,
    compressed: wire.packed > 0,
    body_bytes_browser: body,
    body_bytes_server: wire.body,
    wire_bytes: onWire,
    bytes_per_event: share(onWire, received),
    overhead_per_event: share(onWire - wire.sent, received),
    empty_answers: polls ? share(wire.empty, wire.answers) : null,
  };
}

/** Comma-separated, one line per transport. */
export function csv(rows) {
  const names = Object.keys(rows[0]);
  const cell = (value) => (value === null ? "" : /[",\n]/.test(value) ? `"${value}"` : value);
  return [names, ...rows.map((row) => names.map((name) => cell(row[name])))]
    .map((line) => line.join(","))
    .join("\n")
    .concat("\n");
}
