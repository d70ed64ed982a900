/** Where a page that follows stands in the log: it takes each event once, and misses none. */
import { Backoff } from "../client/backoff.js";
import { position } from "../client/cursor.js";
import { request } from "../client/requests.js";

const BARRED = [401, 403];

export class Place {
  #owner;
  #timers;
  #backoff;
  #live = false; // all up to the cursor was taken, and what is told next follows it
  #held; // events that come while older ones are asked for
  #resetting = false;
  #turn = 0; // tells who awaited something that it is too late

  constructor(owner, timers, cursor) {
    this.#owner = owner;
    this.#timers = timers;
    this.#backoff = new Backoff(owner.env);
    this.cursor = cursor;
  }

  /** Ask the page that leads for what came since; its answer covers all that it told before. */
  join() {
    if (this.#resetting) return;
    this.#halt();
    const names = [...this.#owner.functions.keys()];
    this.#owner.say({ do: "join", cursor: this.cursor, names });
  }

  leave() {
    this.#halt();
  }

  /** `events` up to `cursor`, or null where the page that leads cannot tell. */
  welcome({ events, cursor }) {
    if (this.#resetting) return;
    this.#halt();
    if (events) this.#goOn(events, cursor);
    else this.#catchUp(cursor);
  }

  event(event) {
    if (this.#live) this.#take(event);
    else this.#held?.push(event);
  }

  /** All before it was told. */
  moved(cursor) {
    if (this.#live && position(cursor) > position(this.cursor)) this.cursor = cursor;
  }

  /** Nothing counts until the page has its snapshot; then it joins from there. */
  async reset(frame) {
    const turn = this.#halt();
    this.#resetting = true;
    try {
      const cursor = await this.#owner.options.onReset?.(frame);
      if (turn !== this.#turn) return;
      this.cursor = cursor ?? frame.cursor;
      this.#resetting = false;
      this.join();
    } catch (error) {
      if (turn === this.#turn) this.#failed(error, () => this.reset(frame));
    }
  }

  #halt() {
    this.#live = false;
    this.#held = undefined;
    return ++this.#turn;
  }

  #goOn(events, cursor) {
    this.#backoff.reset();
    this.#live = true;
    for (const event of events) this.#take(event);
    this.moved(cursor);
  }

  #take(event) {
    if (position(event.cursor) <= position(this.cursor)) return;
    this.#owner.event(event);
    this.cursor = event.cursor;
  }

  async #catchUp(end) {
    this.#held = [];
    const turn = this.#turn;
    try {
      for await (const answer of missed(this.#owner, this.cursor, end)) {
        if (turn !== this.#turn) return;
        const { user } = this.#owner.options;
        if (![undefined, answer.user].includes(user)) return this.#owner.out();
        if (answer.reset) return this.reset({ reason: answer.reset, cursor: answer.cursor });
        for (const event of answer.events) this.#take(event);
        this.cursor = answer.cursor;
      }
      this.#goOn(this.#held, end);
    } catch (error) {
      if (turn !== this.#turn) return;
      if (error.status === 400) this.reset({ reason: "bad_cursor", cursor: "" });
      else this.#failed(error, () => this.join());
    }
  }

  #failed({ status, retryAfter = 0 }, again) {
    if (BARRED.includes(status)) return this.#owner.out();
    this.#timers.set("again", this.#backoff.next() + retryAfter, again);
  }
}

/** Polls, the last of which reaches `end`. Throws where the server does not know that far yet. */
async function* missed({ env, options: { url, topics } }, cursor, end) {
  const address = new URL(url.poll, env.base);
  for (const topic of topics) address.searchParams.append("topic", topic);
  do {
    if (cursor) address.searchParams.set("after", cursor);
    const answer = await request(env, address.href);
    yield answer;
    // Another process may be a moment behind the one that was heard.
    if (answer.cursor === cursor && position(cursor) < position(end)) throw new Error("behind");
    cursor = answer.cursor;
  } while (position(cursor) < position(end));
}
