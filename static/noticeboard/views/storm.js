/** Tells when so many notifications come that showing each would only disturb. */

const LIMITS = [
  { within: 10_000, most: 6 },
  { within: 180_000, most: 30 },
];
const QUIET = 15_000; // without one for so long, and it is over

export class Storm {
  #times = [];
  #raging = false;

  /** One came at `now` (ms). Null in calm weather, else `{began, count}`. */
  count(now) {
    if (now - (this.#times.at(-1) ?? now) > QUIET) this.#raging = false;
    const longest = LIMITS.at(-1).within;
    this.#times = [...this.#times.filter((time) => now - time < longest), now];
    const began = !this.#raging && LIMITS.some(({ within, most }) => this.#since(now - within) > most);
    this.#raging ||= began;
    return this.#raging ? { began, count: this.#since(now - LIMITS[0].within) } : null;
  }

  #since(moment) {
    return this.#times.filter((time) => time > moment).length;
  }
}
