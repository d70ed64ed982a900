/**
 * Tries better transports beside a connection that works, every few minutes. That one is given up
 * only when the better one is ready: a try that fails is not seen.
 */
const FIRST = 15_000; // soon: one unlucky minute of the server should not cost more
const LONGEST = 300_000;

export class Lookout {
  #probe;
  #names = [];
  #delay = FIRST;
  #tried = 0;

  constructor(keeper) {
    this.keeper = keeper;
  }

  plan() {
    const { ladder, timers } = this.keeper;
    if (ladder.better.length) timers.set("look", this.#delay, () => this.#look());
  }

  /** The network may be another one: look now, unless just done. */
  hurry() {
    const { ladder, env } = this.keeper;
    if (ladder.better.length && env.now() - this.#tried > FIRST) this.#look();
  }

  stop() {
    this.keeper.timers.clear("look");
    this.#probe?.close();
    this.#probe = undefined;
  }

  #look() {
    this.stop();
    this.#tried = this.keeper.env.now();
    this.#names = this.keeper.ladder.better;
    this.ended();
  }

  // What a link tells its owner, until it is found good.

  ready(link, frame) {
    this.#probe = undefined;
    this.#delay = FIRST;
    this.keeper.adopt(link, frame);
  }

  frame() {}

  ended() {
    const name = this.#names.shift();
    this.#probe = name && this.keeper.owner.start(name, this);
    if (name) return;
    this.#delay = Math.min(2 * this.#delay, LONGEST);
    this.plan();
  }
}
