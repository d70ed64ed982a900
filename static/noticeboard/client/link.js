/**
 * One connection over one transport, from the attempt to its end.
 *
 * A transport is a module with `path` (which address of the server it uses) and
 * `open({url, env, text, frame, end, cursor, pollSeconds}) → {close, send?, wake?}`. It hands on
 * frames in the form of the WebSocket wire and calls `end` once, if it ends by itself.
 */
const ATTEMPT = 3_000; // a transport that is not ready by then is not going to be
const MISSED = 2; // heartbeats that may fail to come
const THROTTLED = 60_000; // browsers slow the timers of hidden pages down to this

/** Codes of SSE's stream-error, as the WebSocket closes with them. */
const CODES = { signed_out: 4401, forbidden: 4403, too_slow: 4408, come_back: 4409 };

export class Link {
  ready = false;
  #open;
  #timer;
  #over = false;

  /** `owner` has ready(link, frame), frame(link, frame) and ended(link, why). */
  constructor(name, transport, url, owner, { env, cursor, pollSeconds }) {
    Object.assign(this, { name, owner, env, since: env.now(), last: env.now() });
    this.#timer = env.setTimeout(() => this.end({ timeout: true }), ATTEMPT);
    const calls = {
      text: (text, extra) => this.#parse(text, extra),
      frame: (frame) => this.#frame(frame),
      end: (why) => this.end(why),
    };
    try {
      this.#open = transport.open({ url, env, cursor, pollSeconds, ...calls });
      if (this.#over) this.#open.close();
    } catch (error) {
      // Not supported here, or forbidden by a policy: ends like any other, after the constructor.
      env.clearTimeout(this.#timer);
      this.#timer = env.setTimeout(() => this.end({ error }), 0);
    }
  }

  /** Where frames can be sent, else undefined. */
  get send() {
    return this.ready && !this.#over ? this.#open.send : undefined;
  }

  /** Ask now rather than after the pause; false where the server pushes. */
  wake() {
    this.#open?.wake?.();
    return Boolean(this.#open?.wake);
  }

  /** End without a word to the owner. */
  close() {
    this.#over = true;
    this.env.clearTimeout(this.#timer);
    this.#open?.close();
  }

  end(why) {
    if (this.#over) return;
    this.close();
    this.owner.ended(this, why);
  }

  /** End it if the heartbeats stopped, though it looks open; else look again later. */
  check() {
    if (this.#over || !this.ready) return;
    const limit = MISSED * this.heartbeat * 1000 + (this.env.hidden() ? THROTTLED : 0);
    const left = this.last + limit - this.env.now();
    if (left <= 0) return this.end({ stale: true });
    this.env.clearTimeout(this.#timer);
    this.#timer = this.env.setTimeout(() => this.check(), left);
  }

  #parse(text, extra) {
    let frame;
    try {
      frame = { ...JSON.parse(text), ...extra };
    } catch (error) {
      return this.end({ error }); // a proxy's page, not our server
    }
    this.#frame(frame);
  }

  #frame(frame) {
    if (this.#over) return;
    this.last = this.env.now();
    if (frame.control === "ready") {
      this.ready = true;
      this.heartbeat = frame.heartbeat ?? 20;
      this.check();
      this.owner.ready(this, frame);
    } else if (frame.control === "closing") {
      const { code, come_back, after_ms: after } = frame;
      this.end({ code: CODES[code] ?? code, come_back, after });
    } else {
      this.owner.frame(this, frame);
    }
  }
}
