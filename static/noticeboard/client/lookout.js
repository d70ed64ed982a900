/**
 * Tries better transports beside a connection that works, every few minutes.
 *
 * The connection is given up only when the better one is ready, so nothing is seen of a try that fails.
 */
const FIRST = 15_000; // soon: one unlucky minute of the server should not cost more
const LONGEST = 300_000;

export class Lookout {
  #probe;
  #names = [];
  #delay = FIRST;
  #tried = 0;

  /** `start(name, owner)` opens a link, `better()` names transports, `found(link, frame)` takes over. */
  constructor({ env, timers, start, better, found }) {
    Object.assign(this, { env, timers, start, better, found });
  }

  plan() {
    if (this.better().length) this.timers.set("look", this.#delay, () => this.#look());
  }

  /** The network may be another one: look now, unless just done. */
  hurry() {
    if (this.better().length && this.env.now() - this.#tried > FIRST) this.#look();
  }

  stop() {
    this.timers.clear("look");
    this.#probe?.close();
    this.#probe = undefined;
  }

  #look() {
    this.stop();
    this.#tried = this.env.now();
    this.#names = this.better();
    this.#next();
  }

  #next() {
    const name = this.#names.shift();
    if (name) {
      this.#probe = this.start(name, this);
    } else {
      this.#delay = Math.min(2 * this.#delay, LONGEST);
      this.plan();
    }
  }

  // What a link tells its owner, until it is found good.

  ready(link, frame) {
    this.#probe = undefined;
    this.#delay = FIRST;
    this.found(link, frame);
  }

  frame() {}

  ended() {
    this.#probe = undefined;
    this.#next();
  }
}
