/** What client and server said to each other over one connection, for the picture. */
const MOST = 3_000;

export class Exchange {
  /** `{kind: "ask"|"open"|"push", from, to, events}` in ms of `now`; `to` is null while it lasts. */
  steps = [];
  bytes = 0;
  /** `[ms, bytes]` of everything that came. */
  arrivals = [];

  constructor(now) {
    this.now = now;
  }

  /** As `counting` wants it; `failed` hears why it ended. */
  log(failed = () => {}) {
    return {
      failed,
      bytes: (count) => {
        this.bytes += count;
        this.arrivals.push([this.now(), count]);
      },
      asked: () => this.#begin("ask"),
      opened: () => this.#begin("open"),
      pushed: (events) => this.#add({ kind: "push", from: this.now(), to: this.now(), events }),
    };
  }

  #begin(kind) {
    const step = { kind, from: this.now(), to: null, events: 0 };
    this.#add(step);
    return (events) => {
      step.to = this.now();
      step.events = Number(events) || 0;
    };
  }

  #add(step) {
    if (this.steps.length < MOST) this.steps.push(step);
  }
}
