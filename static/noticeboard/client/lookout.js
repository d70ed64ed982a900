/** Tries better transports beside one that works, which stays until a better one is ready. */
const FIRST = 15_000; // ms: soon, as the server may only have had a bad moment
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

  /** Look now, unless just done: the network may be another one. */
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
