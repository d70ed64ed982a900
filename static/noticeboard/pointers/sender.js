/** Says where one's own pointer is: only the newest place, and at most sixty times a second. */
const PAUSE = 1_000 / 60; // ms
const EARLY = 1; // ms by which a frame may come early
const RETRY = 1_000; // ms of rest after a refusal that names none

export class Sender {
  sent = 0;
  #env;
  #place;
  #planned = false;
  #due = 0;

  /**
   * `tell(place)` sends at once, and says false where there is no socket; then `send(place)` does, and
   * gives a promise: a page that asks the server each time waits for its answer first.
   */
  constructor({ tell, send, now, frame, rest }) {
    this.#env = { tell, send, now, frame, rest };
  }

  move(place) {
    this.#place = place;
    this.#plan();
  }

  #plan() {
    if (this.#planned || !this.#place) return;
    this.#planned = true;
    this.#env.frame(() => this.#go());
  }

  async #go() {
    const now = this.#env.now();
    if (now >= this.#due - EARLY) {
      // Screens show 60 to 240 frames a second: those between are left out, evenly.
      this.#due = Math.max(this.#due, now - PAUSE) + PAUSE;
      const place = this.#place;
      this.#place = undefined;
      this.sent += 1;
      if (!this.#env.tell(place)) await this.#ask(place);
    }
    this.#planned = false;
    this.#plan();
  }

  async #ask(place) {
    try {
      await this.#env.send(place);
    } catch (error) {
      this.sent -= 1;
      await this.#env.rest(error.retryAfter || RETRY);
    }
  }
}
