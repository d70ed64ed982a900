/** Keeps a store equal to the server: events go in, and a snapshot where they do not suffice. */
import { Backoff } from "./backoff.js";
import { browser, Timers } from "./env.js";
import { request } from "./requests.js";
import { connect } from "./index.js";

const MOST = 100; // items the server puts into one snapshot
const DAY = 86_400_000; // a browser's timer holds 24 of them at most

/**
 * `snapshotUrl()` is where the store's snapshot is; its query is the store's filter. The other
 * options are `connect`'s: `onEvent` and `onReset` are called after the store, `onError(error)` if
 * there was no snapshot, which is tried again. The client has `refresh()` besides, which is not.
 * `open` is `connect`, or what connects in its place.
 */
export function follow(store, { snapshotUrl, open = connect, ...options }) {
  const env = { ...browser(), ...options.env };
  const timers = new Timers(env);
  const backoff = new Backoff(env);
  let running = false;
  let wanted = false;

  /** Undefined if another filter was chosen meanwhile. */
  async function take(restart) {
    const wish = snapshotUrl();
    const url = new URL(wish, env.base);
    const query = url.searchParams;
    const loaded = store.items().length;
    if (loaded > (query.get("limit") ?? 25)) query.set("limit", Math.min(MOST, loaded));
    const snapshot = await request(env, url.href);
    if (wish !== snapshotUrl()) return undefined;
    const [view, topic, q] = ["view", "topic", "q"].map((name) => query.get(name) ?? "");
    const filter = { view: view || "inbox", levels: query.getAll("level"), topic, q };
    settle(store.replace(snapshot, { restart, ...filter }));
    return snapshot;
  }

  /** One at a time, until the store is right. */
  async function resync() {
    wanted = true;
    if (running) return;
    running = true;
    while (wanted && !["closed", "signed-out"].includes(client.state)) {
      wanted = false;
      try {
        if (!(await take(false))) wanted = true;
        else if (!wanted) backoff.reset();
        if (wanted) await rest(0);
      } catch (error) {
        options.onError?.(error);
        wanted = true;
        await rest(error.retryAfter);
      }
    }
    running = false;
  }

  const rest = (ms) => new Promise((go) => timers.set("rest", backoff.next() + ms, go));

  function settle(answer) {
    const next = store.nextChange();
    const ms = next === null ? DAY : Math.min(DAY, next - env.now() + 1);
    timers.set("clock", Math.max(0, ms), () => settle(store.tick()));
    if (answer.resync) resync();
  }

  const client = open({
    ...options,
    cursor: store.state.cursor,
    onEvent(event) {
      settle(store.apply(event));
      options.onEvent?.(event);
    },
    async onReset(frame) {
      let snapshot;
      try {
        while (!snapshot) snapshot = await take(true);
      } catch (error) {
        options.onError?.(error);
        throw error;
      }
      options.onReset?.(frame);
      return snapshot.cursor;
    },
  });
  settle(store.tick());
  return Object.assign(client, { refresh: () => take(false) });
}
