/** The store and the client of a page, and what the page asks of them. */
import { browser } from "./client/env.js";
import { follow } from "./client/follow.js";
import { connect } from "./client/index.js";
import { request } from "./client/requests.js";
import { createInbox } from "./inbox.js";
import { share } from "./sharing/index.js";
import { write } from "./views/filters.js";

// What an address calls the transports; the client has shorter names for two.
const TRANSPORTS = { websocket: "websocket", sse: "sse", "long-polling": "longpoll", polling: "poll" };

/** The transport that `?transport=` asks for; "auto" if it asks for none that there is. */
export const forced = (query) => TRANSPORTS[new URLSearchParams(query).get("transport")] ?? "auto";

export class Live {
  #config;
  #env = browser();

  /** `filters` are those that the page's snapshot was asked for with. */
  constructor(config, filters) {
    this.#config = config;
    this.filters = filters;
    this.store = createInbox(config.snapshot, { ...filters });
  }

  /** Connect; `callbacks` are `onEvent`, `onState`, `onReset` and `onError` of the client. */
  start(callbacks) {
    const { urls, cursor, topics, ticket, poll_seconds: pollSeconds } = this.#config;
    const snapshotUrl = () => this.#address(this.filters);
    const use = forced(location.search);
    this.client = follow(this.store, {
      url: { ws: urls.ws, sse: urls.sse, poll: urls.poll, inbox: urls.inbox },
      cursor,
      topics,
      user: this.#config.user?.id ?? null,
      ticket,
      use,
      open: use === "auto" ? share : connect,
      csrf: this.#config.csrf_cookie,
      pollSeconds,
      snapshotUrl,
      ...callbacks,
    });
  }

  /** Do something: shown at once, taken back if the server refuses it. Rejects with why. */
  async perform(action, { ids = [], until, cursor }) {
    const undo = this.store.perform(action, ids, { until, at: cursor });
    const payload = { read_all: { cursor }, snooze: { ids, until } }[action] ?? { ids };
    try {
      return await this.client.send(action, payload);
    } catch (error) {
      undo();
      throw error;
    }
  }

  /** Show other filters. Rejects if their snapshot cannot be had; the old rows stay then. */
  async filter(filters) {
    this.filters = filters;
    await this.client.refresh();
  }

  /** The next page below. */
  async older() {
    const filters = this.filters;
    const before = this.store.items().at(-1)?.position;
    const page = await request(this.#env, this.#address({ ...filters, before }));
    if (filters === this.filters) this.store.append(page);
  }

  #address(filters) {
    const query = new URLSearchParams(write(filters));
    query.set("limit", this.#config.page_size);
    return `${this.#config.urls.inbox}?${query}`;
  }
}
