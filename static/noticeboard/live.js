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
  #announcer;
  #deeds;

  /** `filters` are those that the page's snapshot was asked for with. */
  constructor(config, filters, announcer) {
    Object.assign(this, { onUndone: () => {}, onRefused: () => {} });
    this.#config = config;
    this.#announcer = announcer;
    this.filters = filters;
    this.store = createInbox(config.snapshot, { ...filters });
    this.store.before = filters.before;
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
    if (this.#left()) this.deeds().then((deeds) => deeds.resume());
  }

  /**
   * Do something: shown at once, taken back if the server refuses it, kept while there is no
   * network. Rejects with why.
   */
  perform(action, payload) {
    return this.#do(action, payload, false);
  }

  /** The same, and a bar offers to undo it. */
  act(action, payload) {
    return this.#do(action, payload, true);
  }

  /** What sends the reader's actions: loaded when there is a reader to act. */
  deeds() {
    this.#deeds ??= import("./inbox/later/deeds.js").then(({ Deeds }) => new Deeds(this.#desk));
    return this.#deeds;
  }

  /** With `filter`, read_all is of what that shows; `ids` are those of it that are loaded. */
  async #do(action, { ids = [], until, cursor, filter }, told) {
    const all = action === "read_all";
    const before = this.#known(all && !filter ? this.store.unreadIds() : ids);
    const takeBack = this.store.perform(all && filter ? "read" : action, ids, { until, at: cursor });
    const deeds = await this.deeds().catch((error) => {
      this.#deeds = undefined;
      takeBack();
      throw error;
    });
    const answer = await deeds.do({ action, ids, until, cursor, filter }, takeBack, { told, before });
    // What is not loaded was marked too: only a snapshot knows how many are left.
    if (filter && !answer.waiting) await this.client.refresh();
    this.client.wake?.();
    return answer;
  }

  /** How these are now; of what is not loaded it is known that it is unread. */
  #known(ids) {
    const { store } = this;
    return (ids ?? []).map((id) => {
      const item = store.get(id);
      return item ? { ...item, unread: store.isUnread(item) } : { id, unread: true };
    });
  }

  get #desk() {
    return {
      env: this.#env,
      store: this.store,
      inbox: this.#config.urls.inbox,
      csrf: this.#config.csrf_cookie,
      user: this.#config.user?.id,
      flag: this.#flag,
      announcer: this.#announcer,
      perform: (action, payload) => this.perform(action, payload).catch((error) => this.onRefused({ action, ...payload }, error)),
      refresh: () => this.client.refresh(),
      refused: (deed, error) => this.onRefused(deed, error),
      undone: (ids) => this.onUndone(ids),
    };
  }

  get #flag() {
    return `noticeboard.waiting.${this.#config.user?.id}`;
  }

  /** Whether an earlier page could not send something. */
  #left() {
    try {
      return Boolean(this.#env.storage?.getItem(this.#flag));
    } catch {
      return false;
    }
  }

  /** Show other filters. Rejects if their snapshot cannot be had; the old rows stay then. */
  async filter(filters) {
    this.filters = filters;
    this.store.before = filters.before;
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
