/**
 * Which transport to use: the best that works here. One that was never ready is given up at its
 * first failure, so that a page behind a proxy is connected in seconds; another at its second.
 */
export const ORDER = ["websocket", "sse", "longpoll", "poll"];

const KEY = "noticeboard.transport";
const DAY = 86_400_000;
const STRIKES = 2;

export class Ladder {
  #rungs;
  #index;
  #strikes = 0;
  #proved = false;

  constructor(all, { storage, now }) {
    Object.assign(this, { all, storage, now });
    this.use("auto");
  }

  get current() {
    return this.#rungs[this.#index];
  }

  /** Those above the current one. */
  get better() {
    return this.#rungs.slice(0, this.#index);
  }

  /** It was ready since we stepped onto it. */
  get proved() {
    return this.#proved;
  }

  /** Only this transport from now on, or the whole ladder ("auto"). */
  use(name) {
    this.#rungs = name === "auto" ? this.all : this.all.filter((each) => each === name);
    if (!this.#rungs.length) throw new RangeError(`No transport "${name}": ${this.all.join(", ")}`);
    this.#stand(Math.max(0, this.#rungs.indexOf(this.#remembered())));
  }

  won(name = this.current) {
    if (name !== this.current) this.#stand(this.#rungs.indexOf(name));
    this.#proved = true;
    if (this.#rungs.length > 1) this.#remember({ name, until: this.now() + DAY });
  }

  /** Earlier failures count no longer. */
  forgive() {
    this.#strikes = 0;
  }

  /** Count a failure; whether there were too many to be chance. */
  strike() {
    this.#strikes += 1;
    return !this.#proved || this.#strikes >= STRIKES;
  }

  /** A step down; true if that was from the lowest back to the top. */
  down() {
    const bottom = this.#index + 1 >= this.#rungs.length;
    this.#stand(bottom ? 0 : this.#index + 1);
    return bottom;
  }

  #stand(index) {
    this.#index = index;
    this.#strikes = 0;
    this.#proved = false;
  }

  #remembered() {
    try {
      const { name, until } = JSON.parse(this.storage?.getItem(KEY)) ?? {};
      return until > this.now() ? name : undefined;
    } catch {
      return undefined;
    }
  }

  #remember(choice) {
    try {
      this.storage?.setItem(KEY, JSON.stringify(choice));
    } catch {
      // A full or forbidden storage costs the next page some seconds.
    }
  }
}
