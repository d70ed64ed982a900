/** Named timers: setting one again moves it. */
export class Timers {
  #running = new Map();

  constructor(env) {
    this.env = env;
  }

  set(name, ms, run) {
    this.clear(name);
    this.#running.set(name, this.env.setTimeout(run, ms));
  }

  /** One, or all. */
  clear(name) {
    for (const each of name ? [name] : [...this.#running.keys()]) {
      this.env.clearTimeout(this.#running.get(each));
      this.#running.delete(each);
    }
  }
}
