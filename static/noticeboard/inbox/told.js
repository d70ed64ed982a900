/** The last events of the log that were told, to be put on top of a snapshot that is older. */
import { position } from "../client/cursor.js";

export class Told {
  #events = [];
  #forgotten = -1; // position of the last one that is not remembered
  #most;

  constructor(most) {
    this.#most = most;
  }

  add(event) {
    this.#events.push(event);
    if (this.#events.length > this.#most) this.#forgotten = position(this.#events.shift().cursor);
  }

  /** Nothing came after this cursor: the log has begun again. */
  forget(cursor) {
    [this.#events, this.#forgotten] = [[], position(cursor)];
  }

  /** Whether everything after a cursor is remembered. */
  reaches(cursor) {
    return this.#forgotten <= position(cursor);
  }

  after(cursor) {
    return this.#events.filter((event) => position(event.cursor) > position(cursor));
  }
}
