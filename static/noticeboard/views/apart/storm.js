/** Tells when so many notifications come that showing each would only disturb. */

const LIMITS = [
  { within: 10_000, most: 6 },
  { within: 180_000, most: 30 },
];
export const QUIET = 15_000; // ms without one, and it is over

export class Storm {
  #times = [];
  #count = 0;

  /** One came at `now` (ms): how many the storm has brought, 0 in calm weather. */
  count(now) {
    if (this.#count && now - this.#times.at(-1) >= QUIET) [this.#times, this.#count] = [[], 0];
    this.#times = this.#times.filter((time) => now - time < LIMITS[1].within);
    this.#times.push(now);
    const since = ({ within }) => this.#times.filter((time) => now - time < within).length;
    if (this.#count) this.#count += 1;
    else this.#count = Math.max(...LIMITS.map((limit) => (since(limit) > limit.most ? since(limit) : 0)));
    return this.#count;
  }
}
