/** The items of one view that are loaded, by id, and how they stand by the server's clock. */
import { ms, standing, VIEWS } from "./receipts.js";

export class Loaded extends Map {
  filter = { view: "inbox", levels: [], topic: "", q: "" };
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

  shown() {
    return this.list()
      .filter((item) => this.shows(item))
      .map((item) => ({ ...item, unread: this.is(item).unread }))
      .sort((a, b) => b.position - a.position);
  }

  shows(item) {
    const { view, levels } = this.filter;
    return VIEWS[view](this.is(item)) && (!levels.length || levels.includes(item.level));
  }

  is(item) {
    return standing(item, this.time(), this.#mark);
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
