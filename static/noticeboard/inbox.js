/**
 * The inbox in the page: a snapshot and the events since, kept equal to what the server would
 * answer now. Where an event does not say enough, `apply` asks for a new snapshot instead of guessing.
 *
 * It holds the items of one view that were loaded (all at or above a floor) and, of what is unread
 * elsewhere, only the ids. No network, no DOM, no timers.
 */
import { position } from "./client/cursor.js";

const CAP = 100; // the server counts unread no further
const KEPT = 500; // events and items remembered
const EMPTY = {
  seen_at: null,
  read_at: null,
  done_at: null,
  snoozed_until: null,
  acknowledged_at: null,
  unread: false,
};
/** What an action makes of a receipt, as the server does it. */
const ACTIONS = {
  read: ({ time, was }) => ({ read_at: time, seen_at: was.seen_at ?? time, unread: false }),
  unread: () => ({ read_at: null, unread: true }),
  done: ({ time, unread }) => ({ done_at: time, ...(unread && { read_at: time, unread: false }) }),
  undone: ({ was }) => ({
    done_at: null,
    ...(was.done_at === was.read_at && { read_at: null, unread: true }),
  }),
  snooze: ({ time, until, was, unread }) => ({
    snoozed_until: until,
    done_at: null,
    read_at: unread ? was.read_at : (was.read_at ?? time),
    unread: true,
  }),
  unsnooze: ({ was }) => ({ snoozed_until: null, unread: !was.read_at }),
  acknowledge: ({ time }) => ({ acknowledged_at: time, read_at: time, unread: false }),
};
const NO_FILTER = { view: "inbox", levels: [], topic: "", q: "" };
const VIEWS = {
  inbox: (is) => !is.expired && !is.done && !is.snoozed,
  unread: (is) => is.unread,
  snoozed: (is) => !is.expired && !is.done && is.snoozed,
  done: (is) => is.done,
  expired: (is) => is.expired && !is.done,
};

/** An unread count as it is shown. */
export const badge = (count) => (count < CAP ? String(count) : `${CAP - 1}+`);

/** A store for `snapshot`; `view`, `levels`, `topic` and `q` as it was asked for. `now()` in ms. */
export const createInbox = (snapshot, { now = Date.now, ...filter } = {}) =>
  new Inbox(snapshot, now, filter);

class Inbox {
  #now;
  #ahead = -Infinity; // by how much the server's clock is ahead of ours, at least
  #filter = NO_FILTER;
  #items;
  #far; // ids that are unread but not loaded
  #farTop; // none of them stands above this position
  #capped; // there may be more unread than are known
  #events = [];
  #forgotten = -1; // position of the last event that is no longer remembered
  #subscribers = new Set();

  constructor(snapshot, now, filter) {
    this.#now = now;
    this.replace(snapshot, filter);
  }

  /** Take an event of the log; `resync` says that only a new snapshot can tell what is now. */
  apply(event) {
    if (position(event.cursor) <= position(this.state.cursor)) return { resync: false };
    this.state.cursor = event.cursor;
    this.#clock(event.time);
    this.#events.push(event);
    if (this.#events.length > KEPT) this.#forgotten = position(this.#events.shift().cursor);
    return this.#changed(this.#take(event));
  }

  /**
   * Put a snapshot in place of everything, and what came after it on top. With `restart` (after a
   * reset) nothing came after it; a `view`, `levels`, `topic` or `q` is the snapshot's filter.
   */
  replace(snapshot, { restart = false, ...filter } = {}) {
    if (restart) [this.#events, this.#forgotten] = [[], position(snapshot.cursor)];
    const { items, unread, unread_ids, cursor, read_to, seen_to, wake_at, user } = snapshot;
    const { view, levels, topic, q } = (this.#filter = { ...this.#filter, ...filter });
    // `floor`: everything of the view that stands at or above it is loaded, and `more` below.
    this.state = { cursor, read_to, seen_to, wake_at, user, more: false, floor: 0 };
    this.#items = new Map();
    this.#far = new Set(unread_ids);
    this.#capped = unread >= CAP;
    this.#add(snapshot);
    const whole = (view === "inbox" || view === "unread") && !levels.length && !topic && !q;
    this.#farTop = whole ? this.state.floor : position(cursor);
    return this.#again(cursor);
  }

  /** Put the next older page below: a snapshot asked for with `before`. */
  append(page) {
    this.#add(page);
    return this.#again(page.cursor);
  }

  /** The clock has moved: to be called at `nextChange()`, in ms by `now()`, null for never. */
  tick() {
    return this.#changed();
  }

  nextChange() {
    const items = [...this.#items.values()];
    const times = items.flatMap(({ expires_at, receipt }) => [expires_at, receipt?.snoozed_until]);
    const ahead = [...times, this.state.wake_at].map(this.#at).filter((at) => at > this.#time());
    return ahead.length ? Math.min(...ahead) - this.#ahead : null;
  }

  /** What the view shows, newest first, each with its `position`, `receipt` and `unread`. */
  items() {
    return [...this.#items.values()]
      .filter((item) => this.#shows(item))
      .map((item) => ({ ...item, unread: this.isUnread(item) }))
      .sort((a, b) => b.position - a.position);
  }

  /** How many are unread in the whole inbox; 100 stands for any number above 99. */
  unread() {
    return this.#capped ? CAP : Math.min(CAP, this.#known());
  }

  isUnread(item) {
    return this.#is(item).unread;
  }

  get(id) {
    return this.#items.get(id);
  }

  get more() {
    return this.state.more;
  }

  /** Call `run(store)` after every change; returns what ends that. */
  subscribe(run) {
    this.#subscribers.add(run);
    return () => this.#subscribers.delete(run);
  }

  /**
   * Show an action before the server has confirmed it; returns what takes it back. `until` is of a
   * snooze, `at` the cursor of a read_all. The server's own event replaces it.
   */
  perform(action, ids = [], { until, at } = {}) {
    if (action === "read_all") return this.#performReadAll(at ?? this.state.cursor);
    const time = new Date(this.#time()).toISOString();
    const made = ids.flatMap((id) => {
      const item = this.#items.get(id);
      if (!item) return [];
      const before = item.receipt;
      const was = before ?? EMPTY;
      const change = ACTIONS[action]({ time, until, was, unread: this.isUnread(item) });
      item.receipt = { ...was, ...change };
      return [{ id, before, receipt: item.receipt }];
    });
    this.#changed();
    return () => this.#undo(made);
  }

  #performReadAll(at) {
    const { read_to } = this.state;
    const [far, capped] = [new Set(this.#far), this.#capped];
    const receipts = new Map([...this.#items].map(([id, { receipt }]) => [id, receipt]));
    this.#readTo(position(at));
    const mine = this.state.read_to;
    const made = [...this.#items.values()]
      .map(({ id, receipt }) => ({ id, before: receipts.get(id), receipt }))
      .filter(({ before, receipt }) => before !== receipt);
    this.#changed();
    return () => {
      if (this.state.read_to === mine) {
        this.state.read_to = read_to;
        [this.#far, this.#capped] = [far, capped];
      }
      this.#undo(made);
    };
  }

  #undo(made) {
    for (const { id, before, receipt } of made) {
      const item = this.#items.get(id);
      if (item?.receipt === receipt) item.receipt = before;
    }
    this.#changed();
  }

  #add({ items, more, server_time }) {
    this.#clock(server_time);
    for (const item of items) {
      this.#items.set(item.id, { ...item });
      this.#far.delete(item.id);
    }
    this.state.more = more;
    this.state.floor = more && items.length ? items.at(-1).position : 0;
  }

  /** Apply again what is known of the time after a snapshot: each event says how things are then. */
  #again(cursor) {
    const from = position(cursor);
    let resync = this.#forgotten > from;
    for (const event of this.#events) {
      if (position(event.cursor) <= from) continue;
      resync = this.#take(event) || resync;
      if (position(event.cursor) > position(this.state.cursor)) this.state.cursor = event.cursor;
    }
    return this.#changed(resync);
  }

  #changed(resync = false) {
    for (const run of this.#subscribers) run(this);
    const short = this.#capped && this.#known() < CAP;
    const late = this.#at(this.state.wake_at) <= this.#time();
    const bare = this.more && ![...this.#items.values()].some((item) => this.#shows(item));
    return { resync: resync || short || late || bare };
  }

  #shows(item) {
    const { view, levels } = this.#filter;
    return VIEWS[view](this.#is(item)) && (!levels.length || levels.includes(item.level));
  }

  /** Whether the event leaves something open that only a snapshot can tell. */
  #take(event) {
    const { type, data } = event;
    switch (type) {
      case "notification.created":
        return data.inbox && this.#create(data, event);
      case "notification.updated":
        return data.inbox && this.#update(data);
      case "notification.retracted":
        this.#far.delete(data.id);
        this.#items.delete(data.id);
        return false;
      case "receipt.changed":
        return data.receipts.map((receipt) => this.#receipt(receipt)).includes(true);
      case "inbox.read":
        return this.#readTo(data.read_to);
      case "inbox.seen":
        this.state.seen_to = Math.max(this.state.seen_to, data.seen_to);
    }
    return false;
  }

  #create(data, { cursor, topic }) {
    if (this.#merge(data)) return false;
    // Addressed to more people than before: it may be an old one of ours that is not loaded.
    if (data.position !== null) return true;
    const seq = position(cursor);
    if (this.#filter.q || (this.#filter.topic && this.#filter.topic !== topic)) {
      this.#far.add(data.id);
      this.#farTop = seq;
      return true;
    }
    this.#items.set(data.id, { ...data, position: seq, receipt: null });
    if (this.#items.size > KEPT) this.#trim();
    return false;
  }

  #update(data) {
    if (this.#merge(data)) return Boolean(this.#filter.q);
    if (this.#far.has(data.id)) this.#wake(data.expires_at);
    return data.position >= this.state.floor;
  }

  #merge(data) {
    const known = this.#items.get(data.id);
    const { position, receipt } = known ?? {};
    return known && Object.assign(known, data, { position, receipt });
  }

  #trim() {
    const [lowest, next] = [...this.#items.values()].sort((a, b) => a.position - b.position);
    this.#items.delete(lowest.id);
    if (this.isUnread(lowest)) this.#far.add(lowest.id);
    this.#wake(lowest.expires_at);
    this.#wake(lowest.receipt?.snoozed_until);
    this.state.floor = next.position;
    this.#farTop = Math.max(this.#farTop, lowest.position);
    this.state.more = true;
  }

  #receipt({ id, ...receipt }) {
    const item = this.#items.get(id);
    if (item) item.receipt = receipt;
    if (item) return false;
    const { done, snoozed } = this.#is({ receipt });
    if (snoozed) this.#wake(receipt.snoozed_until);
    const away = done || snoozed;
    const enters = { done, snoozed: snoozed && !done }[this.#filter.view] ?? false;
    const unread = this.#far.has(id);
    if (away || (receipt.read_at && !receipt.unread)) this.#far.delete(id);
    return enters || !(unread || away);
  }

  #readTo(to) {
    this.state.read_to = Math.max(this.state.read_to, to);
    for (const item of this.#items.values()) {
      if (item.position <= to && item.receipt?.unread) item.receipt = { ...item.receipt, unread: false };
    }
    if (to < this.#farTop) return this.#far.size > 0;
    this.#far.clear();
    this.#capped = false;
    return false;
  }

  #is({ position, expires_at, receipt }) {
    const { done_at, snoozed_until, read_at, unread } = receipt ?? EMPTY;
    const time = this.#time();
    const expired = this.#at(expires_at) <= time;
    const done = Boolean(done_at);
    const snoozed = this.#at(snoozed_until) > time;
    const { user, read_to } = this.state;
    const fresh = unread || (!read_at && position > read_to);
    return { expired, done, snoozed, unread: Boolean(user) && !expired && !done && !snoozed && fresh };
  }

  #known() {
    const loaded = [...this.#items.values()].filter((item) => this.isUnread(item));
    return this.#far.size + loaded.length;
  }

  #wake(at) {
    if (!(this.#at(this.state.wake_at) <= this.#at(at))) this.state.wake_at = at ?? this.state.wake_at;
  }

  /** A time of the wire in ms, NaN for none: no comparison with that is true. */
  #at = (time) => (time ? Date.parse(time) : NaN);

  #time() {
    return this.#now() + this.#ahead;
  }

  #clock(time) {
    // What the server said is later here than there, never earlier: the greatest is the nearest.
    this.#ahead = Math.max(this.#ahead, Date.parse(time) - this.#now());
  }
}
