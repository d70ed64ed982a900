/** Keeps a store equal to the server: events go in, and a snapshot where they do not suffice. */
import { Backoff } from "./backoff.js";
import { browser } from "./env.js";
import { request } from "./http.js";
import { connect } from "./index.js";
import { Timers } from "./timers.js";

const MOST = 100; // items the server puts in one snapshot
const DAY = 86_400_000; // a browser's timers hold no more than 24

/**
 * Connect `store`. `snapshotUrl()` is where its snapshot is now, whose query is the store's filter;
 * the rest are `connect`'s options. Returns its client, with `refresh()` to take a snapshot now.
 */
export function follow(store, { snapshotUrl, ...options }) {
  const env = { ...browser(), ...options.env };
  const timers = new Timers(env);
  const backoff = new Backoff(env);
  let running;
  let wanted = false;

  function address() {
    const url = new URL(snapshotUrl(), env.base);
    const loaded = store.items().length;
    if (loaded > (url.searchParams.get("limit") ?? 25)) {
      url.searchParams.set("limit", Math.min(MOST, loaded));
    }
    return url;
  }

  /** Undefined if another view was chosen meanwhile. */
  async function take(restart) {
    const wish = snapshotUrl();
    const url = address();
    const snapshot = await request(env, url.href);
    if (wish !== snapshotUrl()) return undefined;
    const query = url.searchParams;
    const [view, topic, q] = ["view", "topic", "q"].map((name) => query.get(name) ?? "");
    const filter = { view: view || "inbox", levels: query.getAll("level"), topic, q };
    settle(store.replace(snapshot, { restart, ...filter }));
    return snapshot;
  }

  async function run() {
    while (wanted && client.state !== "closed") {
      wanted = false;
      try {
        wanted = !(await take(false)) || wanted;
        if (!wanted) backoff.reset();
      } catch (error) {
        if (error.status === 401 || error.status === 403) return;
        wanted = true;
        await new Promise((go) => timers.set("retry", backoff.next() + error.retryAfter, go));
      }
    }
  }

  function refresh() {
    wanted = true;
    running ??= run().finally(() => (running = undefined));
    return running;
  }

  function settle({ resync }) {
    const next = store.nextChange();
    if (next !== null) {
      const ms = Math.min(DAY, Math.max(0, next - env.now()) + 1);
      timers.set("clock", ms, () => settle(store.tick()));
    }
    if (resync) refresh();
  }

  const client = connect({
    ...options,
    cursor: store.state.cursor,
    onEvent(event) {
      settle(store.apply(event));
      options.onEvent?.(event);
    },
    async onReset(frame) {
      let snapshot;
      while (!snapshot) snapshot = await take(true);
      options.onReset?.(frame);
      return snapshot.cursor;
    },
  });
  settle(store.tick());
  return Object.assign(client, { refresh });
}
