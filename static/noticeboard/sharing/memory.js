/** The newest events with their cursors: what a page needs that stands at one of these cursors. */
const MOST = 500;

export class Memory {
  #entries = [];

  /** Forget all, and begin at a cursor; without one, know none until told. */
  restart(cursor) {
    this.#entries = cursor ? [{ cursor }] : [];
  }

  add(event) {
    this.#entries.push(event);
    if (this.#entries.length > MOST) this.#entries.shift();
  }

  /** A cursor that a page may have been told without an event. */
  mark(cursor) {
    if ((this.#entries.at(-1)?.cursor ?? cursor) !== cursor) this.add({ cursor });
  }

  /**
   * Null where the cursor itself is not known: its number alone says nothing, it may be of another
   * log or of an event that was not ours.
   */
  after(cursor) {
    const place = this.#entries.findLastIndex((entry) => entry.cursor === cursor);
    return place < 0 ? null : this.#entries.slice(place + 1).filter(({ type }) => type);
  }
}
