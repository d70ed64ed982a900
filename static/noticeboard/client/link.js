/**
 * One connection over one transport, from the attempt to its end.
 *
 * A transport is a module with `path` (of which address), `resume` (its parameter for the cursor)
 * and `open({url, env, cursor, pollSeconds, text, frame, end})` → `{close, send?, wake?}`. It hands
 * on frames as they are on a WebSocket.
 */
const ATTEMPT = 3_000; // what is not ready by then is not going to be
const MISSED = 2; // heartbeats that may fail to come
const THROTTLED = 60_000; // browsers slow the timers of hidden pages down to this

/** What SSE's stream-error says in words. */
const CODES = { signed_out: 4401, forbidden: 4403, too_slow: 4408, come_back: 4409 };

export class Link {
  ready = false;
  #open;
  #timer;
  #over = false;
  #last;
  #heartbeat;

  /** `owner` hears ready(link, frame), frame(frame) and ended(why). */
  constructor(name, transport, owner, given) {
    Object.assign(this, { name, owner, env: given.env });
    this.#after(ATTEMPT, () => this.end({}));
    const calls = {
      text: (text, more) => this.#text(text, more),
      frame: (frame) => this.#frame(frame),
      end: (why) => this.end(why),
    };
    try {
      this.#open = transport.open({ ...given, ...calls });
    } catch {
      // Unknown here, or forbidden by a policy. The owner hears of it when it has the link.
      this.#after(0, () => this.end({}));
    }
  }

  /** Undefined where nothing can be sent. */
  get send() {
    return this.ready ? this.#open.send : undefined;
  }

  /** Ask now; undefined where the server pushes. */
  wake() {
    return this.#open?.wake?.();
  }

  /** Without a word to the owner. */
  close() {
    this.#over = true;
    this.env.clearTimeout(this.#timer);
    this.#open?.close();
  }

  end(why) {
    if (this.#over) return;
    this.close();
    this.owner.ended(why);
  }

  /** End it if it only looks open, else look again later. */
  check() {
    if (!this.ready) return;
    const limit = MISSED * this.#heartbeat * 1000 + (this.env.hidden() ? THROTTLED : 0);
    const left = this.#last + limit - this.env.now();
    if (left > 0) this.#after(left, () => this.check());
    else this.end({ stale: true });
  }

  #after(ms, run) {
    this.env.clearTimeout(this.#timer);
    this.#timer = this.env.setTimeout(run, ms);
  }

  #text(text, more) {
    let frame;
    try {
      frame = { ...JSON.parse(text), ...more };
    } catch {
      return this.end({}); // a proxy's page
    }
    this.#frame(frame);
  }

  #frame(frame) {
    if (this.#over) return;
    this.#last = this.env.now();
    if (frame.control === "ready") {
      this.ready = true;
      this.#heartbeat = frame.heartbeat ?? 20;
      this.check();
      this.owner.ready(this, frame);
    } else if (frame.control === "closing") {
      const { code, come_back, after_ms: after } = frame;
      this.end({ code: CODES[code] ?? code, come_back, after });
    } else {
      this.owner.frame(frame);
    }
  }
}
