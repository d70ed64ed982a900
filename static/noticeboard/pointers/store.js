/** Who points where, and how often that is said. No network, no page. */
export const SILENT = 5_000; // ms after which a pointer fades
export const GONE = 6_000; // ms after which it is forgotten
const MOST = 200; // pointers; more than a surface can show
const TONES = 8; // colours that tell them apart

const within = (value) => (value >= 0 ? Math.min(1, value) : 0);

/** Always the same for one pointer. */
const tone = (id) => Number.parseInt(id.slice(0, 6), 16) % TONES || 0;

export class Pointers {
  #now;
  #all = new Map(); // by the tag of their page
  #counted = 0;
  #since;

  constructor(now) {
    this.#now = now;
    this.#since = now();
  }

  /** A signal event: where somebody points, from 0 to 1 in both directions. */
  apply({ from, data: { x, y, name } }) {
    this.#counted += 1;
    if (this.#all.size >= MOST && !this.#all.has(from)) return;
    const place = { id: from, tone: tone(from), name, x: within(x), y: within(y), at: this.#now() };
    this.#all.set(from, place);
  }

  /** Those that are there, with `silent` for those that fade; who is gone is forgotten. */
  list() {
    const now = this.#now();
    for (const [id, { at }] of this.#all) if (now - at >= GONE) this.#all.delete(id);
    return [...this.#all.values()].map((each) => ({ ...each, silent: now - each.at >= SILENT }));
  }

  /** Positions a second since this was last asked. */
  rate() {
    const now = this.#now();
    const rate = (1_000 * this.#counted) / Math.max(1, now - this.#since);
    this.#counted = 0;
    this.#since = now;
    return rate;
  }
}
