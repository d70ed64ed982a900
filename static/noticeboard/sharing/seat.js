/** The lock that only one page of a share has: waited for, taken from a silent one, given up. */
export class Seat {
  #free;
  #control;
  #turn = 0; // tells a request that it was given up

  /** `owner` hears taken(), and lost() when another page has stolen it. */
  constructor(locks, name, owner) {
    Object.assign(this, { locks, name, owner });
  }

  wait() {
    this.leave();
    this.#control = new AbortController();
    this.#request({ signal: this.#control.signal });
  }

  steal() {
    this.leave();
    this.#request({ steal: true });
  }

  leave() {
    this.#turn += 1;
    this.#control?.abort();
    this.#free?.();
    this.#control = this.#free = undefined;
  }

  async #request(options) {
    const turn = this.#turn;
    const mine = () => turn === this.#turn;
    try {
      await this.locks.request(this.name, options, () => {
        if (!mine()) return undefined;
        const held = new Promise((free) => (this.#free = free));
        this.owner.taken();
        return held;
      });
    } catch (error) {
      if (!mine()) return;
      this.#turn += 1;
      this.#free = undefined;
      if (error.name === "AbortError") this.owner.lost();
      // Forbidden here (a sandbox, a policy): each page leads itself.
      else this.owner.taken();
    }
  }
}
