/**
 * A small server: one user's notifications, receipts and mark, the events and snapshots of them.
 *
 * Written from the rules and not from the store, so that the two can be held against each other.
 */
import { cursor } from "./browser.js";

const EMPTY = {
  seen_at: null,
  read_at: null,
  done_at: null,
  snoozed_until: null,
  acknowledged_at: null,
  unread: false,
};
const CAP = 100;

export class Board {
  #ids = 0;
  head = 0;
  readTo = 0;
  seenTo = 0;
  rows = new Map(); // id → {item, position, receipt, retracted}

  constructor(clock, user = { id: 1, name: "Alice" }) {
    Object.assign(this, { clock, user });
  }

  #iso(ms) {
    return new Date(ms).toISOString();
  }

  #event(type, data) {
    return { cursor: cursor(++this.head), type, time: this.#iso(this.clock.now()), data };
  }

  publish({ inbox = true, level = "info", expires = null } = {}) {
    const id = ++this.#ids;
    const item = {
      id,
      title: `Notification ${id}`,
      level,
      inbox,
      post: null,
      expires_at: expires && this.#iso(this.clock.now() + expires),
      position: null,
    };
    const event = this.#event("notification.created", item);
    this.rows.set(id, { item, position: this.head, last: this.head, receipt: null });
    return event;
  }

  /** More people get it; we had it already. */
  widen(id) {
    const row = this.rows.get(id);
    const event = this.#event("notification.created", { ...row.item, position: row.last });
    row.last = this.head;
    return event;
  }

  edit(id, change) {
    const row = this.rows.get(id);
    row.item = { ...row.item, ...change };
    return this.#event("notification.updated", { ...row.item, position: row.last });
  }

  retract(id) {
    this.rows.delete(id);
    return this.#event("notification.retracted", { id, reason: "retracted" });
  }

  receipts(ids, change) {
    const receipts = ids.map((id) => {
      const row = this.rows.get(id);
      const was = row.receipt ?? EMPTY;
      row.receipt = { ...was, ...change(was, this.#iso(this.clock.now())) };
      return { id, ...row.receipt };
    });
    return this.#event("receipt.changed", { receipts });
  }

  read = (ids) => this.receipts(ids, (_was, time) => ({ read_at: time, unread: false }));
  unread = (ids) => this.receipts(ids, () => ({ read_at: null, unread: true }));
  done = (ids) => this.receipts(ids, (_was, time) => ({ done_at: time }));
  undone = (ids) => this.receipts(ids, () => ({ done_at: null }));
  unsnooze = (ids) =>
    this.receipts(ids, (was) => ({ snoozed_until: null, unread: was.read_at === null }));
  acknowledge = (ids) => this.receipts(ids, (_was, time) => ({ acknowledged_at: time }));
  snooze(ids, ms) {
    const until = this.#iso(this.clock.now() + ms);
    return this.receipts(ids, () => ({ snoozed_until: until, done_at: null, unread: true }));
  }

  /** Two events: the mark, and what comes back unread all the same. */
  readAll(to) {
    this.readTo = Math.max(this.readTo, to);
    const snoozed = [];
    for (const [id, row] of this.rows) {
      if (row.position > to) continue;
      if (this.#is(row).snoozed) snoozed.push(id);
      if (row.receipt) row.receipt = { ...row.receipt, unread: false };
    }
    const events = [this.#event("inbox.read", { read_to: to })];
    if (snoozed.length) events.push(this.receipts(snoozed, () => ({ unread: true })));
    return events;
  }

  #is({ item, position, receipt }) {
    const now = this.clock.now();
    const { read_at, done_at, snoozed_until, unread } = receipt ?? EMPTY;
    const expired = item.expires_at !== null && Date.parse(item.expires_at) <= now;
    const done = done_at !== null;
    const snoozed = snoozed_until !== null && Date.parse(snoozed_until) > now;
    const open = item.inbox && !expired && !done && !snoozed;
    const fresh = unread || (read_at === null && position > this.readTo);
    return { inbox: item.inbox, expired, done, snoozed, open, unread: open && fresh };
  }

  snapshot({ view = "inbox", levels = [], before = Infinity, limit = 5 } = {}) {
    const views = {
      inbox: (is) => is.open,
      unread: (is) => is.unread,
      snoozed: (is) => !is.expired && !is.done && is.snoozed,
      done: (is) => is.done,
      expired: (is) => is.expired && !is.done,
    };
    const rows = [...this.rows.values()]
      .map((row) => ({ ...row, is: this.#is(row) }))
      .filter(({ is }) => is.inbox)
      .sort((a, b) => b.position - a.position);
    const shown = rows.filter(
      ({ item, position, is }) =>
        views[view](is) && position < before && (!levels.length || levels.includes(item.level)),
    );
    const unread = rows.filter(({ is }) => is.unread).slice(0, CAP);
    const items = shown.slice(0, limit);
    return {
      cursor: cursor(this.head),
      items: items.map(({ item, position, receipt }) => ({ ...item, position, receipt })),
      more: shown.length > items.length,
      unread: unread.length,
      unread_ids: unread.map(({ item }) => item.id),
      read_to: this.readTo,
      seen_to: this.seenTo,
      wake_at: this.#wakeAt(rows, items, unread, view),
      server_time: this.#iso(this.clock.now()),
      user: this.user,
      topics: 3,
    };
  }

  #wakeAt(rows, items, unread, view) {
    const asleep = rows.filter(({ is }) => is.snoozed && !is.done);
    const ends = asleep.map(({ receipt }) => receipt.snoozed_until);
    const far = (view === "expired" ? rows : unread).filter((row) => !items.includes(row));
    const times = [...ends, ...far.map(({ item }) => item.expires_at)]
      .filter((time) => time && Date.parse(time) > this.clock.now())
      .sort();
    return times[0] ?? null;
  }
}
