/** The items of one view that are loaded, by id, and how they stand by the server's clock. */
import { after, ms, standing, VIEWS } from "./receipts.js";

export class Loaded extends Map {
  filter = { view: "inbox", levels: [], topic: "", q: "" };
  before = Infinity; // only what stands below this position is shown
  #now;
  #ahead = -Infinity; // ms by which the server's clock is ahead of ours, at least
  #mark;

  constructor(now) {
    super();
    this.#now = now;
  }

  /** Begin again, empty. `mark` has `user` and `read_to`, which may change. */
  start(mark, filter) {
    this.clear();
    this.#mark = mark;
    this.filter = { ...this.filter, ...filter };
  }

  /** Whether the view has all that is unread. */
  get whole() {
    const { view, levels, topic, q } = this.filter;
    return (view === "inbox" || view === "unread") && !levels.length && !topic && !q;
  }

  list() {
    return [...this.values()];
  }

  unread() {
    return this.list().filter((item) => this.is(item).unread);
  }

  /** Take what is new of one that is loaded; undefined if it is not. */
  merge(data) {
    const known = this.get(data.id);
    const { position, receipt } = known ?? {};
    return known && Object.assign(known, data, { post: null, position, receipt });
  }

  /** What was marked unread up to a position is so no more. */
  readTo(to) {
    for (const item of this.list()) {
      const { position, receipt } = item;
      if (position <= to && receipt?.unread) item.receipt = { ...receipt, unread: false };
    }
  }

  shown() {
    return this.list()
      .filter((item) => this.shows(item))
      .map((item) => ({ ...item, unread: this.is(item).unread }))
      .sort((a, b) => b.position - a.position);
  }

  shows(item) {
    const { view, levels } = this.filter;
    if (item.position >= this.before) return false;
    return VIEWS[view](this.is(item)) && (!levels.length || levels.includes(item.level));
  }

  is(item) {
    return standing(item, this.time(), this.#mark);
  }

  /** Take what the server says of one, with what is on its way to it on top. Nothing stays open. */
  receive(item, receipt, pending) {
    item.receipt = receipt;
    for (const { action, ids, until } of pending) {
      if (ids.includes(item.id)) this.act(action, [item.id], until);
    }
    return false;
  }

  /** Show what an action makes of the receipts of these. */
  act(action, ids, until) {
    const now = new Date(this.time()).toISOString();
    for (const item of ids.map((id) => this.get(id)).filter(Boolean)) {
      const { unread } = this.is(item);
      item.receipt = after(action, item.receipt, { now, until, unread });
    }
  }

  /** Run what changes receipts; returns what takes it back where nothing else has come since. */
  change(run) {
    const receipts = () => this.list().map(({ id, receipt }) => [id, receipt]);
    const before = new Map(receipts());
    run();
    const mine = receipts().filter(([id, receipt]) => receipt !== before.get(id));
    return () => {
      for (const [id, receipt] of mine) {
        const item = this.get(id);
        if (item?.receipt === receipt) item.receipt = before.get(id);
      }
    };
  }

  time() {
    return this.#now() + this.#ahead;
  }

  /** What the server says arrives later, never earlier: the greatest difference is the nearest. */
  heard(time) {
    this.#ahead = Math.max(this.#ahead, ms(time) - this.#now());
  }

  /** When the clock will change something, `wake` included, in ms by `now()`, or null. */
  nextChange(wake) {
    const items = this.list();
    const times = [wake, ...items.map(({ expires_at }) => expires_at)];
    times.push(...items.map(({ receipt }) => receipt?.snoozed_until));
    const ahead = times.map(ms).filter((at) => at > this.time());
    return ahead.length ? Math.min(...ahead) - this.#ahead : null;
  }
}
