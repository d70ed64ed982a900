/** Something whose changes others want to know of. */
export class Watched {
  #subscribers = new Set();

  /** Call `run(this)` after every change; returns what ends that. */
  subscribe(run) {
    this.#subscribers.add(run);
    return () => this.#subscribers.delete(run);
  }

  tell() {
    for (const run of this.#subscribers) run(this);
  }
}
