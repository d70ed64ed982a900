/** Growing, fully jittered delays: a thousand pages that lost one server do not return as one. */
export class Backoff {
  #attempt = 0;

  constructor({ first = 500, cap = 20_000, random = Math.random } = {}) {
    Object.assign(this, { first, cap, random });
  }

  /** Milliseconds to wait before the next attempt. */
  next() {
    return this.random() * Math.min(this.cap, this.first * 2 ** this.#attempt++);
  }

  reset() {
    this.#attempt = 0;
  }
}
