/**
 * The inbox in the page: a snapshot and the events since, kept equal to what the server would
 * answer now. Where an event does not say enough, `apply` asks for a snapshot instead of guessing.
 * Of what is unread but not loaded it knows the ids. No network, no DOM, no timers.
 */
import { position } from "./client/cursor.js";
import { Told } from "./inbox/told.js";
import { Watched } from "./inbox/watched.js";
import { Loaded } from "./loaded.js";
import { ms } from "./receipts.js";

const CAP = 100; // the server counts unread no further
const OF_STATE = /\bis:/i; // a search for what receipts say
const KEPT = 500; // events and items remembered

/** An unread count as it is shown. */
export const badge = (count) => (count < CAP ? String(count) : `${CAP - 1}+`);

/** A store for `snapshot`; `view`, `levels`, `topic` and `q` as it was asked for. `now()` in ms. */
export const createInbox = (snapshot, { now = Date.now, ...filter } = {}) =>
  new Inbox(snapshot, new Loaded(now), filter);

class Inbox extends Watched {
  pending = []; // actions that the server has not answered yet, `{action, ids, until, cursor}`
  latest = null; // the event that was applied last
  #items;
  #far; // ids that are unread but not loaded
  #farTop; // none of them stands above this position
  #capped; // there may be more unread than are known
  #told = new Told(KEPT);

  constructor(snapshot, loaded, filter) {
    super();
    this.#items = loaded;
    this.replace(snapshot, filter);
  }

  /** Take an event of the log; `resync` says that only a new snapshot can tell what is now. */
  apply(event) {
    if (position(event.cursor) <= position(this.state.cursor)) return { resync: false };
    this.state.cursor = event.cursor;
    this.latest = event;
    this.#items.heard(event.time);
    this.#told.add(event);
    return this.#changed(this.#take(event));
  }

  /**
   * Put a snapshot in place of everything, and what came after it on top. With `restart` (after a
   * reset) nothing came after it; `view`, `levels`, `topic` and `q` are the snapshot's filter.
   */
  replace(snapshot, { restart = false, ...filter } = {}) {
    if (restart) this.#told.forget(snapshot.cursor);
    const { unread, unread_ids, cursor, read_to, seen_to, wake_at, user, view } = snapshot;
    const { hints = [], quiet_rooms: quiet = [] } = snapshot;
    // `floor`: all of the view that stands at or above it is loaded. `more`: there is some below.
    this.state = { cursor, read_to, seen_to, wake_at, user, hints, quiet, more: false, floor: 0 };
    this.#items.start(this.state, view ? { ...filter, view } : filter);
    this.#far = new Set(unread_ids);
    this.#capped = unread >= CAP;
    this.#add(snapshot);
    this.#farTop = this.#items.whole ? this.state.floor : position(cursor);
    return this.#again(cursor);
  }

  /** Put the next older page below: a snapshot asked for with `before`. */
  append(page) {
    this.#add(page);
    return this.#again(page.cursor);
  }

  /** Show only what stands below this position (null: all), as an old page of the list does. */
  set before(position) {
    this.#items.before = position ? Number(position) : Infinity;
  }

  /** The clock has moved: to be called at `nextChange()`, ms by `now()` or null. */
  tick() {
    return this.#changed();
  }

  nextChange() {
    return this.#items.nextChange(this.state.wake_at);
  }

  /** What the view shows, newest first, each with its `position`, `receipt` and `unread`. */
  items() {
    return this.#items.shown();
  }

  /** How many are unread in the whole inbox; 100 stands for any number above 99. */
  unread() {
    return this.#capped ? CAP : Math.min(CAP, this.#known());
  }

  isUnread = (item) => this.#items.is(item).unread;

  get(id) {
    return this.#items.get(id);
  }

  /** The ids of all that is unread, loaded or not; null if there may be more than are known. */
  unreadIds() {
    return this.#capped ? null : [...this.#items.unread().map(({ id }) => id), ...this.#far];
  }

  get more() {
    return this.state.more;
  }

  /**
   * Show an action before the server has confirmed it; returns what takes it back. `until` is of a
   * snooze, `at` the cursor of a read_all. The server's own event replaces it.
   */
  perform(action, ids = [], { until, at = this.state.cursor } = {}) {
    const kept = [this.state.read_to, new Set(this.#far), this.#capped];
    const back = this.#items.change(() => this.#flip(action, ids, { until, at }));
    const { read_to } = this.state;
    this.#changed();
    return () => {
      if (action === "read_all" && this.state.read_to === read_to) {
        [this.state.read_to, this.#far, this.#capped] = kept;
      }
      back();
      this.#changed();
    };
  }

  #flip(action, ids, { until, at }) {
    if (action === "read_all") this.#readTo(position(at));
    else this.#items.act(action, ids, until);
  }

  /** Put `pending` on top of what is loaded; `tick` shows it. */
  pend() {
    for (const { action, ids, until, cursor } of this.pending) this.#flip(action, ids, { until, at: cursor });
  }

  #add({ items, more, server_time, unread_here }) {
    this.#items.heard(server_time);
    for (const item of items) {
      this.#items.set(item.id, { ...item });
      this.#far.delete(item.id);
    }
    const floor = more && items.length ? items.at(-1).position : 0;
    const unread = this.items().filter((item) => item.unread).length;
    // `beyond`: how many that are unread the view has below, as far as they are counted.
    Object.assign(this.state, { more, floor, beyond: Math.max(0, unread_here - unread) || 0 });
  }

  /** Apply what came after a snapshot again: each event says how things are then. */
  #again(cursor) {
    let resync = !this.#told.reaches(cursor);
    for (const event of this.#told.after(cursor)) {
      resync = this.#take(event) || resync;
      if (position(event.cursor) > position(this.state.cursor)) this.state.cursor = event.cursor;
    }
    this.pend();
    return this.#changed(resync);
  }

  #changed(resync = false) {
    this.tell();
    const short = this.#capped && this.#known() < CAP;
    const late = ms(this.state.wake_at) <= this.#items.time();
    const bare = this.more && !this.#items.list().some((item) => this.#items.shows(item));
    return { resync: resync || short || late || bare };
  }

  /** Whether the event leaves something open that only a snapshot can tell. */
  #take({ type, data, cursor, topic }) {
    const mine = data.inbox && !this.state.quiet.includes(data.room);
    switch (type) {
      case "notification.created":
        return mine && this.#create(data, position(cursor), topic);
      case "notification.updated":
        return mine && this.#update(data);
      case "notification.retracted":
        this.#far.delete(data.id);
        this.#items.delete(data.id);
        return false;
      case "receipt.changed":
        return data.receipts.map((receipt) => this.#receipt(receipt)).includes(true) || OF_STATE.test(this.#items.filter.q);
      case "inbox.read":
        return this.#readTo(data.read_to) || OF_STATE.test(this.#items.filter.q);
      case "inbox.seen":
        this.state.seen_to = Math.max(this.state.seen_to, data.seen_to);
    }
    return type === "preferences.changed"; // perhaps of the quiet rooms
  }

  #create(data, seq, topic) {
    if (this.#items.merge(data)) return false;
    // Addressed to more people than before: it may be an old one of ours that is not loaded.
    if (data.position !== null) return true;
    const { q, topic: only } = this.#items.filter;
    // Of several topics each may be a quiet room: an event does not name them.
    if (q || (only && only !== topic) || (this.state.quiet.length && !topic)) {
      this.#far.add(data.id);
      this.#farTop = seq;
      return true;
    }
    this.#items.set(data.id, { ...data, post: null, position: seq, receipt: null });
    if (this.#items.size > KEPT) this.#trim();
    return false;
  }

  #update(data) {
    if (this.#items.merge(data)) return Boolean(this.#items.filter.q);
    if (this.#far.has(data.id)) this.#wake(data.expires_at);
    return data.position >= this.state.floor;
  }

  #trim() {
    const [lowest, next] = this.#items.list().sort((a, b) => a.position - b.position);
    this.#items.delete(lowest.id);
    if (this.isUnread(lowest)) this.#far.add(lowest.id);
    for (const at of [lowest.expires_at, lowest.receipt?.snoozed_until]) this.#wake(at);
    this.#farTop = Math.max(this.#farTop, lowest.position);
    Object.assign(this.state, { floor: next.position, more: true });
  }

  #receipt({ id, ...receipt }) {
    const item = this.get(id);
    if (item) return this.#items.receive(item, receipt, this.pending);
    const { done, snoozed } = this.#items.is({ receipt });
    if (snoozed) this.#wake(receipt.snoozed_until);
    const away = done || snoozed;
    const enters = { done, snoozed: snoozed && !done }[this.#items.filter.view];
    const unread = this.#far.has(id);
    if (away || (receipt.read_at && !receipt.unread)) this.#far.delete(id);
    return Boolean(enters) || !(unread || away);
  }

  #readTo(to) {
    this.state.read_to = Math.max(this.state.read_to, to);
    this.#items.readTo(to);
    if (to < this.#farTop) return this.#far.size > 0;
    [this.#far, this.#capped] = [new Set(), false];
    return false;
  }

  #known() {
    return this.#far.size + this.#items.unread().length;
  }

  #wake(at) {
    if (at && !(ms(this.state.wake_at) <= ms(at))) this.state.wake_at = at;
  }
}
