/** Growing delays, fully jittered: a thousand pages that lost their server do not return as one. */
export class Backoff {
  #attempt = 0;

  constructor({ first = 500, cap = 20_000, random = Math.random } = {}) {
    Object.assign(this, { first, cap, random });
  }

  /** In ms. */
  next() {
    return this.random() * Math.min(this.cap, this.first * 2 ** this.#attempt++);
  }

  reset() {
    this.#attempt = 0;
  }
}
